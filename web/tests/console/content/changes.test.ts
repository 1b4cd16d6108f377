import { describe, expect, it } from "vitest";
import { changes, isSame } from "../../../console/content/diff/changes";

const told = (before: string, after: string) =>
  changes(before, after).map(({ sign, pieces }) => sign + pieces.map(({ text }) => text).join(""));

describe("what a text changes in another", () => {
  it("is told line by line, with the words that differ marked in theirs", () => {
    const [gone, come] = changes(
      "结论：三个月，从公告那天起算。",
      "结论：两个月，从公告那天起算。",
    );
    expect([gone?.sign, come?.sign]).toEqual(["-", "+"]);
    const marked = (row = gone) =>
      row?.pieces.filter((one) => one.isChanged).map(({ text }) => text);
    expect(marked()?.join("")).toContain("三");
    expect(marked(come)?.join("")).toContain("两");
    expect(marked()?.join("")).not.toContain("公告");
  });

  it("loses no character of either text", () => {
    const before = "甲\n乙 一\n\n丙\n";
    const after = "甲\n乙 二\n丁\n丙\n戊\n";
    const lines = told(before, after);
    const of = (signs: string) =>
      lines.filter((line) => signs.includes(line[0]!)).map((line) => line.slice(1));
    expect(of(" -")).toEqual(before.trimEnd().split("\n"));
    expect(of(" +")).toEqual(after.trimEnd().split("\n"));
  });

  it("leaves out what is far from any change and says how much", () => {
    const lines = Array.from({ length: 20 }, (_, at) => `第${at}行`);
    const after = [...lines];
    after[10] = "全换掉了，一个字也不像";
    const rows = changes(lines.join("\n"), after.join("\n"));
    expect(rows[0]?.skipped).toBe(8);
    expect(rows.filter(({ sign }) => sign === " ")).toHaveLength(4);
  });

  it("is everything where there was nothing, and nothing where both say the same", () => {
    expect(told("", "一\n二")).toEqual(["+一", "+二"]);
    expect(changes("一\n", "一")).toEqual([]);
    expect(isSame("一\n", "一")).toBe(true);
    expect(isSame(null, "一")).toBe(false);
  });
});
