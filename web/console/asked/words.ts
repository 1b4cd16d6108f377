import type { Reason, Standing, What } from "./contract";

/** Why a question counts as one that went badly. */
export const REASONS: Record<Reason, string> = {
  unanswered: "没有答上",
  asked_back: "反复追问",
  rejected: "建议被否定",
  corrected: "答复被改写",
  abandoned: "问后离开",
  badly_rated: "评价不好",
};

export const STANDINGS: Record<Standing, string> = {
  open: "待处理",
  aside: "已着手",
  not_ours: "不归我们",
};

/** What was done with a group. */
export const DONE: Record<What, string> = {
  new_answer: "开始写新答复",
  wording: "给已有答复加问法",
  sentence: "取作训练句",
  not_ours: "不归我们",
};

/** Whether an own answer is likely the one that is missing: from what is found on real wordings. */
export function nearnessOf(likeness: number): string {
  if (likeness >= 0.75) return "几乎一样";
  if (likeness >= 0.6) return "相近";
  return likeness >= 0.45 ? "有点像" : "不像";
}

export const percent = (share: number): string => `${Math.round(share * 100)}%`;
