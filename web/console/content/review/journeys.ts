import type { components } from "../../../widget/api/openapi";

type Schemas = components["schemas"];

/** Whole conversations that both sides held; `api/content/journeys/held.py` tells what each part means. */
export type Journeys = Schemas["Journeys"];
export type JourneyTold = Schemas["JourneyTold"];

export const WHAT: Record<JourneyTold["what"], string> = {
  remedies: "建议的办法",
  answer: "用的答复",
  articles: "引的条文",
  asks: "问的话",
  text: "说的话",
};

/** A message of a conversation, with everything that changes in the answer to it. */
export interface Message {
  at: number;
  text: string;
  changed: JourneyTold[];
}

/**
 * The conversations in which something changes, in the order in which they were held, each with all
 * messages that were `said` in it; without those, which older reports have not, with the changed ones.
 */
export function conversations(
  changed: JourneyTold[],
  said: Journeys["said"] = {},
): { id: string; messages: Message[] }[] {
  const byId = new Map<string, Map<number, Message>>();
  for (const one of changed) {
    const messages = byId.get(one.id) ?? asSaid(said[one.id] ?? []);
    byId.set(one.id, messages);
    const message = messages.get(one.at) ?? { at: one.at, text: one.text, changed: [] };
    messages.set(one.at, message);
    message.changed.push(one);
  }
  return [...byId].map(([id, messages]) => ({ id, messages: [...messages.values()] }));
}

function asSaid(texts: string[]): Map<number, Message> {
  return new Map(texts.map((text, at) => [at + 1, { at: at + 1, text, changed: [] }]));
}

/** A message, and what changes in the answer to it: 第 2 句「多少钱」：建议的办法、说的话会变. */
export function messageWords({ at, text, changed }: Message): string {
  const what = changed.map((one) => WHAT[one.what]).join("、");
  return `第 ${at} 句「${text}」：${what ? `${what}会变` : "回答一样"}`;
}

/** How many were held, of how many, and in how many something changed. */
export function journeysWords(told: Journeys): string {
  if (!told.total) return "这份程序没有带整段对话，没有试。";
  const related = told.picked < told.total ? `，是 ${told.total} 段里与改动有关的` : "";
  const left = told.picked - told.looked_at;
  const rest = left ? `；时间到了，还有 ${left} 段没有试` : "";
  const outcome = told.changed_in ? `${told.changed_in} 段的回答会变` : "回答都一样";
  return `试了 ${told.looked_at} 段整段对话（${told.messages} 句）${related}${rest}：${outcome}。`;
}
