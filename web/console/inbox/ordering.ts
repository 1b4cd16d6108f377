import type { Box, InboxItem } from "../api/contract";

type Order = (one: InboxItem, other: InboxItem) => number;

const byText = (one: string | null, other: string | null) =>
  (one ?? "").localeCompare(other ?? "", "en");
const newestFirst: Order = (one, other) => byText(other.last_at, one.last_at);
const longestFirst: Order = (one, other) => byText(waitsSince(one), waitsSince(other));
const urgentFirst: Order = (one, other) => Number(other.urgent) - Number(one.urgent);
const askingFirst: Order = (one, other) => Number(isAsking(other)) - Number(isAsking(one));

const ORDERS: Record<Box, Order[]> = {
  unanswered: [urgentFirst, longestFirst],
  mine: [
    askingFirst,
    urgentFirst,
    (one, other) => (isAsking(one) ? longestFirst : newestFirst)(one, other),
  ],
  watching: [newestFirst],
  closed: [newestFirst],
  all: [newestFirst],
};

/** The items as one works through them: whoever should be answered next stands first. */
export function ordered(box: Box, items: readonly InboxItem[]): InboxItem[] {
  return [...items].sort((one, other) => {
    for (const order of ORDERS[box]) {
      const difference = order(one, other);
      if (difference !== 0) return difference;
    }
    return byText(one.id, other.id);
  });
}

/** Whether a person has been asked something and has not answered. */
export function isAsking({ state, last_role }: InboxItem): boolean {
  return state === "waiting" || (state === "operator" && last_role === "visitor");
}

/** Since when somebody waits for a person's answer, null when nobody does. */
export function waitsSince(item: InboxItem): string | null {
  if (item.waiting_since) return item.waiting_since;
  return isAsking(item) || item.approval ? item.last_at : null;
}
