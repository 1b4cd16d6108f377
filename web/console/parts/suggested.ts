import type { RejectReason, SuggestionKind } from "../api/contract";

/** What a suggestion is. */
export const KIND_NAMES: Record<SuggestionKind, string> = {
  reply: "答复",
  answer: "别的答案",
  question: "追问",
  draft: "草拟",
};

/** Why one is of no use. */
export const REASON_NAMES: Record<RejectReason, string> = {
  wrong_law: "法条不对或已失效",
  wrong_fact: "把情况弄错了",
  not_asked: "答非所问",
  tone: "说法不合适",
  other: "其他",
};
