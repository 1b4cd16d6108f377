import type { Inbox, InboxItem } from "../api/contract";

/**
 * A list whose first page was looked up anew: the page, with what was loaded behind it. Only boxes
 * that come newest first have more than one page.
 */
export function renewed(
  known: readonly InboxItem[],
  { items, before }: Pick<Inbox, "items" | "before">,
): InboxItem[] {
  if (before === null) return items;
  const inPage = new Set(items.map(({ id }) => id));
  const edge = Date.parse(before);
  const behind = known.filter(
    ({ id, last_at }) => !inPage.has(id) && last_at !== null && Date.parse(last_at) < edge,
  );
  return [...items, ...behind];
}
