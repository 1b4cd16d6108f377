import { describe, expect, it } from "vitest";
import type { LawMoveShown, LawVersion } from "../../../console/laws/contract";
import { articleNumber, confirmedWords, numbersTyped, sortOf } from "../../../console/laws/words";

const MOVE: LawMoveShown = {
  ...{ old: "第三条", new: ["第四条"], by: "today", note: "", score: 0.9 },
  pieces: [
    { op: "same", text: "可以在" },
    { op: "gone", text: "三" },
    { op: "same", text: "十日内" },
  ],
};

describe("article numbers as people type them", () => {
  it("become numbers as they are cited", () => {
    expect([4, 10, 15, 57, 105, 110, 219, 1003, 1260].map(articleNumber)).toEqual([
      "第四条",
      "第十条",
      "第十五条",
      "第五十七条",
      "第一百零五条",
      "第一百一十条",
      "第二百一十九条",
      "第一千零三条",
      "第一千二百六十条",
    ]);
  });

  it("may be several, with or without 第 and 条", () => {
    expect(numbersTyped("4、第6条, 第七条")).toEqual(["第四条", "第六条", "第七条"]);
    expect(numbersTyped("  ")).toEqual([]);
  });

  it("stay as they are where they are none, so that it can be told", () => {
    expect(numbersTyped("四")).toEqual(["四"]);
  });
});

describe("a line of the map", () => {
  it("differs by its words, is new or is gone", () => {
    expect(sortOf(MOVE)).toBe("changed");
    expect(sortOf({ ...MOVE, score: 0.2 })).toBe("unsure");
    expect(sortOf({ ...MOVE, new: [] })).toBe("gone");
    expect(sortOf({ ...MOVE, old: null })).toBe("new");
    expect(sortOf({ ...MOVE, pieces: [{ op: "same", text: "全同" }] })).toBe("same");
  });
});

describe("a confirmation", () => {
  const one = { confirmed_by: null, source: "LawRefBook" } as LawVersion;

  it("says who looked it up where", () => {
    expect(confirmedWords(one)).toBe("随系统收录，见 LawRefBook");
    expect(confirmedWords({ ...one, confirmed_by: "王芳", source: "" })).toBe("王芳");
  });
});
