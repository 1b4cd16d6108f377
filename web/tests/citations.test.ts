import { describe, expect, it } from "vitest";
import { forceWarning, forceWords, KIND_WORDS } from "../widget/citations";
import { aCitation } from "./samples";

const TODAY = "2026-11-22";

describe("a citation", () => {
  it("tells from when to when it applies", () => {
    expect(forceWords(aCitation(), TODAY)).toBe("2019年11月1日起施行，至2026年12月31日止（施行中）");
  });

  it("without an end is in force", () => {
    expect(forceWords(aCitation({ in_force_to: null }), TODAY)).toBe("2019年11月1日起施行，施行中");
  });

  it("of a coming law is not yet in force", () => {
    const coming = aCitation({ in_force_from: "2027-01-01", in_force_to: null });
    expect(forceWords(coming, TODAY)).toBe("2027年1月1日起施行，尚未施行");
    expect(forceWarning(coming, "2027-01-01")).toBe("");
  });

  it("applies on its last day and no longer", () => {
    expect(forceWarning(aCitation(), "2026-12-31")).toBe("");
    expect(forceWarning(aCitation(), "2027-01-01")).toBe("已失效");
  });

  it("without a beginning has no date yet", () => {
    expect(forceWords(aCitation({ in_force_from: null }), TODAY)).toBe("施行日期未定");
  });

  it("never passes a digest off as verbatim law", () => {
    expect(KIND_WORDS).toEqual({ statute: "原文", digest: "要旨（非法条原文）", guidance: "指引" });
  });
});
