import type { LawImport, LawMoveShown, LawVersion } from "./contract";

export const STATES: Record<LawImport["state"], { name: string; mark: string }> = {
  draft: { name: "待填写", mark: "" },
  in_review: { name: "待审核", mark: "accent" },
  published: { name: "已发布", mark: "good" },
  returned: { name: "已退回", mark: "warn" },
};

export const PARTS: Record<string, string> = {
  law: "收录的版本和施行日期",
  law_text: "法律原文",
  rules: "新旧条文对照",
};

export const DECIDES: Record<LawMoveShown["by"], string> = {
  act: "按行为时的条文",
  today: "按今天的条文",
};

export const TRUST: Record<string, string> = {
  two_sources: "两处核对",
  one_source: "一处来源",
  secondary: "转述",
  unconfirmed: "待核",
};

/** Below this likeness two articles are worth a second look. */
export const UNSURE = 0.4;

export type Sort = "changed" | "unsure" | "gone" | "new" | "same";

/** How a line of the map differs; `same`: not a word. */
export function sortOf(move: LawMoveShown): Sort {
  if (move.old === null) return "new";
  if (!move.new.length) return "gone";
  if (move.pieces.every(({ op }) => op === "same")) return "same";
  return move.score !== null && move.score < UNSURE ? "unsure" : "changed";
}

const DIGITS = "零一二三四五六七八九";

/** 57 → 第五十七条 */
export function articleNumber(value: number): string {
  let said = "";
  let gap = false;
  for (const [size, unit] of [
    [1000, "千"],
    [100, "百"],
    [10, "十"],
    [1, ""],
  ] as const) {
    const digit = Math.floor(value / size) % 10;
    if (!digit) gap = gap || said !== "";
    else {
      if (gap) said += "零";
      gap = false;
      said += DIGITS[digit]! + unit;
    }
  }
  return `第${said.replace(/^一十/, "十")}条`;
}

/** What somebody typed (4、6 or 第四条，第六条) as article numbers; what is none is left as it is. */
export function numbersTyped(words: string): string[] {
  return words
    .split(/[\s,，、;；]+/)
    .filter(Boolean)
    .map((word) => {
      const digits = /^第?(\d{1,4})条?$/.exec(word)?.[1];
      return digits && Number(digits) > 0 ? articleNumber(Number(digits)) : word;
    });
}

/** Where and by whom a version was confirmed. */
export function confirmedWords(one: LawVersion): string {
  const by = one.confirmed_by ?? "随系统收录";
  return one.source ? `${by}，见 ${one.source}` : by;
}
