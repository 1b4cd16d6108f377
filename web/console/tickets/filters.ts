import type { LocationQuery, LocationQueryRaw } from "vue-router";
import type { Query } from "../api/http";
import { isOverdue } from "./board";
import { STATUS_NAMES, type Status, type TicketItem } from "./contract";

export const SORTS = {
  due: "下一步期限近的在前",
  updated: "最近更新的在前",
  opened: "最新登记的在前",
} as const;
export type Sort = keyof typeof SORTS;

/** What is looked for; it stands in the page's address, so that a reload and 返回 keep it. */
export interface Filters {
  view: "list" | "board";
  status: Status | "";
  /** `me`, `none` or somebody's id; empty for everybody. */
  assignee: string;
  queue: string;
  urgent: boolean;
  overdue: boolean;
  q: string;
  sort: Sort;
}

/** What an address asks for; what it misspells is left out. */
export function filtersOf(query: LocationQuery): Filters {
  const text = (name: string) => {
    const value = query[name];
    return typeof value === "string" ? value : "";
  };
  const status = text("status");
  const sort = text("sort");
  return {
    view: text("view") === "board" ? "board" : "list",
    status: status in STATUS_NAMES ? (status as Status) : "",
    assignee: /^(me|none|\d+)$/.test(text("assignee")) ? text("assignee") : "",
    queue: text("queue"),
    urgent: text("urgent") === "1",
    overdue: text("overdue") === "1",
    q: text("q"),
    sort: sort in SORTS ? (sort as Sort) : "due",
  };
}

/** The address of these filters, without what goes without saying. */
export function addressOf(filters: Filters): LocationQueryRaw {
  const { view, status, assignee, queue, urgent, overdue, q, sort } = filters;
  const pairs = {
    view: view === "board" ? view : "",
    ...{ status, assignee, queue },
    urgent: urgent ? "1" : "",
    overdue: overdue ? "1" : "",
    q: q.trim(),
    sort: sort === "due" ? "" : sort,
  };
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => value));
}

/** The same for the service. */
export function queryOf({ status, assignee, queue, urgent, overdue, q, sort }: Filters): Query {
  return {
    ...{ status, assignee, queue, sort },
    priority: urgent ? "urgent" : "",
    overdue: overdue || undefined,
    q: q.trim(),
  };
}

export function isFiltered({ status, assignee, queue, urgent, overdue, q }: Filters): boolean {
  return Boolean(status || assignee || queue || urgent || overdue || q.trim());
}

/** Whether a ticket on the board, which comes whole, is one that is asked for by `me`. */
export function isWanted(ticket: TicketItem, filters: Filters, me: number): boolean {
  const { assignee, queue, urgent, overdue } = filters;
  const whose: Record<string, boolean> = {
    "": true,
    me: ticket.assignee?.id === me,
    none: ticket.assignee === null,
  };
  const q = filters.q.trim().toLowerCase();
  const words = [ticket.number, ticket.summary, ticket.next_step, ticket.city, ...ticket.tags];
  return (
    (whose[assignee] ?? String(ticket.assignee?.id) === assignee) &&
    (!queue || ticket.queue === queue) &&
    (!urgent || ticket.priority === "urgent") &&
    (!overdue || isOverdue(ticket)) &&
    words.join(" ").toLowerCase().includes(q)
  );
}
