import type { DeskMessage, MessagePage } from "../api/contract";

/**
 * The messages that are known, oldest first, with the newest page laid over them. Where the page
 * does not reach what is known, what lies between is unknown: then only the page stands, and what is
 * earlier is fetched again on demand. A held answer that is missing from the page was dropped.
 */
export function withNewest(known: readonly DeskMessage[], page: MessagePage): DeskMessage[] {
  if (!page.more) return page.messages;
  const inPage = new Set(page.messages.map(({ id }) => id));
  if (!known.some(({ id }) => inPage.has(id))) return page.messages;
  const begins = Date.parse(page.messages[0]!.at);
  const isDropped = ({ state, at }: DeskMessage) => state === "held" && Date.parse(at) >= begins;
  return [...known.filter((one) => !inPage.has(one.id) && !isDropped(one)), ...page.messages];
}

/** The messages with an earlier page before them. */
export function withEarlier(known: readonly DeskMessage[], page: MessagePage): DeskMessage[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...page.messages.filter(({ id }) => !ids.has(id)), ...known];
}

const SAME_BREATH_MS = 5 * 60_000;

/** Whether a message goes on with what the one before it said, so that its speaker needs no name. */
export function goesOn(message: DeskMessage, before: DeskMessage | undefined): boolean {
  if (!before || before.role !== message.role || message.role === "system") return false;
  const isSameAuthor = (before.author ?? "") === (message.author ?? "");
  return isSameAuthor && Date.parse(message.at) - Date.parse(before.at) < SAME_BREATH_MS;
}
