import type { Ask, Button, Citation, Message, Referral, Ticket } from "../api/contract";
import type { Delivery, Outgoing } from "../api/visit";
import type { PictureEntry } from "../pictures/picture";
import { citationName } from "../cards/citations/citations";

/** One thing in the log, in the order in which it is shown. */
export type Entry =
  | {
      kind: "said";
      key: string;
      message: Message;
      /** It tells what has become of a ticket, and the visitor has not seen it before. */
      isNews: boolean;
    }
  | {
      kind: "visitor";
      key: string;
      outgoing: Outgoing;
      delivery: Delivery;
      reason: string;
      /** Lost on the line, so it goes out again when the line is back. */
      again: boolean;
    }
  | PictureEntry
  | { kind: "replies"; key: string; buttons: Button[]; turn: number }
  | { kind: "referral"; key: string; referral: Referral; asks: Ask[]; turn: number }
  | {
      kind: "explained";
      key: string;
      citations: Citation[];
      /** Null where it says nothing beyond the articles. */
      referral: Referral | null;
    }
  | { kind: "ticket"; key: string; ticket: Ticket }
  | { kind: "rating"; key: string }
  | { kind: "notice"; key: string; text: string };

export type VisitorEntry = Extract<Entry, { kind: "visitor" }>;

export function visitorEntry(outgoing: Outgoing, delivery: Delivery): VisitorEntry {
  return { kind: "visitor", key: outgoing.id, outgoing, delivery, reason: "", again: false };
}

/** What a visitor said in the past, in the words that he saw. */
export function historicEntry({ id, text }: Message, titles: Map<string, string>): VisitorEntry {
  return visitorEntry({ id, text, title: titles.get(text) ?? text }, "delivered");
}

/** A history holds what was posted: the payload. The button that offered it knows the words. */
export function buttonTitles(messages: Message[]): Map<string, string> {
  return new Map(
    messages.flatMap((message) => message.buttons).map(({ payload, title }) => [payload, title]),
  );
}

const SPEAKERS = { bot: "AI 助手", operator: "坐席", system: "系统", visitor: "您" };

/** Who says it: an operator with his name. */
export function speaker({ role, author }: Message): string {
  return role === "operator" && author ? `坐席 ${author}` : SPEAKERS[role];
}

/** The history cut before each thing that the visitor said; the first part may be the greeting. */
export function turnsOf(messages: Message[]): Message[][] {
  const turns: Message[][] = [];
  for (const message of messages) {
    if (message.role === "visitor" || !turns.length) turns.push([]);
    turns.at(-1)!.push(message);
  }
  return turns;
}

/**
 * How many of the statements lead up to the last one that names the way to go; all of them where
 * none does.
 */
export function endOfDirection(statements: Message[], referral: Referral | null): number {
  const best = referral?.remedies[0];
  const last = statements.findLastIndex(({ text }) => best && text.includes(`「${best.name}」`));
  return last === -1 ? statements.length : last + 1;
}

/**
 * Index of the first of the questions that end an answer; the first message is never one of them.
 */
export function startOfTrailingQuestions(messages: Message[]): number {
  const lastStatement = messages.findLastIndex((message) => message.buttons.length === 0);
  return Math.max(lastStatement + 1, Math.min(1, messages.length));
}

/** Remedies that only explain: the answer is in the words, and a card would say it once more. */
const EXPLANATIONS = new Set(["legal_info", "compliance_clearance"]);

/** True when the messages answer, with their articles, all that the referral is about. */
export function isAnswered({ remedies, others }: Referral, messages: Message[]): boolean {
  const [best] = remedies;
  const hasAnswer = messages.some(({ citations }) => citations.length > 0);
  return best !== undefined && EXPLANATIONS.has(best.key) && !others.length && hasAnswer;
}

/** The articles of the best remedy that no message names. */
export function articlesBeside({ remedies }: Referral, messages: Message[]): Citation[] {
  const named = new Set(messages.flatMap(({ citations }) => citations).map(citationName));
  return (remedies[0]?.basis ?? []).filter((citation) => !named.has(citationName(citation)));
}
