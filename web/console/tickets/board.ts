import type { Status, TicketItem } from "./contract";

/** Columns of the board, as work goes; closed tickets stand in the list. */
export const COLUMNS = [
  { status: "new", title: "待分派" },
  { status: "assigned", title: "已分派" },
  { status: "in_progress", title: "办理中" },
  { status: "waiting", title: "等材料" },
  { status: "done", title: "已办结" },
] as const satisfies readonly { status: Status; title: string }[];

export type Movable = Pick<TicketItem, "number" | "status" | "priority" | "next_due" | "sla">;
export type Columns<T extends Movable> = { status: Status; title: string; tickets: T[] }[];

/** The tickets in their columns, within each the one that needs somebody first on top. */
export function columnsOf<T extends Movable>(tickets: readonly T[]): Columns<T> {
  return COLUMNS.map(({ status, title }) => ({
    status,
    title,
    tickets: tickets.filter((ticket) => ticket.status === status).sort(byNeed),
  }));
}

export function isOverdue({ sla }: Pick<TicketItem, "sla">): boolean {
  return [sla.first, sla.next, sla.solution].some((clock) => clock?.overdue);
}

function byNeed(a: Movable, b: Movable): number {
  return (
    Number(isOverdue(b)) - Number(isOverdue(a)) ||
    Number(b.priority === "urgent") - Number(a.priority === "urgent") ||
    compare(a.next_due ?? "9999", b.next_due ?? "9999")
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export type Direction = "up" | "down" | "left" | "right";

/**
 * The ticket that an arrow key leads to from the one that has the focus. Sideways it skips empty
 * columns and keeps the height; at the edge it stays.
 */
export function neighbour<T extends Movable>(
  columns: Columns<T>,
  number: string,
  direction: Direction,
): string {
  const at = columns.findIndex(({ tickets }) => tickets.some((one) => one.number === number));
  if (at < 0) return columns.find(({ tickets }) => tickets.length)?.tickets[0]?.number ?? number;
  const { tickets } = columns[at]!;
  const height = tickets.findIndex((one) => one.number === number);
  if (direction === "up" || direction === "down") {
    return tickets[height + (direction === "down" ? 1 : -1)]?.number ?? number;
  }
  const beyond = direction === "right" ? columns.slice(at + 1) : columns.slice(0, at).reverse();
  const next = beyond.find((column) => column.tickets.length);
  return next?.tickets[Math.min(height, next.tickets.length - 1)]?.number ?? number;
}

/** The nearest column to one side that the ticket may move to, null where there is none. */
export function towards(
  from: Status,
  moves: readonly Status[],
  side: "left" | "right",
): Status | null {
  const order: readonly Status[] = COLUMNS.map(({ status }) => status);
  const at = order.indexOf(from);
  const beyond = side === "right" ? order.slice(at + 1) : order.slice(0, Math.max(at, 0)).reverse();
  return beyond.find((status) => moves.includes(status)) ?? null;
}
