/** Figures of the desk as `GET /api/desk/figures` gives them. Spans are in seconds. */

export interface Now {
  waiting: number;
  longest_wait_s: number | null;
  with_operator: number;
  online: number;
  overdue: number;
}

/** What happened on one day over one channel; a day without anything may be left out. */
export interface DayRow {
  day: string;
  channel: string;
  conversations: number;
  handoffs: number;
  claimed: number;
  abandoned: number;
  first_reply_median_s: number | null;
  tickets: number;
  /** Conversations that operators closed. */
  closed: number;
  /** Conversations that came to rest without a person and a ticket. */
  deflected: number;
}

export interface TopicRow {
  situation: string | null;
  label: string;
  count: number;
}

export interface OperatorRow {
  id: number;
  name: string;
  /** Conversations that are his at this moment. */
  open: number;
  claimed: number;
  first_reply_median_s: number | null;
  closed: number;
}

export interface Satisfaction {
  count: number;
  mean: number | null;
  /** How often each score from 1 to 5 was given. */
  by_score: Record<string, number>;
}

/** A ticket with the oldest of its promises that was broken. */
export interface OverdueRow {
  number: string;
  summary: string;
  assignee: { id: number; name: string } | null;
  next_step: string | null;
  due: string;
}

export interface Figures {
  now: Now;
  days: DayRow[];
  topics: TopicRow[];
  /** Only for those who oversee, null for others. */
  operators: OperatorRow[] | null;
  satisfaction: Satisfaction;
  overdue: OverdueRow[] | null;
}
