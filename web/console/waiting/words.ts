import type { Shown, WaitingItem } from "./contract";

export const STATES: Record<Shown, string> = {
  dead: "没有送到",
  held: "等对方联系",
  pending: "待发送",
};

export const HINTS: Record<Shown, string> = {
  dead: "试了多次，或者对方的平台明确不收。查明原因后可以再送一次；不用再送的，撤下。",
  held: "平台现在不许主动发：对方下次发来消息时自动送到，不用做什么。",
  pending: "正在排队发送，或者刚才没发成、过一会儿再试。",
};

export const NONE: Record<Shown, string> = {
  dead: "没有送不到的",
  held: "没有在等对方联系的",
  pending: "没有在排队的",
};

const KINDS: Record<WaitingItem["kind"], string> = {
  turn: "自动应答的答复",
  message: "人工的话或系统提示",
  news: "工单进展",
  own: "渠道的提示",
  mail: "工单进展的通知",
};

const PROBLEMS: Record<string, string> = {
  unsubscribed: "对方取消了关注",
  nothing_left: "48 小时窗口已过，或能主动发的条数已经用完",
  not_rendered: "内容没有排出来，原因在服务的日志里",
  no_answer: "平台没有及时应答",
  courier_failed: "发送的程序出了错，原因在服务的日志里",
  smtp: "连不上邮件服务器",
};

/** What an item is, in words. */
export function kindWords({ kind }: Pick<WaitingItem, "kind">): string {
  return KINDS[kind];
}

/** Why it did not arrive; a code of the channel's that has no words stands as it is. */
export function problemWords(problem: string | null): string {
  if (problem === null) return "";
  const refusal = /^smtp (\d+)$/.exec(problem);
  if (refusal) return `邮件服务器拒收（${refusal[1]}）`;
  return PROBLEMS[problem] ?? `平台的答复：${problem}`;
}
