import { describe, expect, it } from "vitest";
import {
  citationName,
  citationTitle,
  forceWarning,
  forceWords,
  KIND_WORDS,
} from "../../../widget/cards/citations/citations";
import { aCitation } from "../../samples";

const TODAY = "2026-11-22";

const TITLE = "最高人民法院关于审理侵犯专利权纠纷案件应用法律若干问题的解释";

describe("a citation", () => {
  it("is called by its short name in narrow places and by its official title elsewhere", () => {
    const interpretation = aCitation({ law: TITLE, short: "专利侵权解释一", article: "第一条" });
    expect(citationName(interpretation)).toBe("《专利侵权解释一》第一条");
    expect(citationTitle(interpretation)).toBe(`《${TITLE}》第一条`);
  });

  it("from an older turn has no short name and is called by what it has", () => {
    const { short: _, ...older } = aCitation();
    expect(citationName(older)).toBe("《商标法》第五十七条");
    expect(citationName({ ...older, law: null, article: null })).toBe("办事指引");
  });

  it("tells from when to when it applies", () => {
    expect(forceWords(aCitation(), TODAY)).toBe(
      "2019年11月1日起施行，至2026年12月31日止（施行中）",
    );
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
