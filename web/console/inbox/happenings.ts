import type { Box, DeskEvent, InboxItem } from "../api/contract";

/** Kinds after which a list has to be looked up anew. */
const CHANGES = new Set<string>([
  "conversation.waiting",
  "conversation.claimed",
  "conversation.transferred",
  "conversation.handed_back",
  "conversation.closed",
  "conversation.abandoned",
  "conversation.message",
  "conversation.facts",
  "conversation.tags",
  "approval.wanted",
  "approval.done",
  "ticket.opened",
]);

/** Kinds after which nobody waits in the queue any more. */
const LEAVES_QUEUE = new Set<string>([
  "conversation.claimed",
  "conversation.handed_back",
  "conversation.closed",
  "conversation.abandoned",
]);

export interface Outcome {
  items: InboxItem[];
  /** The service knows more than the event told. */
  isStale: boolean;
}

/**
 * What an event makes of a list, before the service is asked: whoever was claimed is gone from the
 * queue at once, so that nobody reaches for him; `own` is the id of who looks.
 */
export function afterEvent(
  box: Box,
  items: readonly InboxItem[],
  event: DeskEvent,
  own: number,
): Outcome {
  const id = event.conversation_id;
  if (!id || !CHANGES.has(event.kind)) return { items: [...items], isStale: false };
  const leaves = box === "unanswered" && LEAVES_QUEUE.has(event.kind);
  if (leaves) return { items: without(items, id), isStale: true };
  const isTaken = event.kind === "conversation.claimed" && event.staff_id !== own;
  if (box === "mine" && isTaken) return { items: without(items, id), isStale: true };
  const isSaid = event.kind === "conversation.message" && event.role === "visitor";
  if (!isSaid) return { items: [...items], isStale: true };
  const heard = items.map((item) =>
    item.id === id ? { ...item, unread: item.unread + 1, last_role: "visitor" as const } : item,
  );
  return { items: heard, isStale: true };
}

function without(items: readonly InboxItem[], id: string): InboxItem[] {
  return items.filter((item) => item.id !== id);
}
