/**
 * Tickets as the desk sees them: names for what the routes under /api/desk/tickets take and give.
 * Instants are ISO 8601, days are `YYYY-MM-DD`.
 */

/** Where a ticket stands. */
export type Status = "new" | "assigned" | "in_progress" | "waiting" | "done" | "closed";
export type Priority = "normal" | "urgent";

export interface Person {
  id: number;
  name: string;
}

/** One service-level clock. `met` is null while it runs; `due` is null where none is set. */
export interface Clock {
  due: string | null;
  met: boolean | null;
  overdue: boolean;
}

/** First answer, next step, solution. */
export interface Clocks {
  first: Clock;
  next: Clock;
  solution: Clock;
}

export interface TicketItem {
  number: string;
  status: Status;
  status_text: string;
  priority: Priority;
  queue: string | null;
  assignee: Person | null;
  summary: string;
  city: string | null;
  right: string | null;
  situation: string | null;
  opened_on: string;
  next_step: string | null;
  next_due: string | null;
  sla: Clocks;
  contact_masked: string | null;
  updated_at: string;
  conversation_id: string | null;
  tags: string[];
}

export interface TicketPage {
  items: TicketItem[];
  counts: Partial<Record<Status, number>>;
  /** What `before` takes for the next page, null at the end. */
  next: string | null;
}
