import { describe, expect, it } from "vitest";
import {
  conversations,
  journeysWords,
  messageWords,
  type JourneyTold,
} from "../../../console/content/review/journeys";

const NONE = { ...{ looked_at: 9, total: 9, picked: 9, messages: 20 }, changed_in: 0, changed: [] };

function told(id: string, at: number, what: JourneyTold["what"]): JourneyTold {
  return { ...{ id, at, text: `第 ${at} 句` }, what, before: "甲", after: "乙" };
}

describe("whole conversations", () => {
  it("say how many were held and in how many something changes", () => {
    expect(journeysWords(NONE)).toBe("试了 9 段整段对话（20 句）：回答都一样。");
    expect(journeysWords({ ...NONE, looked_at: 3, picked: 5, total: 255, changed_in: 2 })).toBe(
      "试了 3 段整段对话（20 句），是 255 段里与改动有关的；时间到了，还有 2 段没有试：2 段的回答会变。",
    );
  });

  it("say so where there are none", () => {
    expect(journeysWords({ ...NONE, looked_at: 0, picked: 0, total: 0, messages: 0 })).toContain(
      "没有试",
    );
  });

  it("are told message by message, with everything that changes", () => {
    const changed = [told("a", 2, "remedies"), told("a", 2, "text"), told("a", 3, "asks")];
    expect(
      conversations([...changed, told("b", 1, "text")]).map(({ id, messages }) => [
        id,
        messages.map(({ at, changed: all }) => [at, all.length]),
      ]),
    ).toEqual([
      [
        "a",
        [
          [2, 2],
          [3, 1],
        ],
      ],
      ["b", [[1, 1]]],
    ]);
  });

  it("are told with what was said before and after, and with what changes", () => {
    const said = { a: ["在吉安", "多少钱", "要多久"] };
    const [one] = conversations([told("a", 2, "remedies"), told("a", 2, "text")], said);
    expect(one!.messages.map(({ text, changed }) => [text, changed.length])).toEqual([
      ["在吉安", 0],
      ["多少钱", 2],
      ["要多久", 0],
    ]);
    expect(one!.messages.slice(1).map(messageWords)).toEqual([
      "第 2 句「多少钱」：建议的办法、说的话会变",
      "第 3 句「要多久」：回答一样",
    ]);
  });
});
