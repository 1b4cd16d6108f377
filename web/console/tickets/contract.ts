/**
 * Tickets as the desk sees them: names for what the routes under /api/desk/tickets take and give.
 * Instants are ISO 8601, days are `YYYY-MM-DD`.
 */
import type { FactValue, Person } from "../api/contract";

/** Where a ticket stands. */
export type Status =
  "new" | "assigned" | "in_progress" | "waiting" | "done" | "closed" | "withdrawn";
export type Priority = "normal" | "urgent";

/** One promise of ours. `met` is null while it is still to be kept. */
export interface Clock {
  due: string;
  met: boolean | null;
  overdue: boolean;
  /** It waits for material from the visitor. */
  paused: boolean;
}

/** First answer, next step, solution; null where none was promised. */
export interface Clocks {
  first: Clock | null;
  next: Clock | null;
  solution: Clock | null;
}

export interface TicketItem {
  number: string;
  /** What a change has to name, so that nobody writes over what he has not seen. */
  version: number;
  status: Status;
  status_text: string;
  priority: Priority;
  queue: string;
  queue_text: string;
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
  conversation_id: string;
  tags: string[];
}

/** Whom tickets of a kind are dispatched to, and how they are followed up. */
export interface Queue {
  key: string;
  label: string;
  does: string;
}

export interface TicketPage {
  items: TicketItem[];
  /** How many there are in each status, whatever status was asked for. */
  counts: Partial<Record<Status, number>>;
  /** What asks for the next page, null on the last. */
  before: string | null;
}

export interface Board {
  columns: { status: Status; status_text: string; count: number; items: TicketItem[] }[];
}

export interface TicketNote {
  id: number;
  text: string;
  /** Whether the visitor reads it. */
  public: boolean;
  by: "visitor" | "staff" | "system";
  author: string | null;
  at: string;
  /** The ticket that was merged into this one and brought the note. */
  ticket: string | null;
}

export interface CheckItem {
  what: string;
  how: string;
  done: boolean;
}

/** One thing that became another. */
export interface TicketHistory {
  what: string;
  what_text: string;
  before: string | null;
  after: string | null;
  author: string | null;
  at: string;
}

/** How somebody may link two tickets. */
export type NewLinkKind = "duplicate" | "related" | "caused_by";
export type LinkKind = NewLinkKind | "causes" | "split_from" | "split" | "merged";

export interface TicketLink {
  number: string;
  kind: LinkKind;
  status: Status;
  status_text: string;
  summary: string;
}

export interface TicketFile {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  media_type: string;
  sha256: string;
  added_at: string;
  /** Who of the staff added it, null: the visitor. */
  added_by: string | null;
  /** Whether there is a small picture of it. */
  is_picture: boolean;
}

export type ReferralTo = "mediation" | "protection_centre" | "regulator";
export type Shared = "contact" | "facts" | "files" | "summary";

export interface NewReferral {
  to: ReferralTo;
  body: string;
  share: Shared[];
  /** The visitor has agreed to exactly this. */
  agreed: boolean;
}

export interface Receipt {
  received_on: string;
  number: string | null;
  note: string | null;
}

/** A referral sheet and its receipt. */
export interface TicketReferral {
  id: string;
  to: ReferralTo;
  body: string;
  share: Shared[];
  made_by: string;
  made_at: string;
  received_on: string | null;
  receipt_number: string | null;
  receipt_note: string | null;
}

export interface TicketMove {
  status: Status;
  status_text: string;
}

export interface Ticket extends TicketItem {
  contact: string | null;
  facts: { slot: string; label: string; value: FactValue }[];
  /** Who should get it by the rules, in words. */
  dispatch_to: string | null;
  notes: TicketNote[];
  history: TicketHistory[];
  links: TicketLink[];
  files: TicketFile[];
  checklist: CheckItem[];
  referrals: TicketReferral[];
  moves: TicketMove[];
  can_reopen: boolean;
  merged_into: string | null;
  satisfaction: { score: number; words: string | null; at: string } | null;
  created_at: string;
}

/** What a change may touch; `version` is the one that was seen. */
export interface TicketChange {
  status?: Status;
  /** Somebody's id, null for nobody. */
  assignee?: number | null;
  queue?: string;
  priority?: Priority;
  next_step?: string | null;
  next_due?: string | null;
  tags?: string[];
}

export const STATUS_NAMES: Record<Status, string> = {
  new: "待分派",
  assigned: "已分派",
  in_progress: "办理中",
  waiting: "等材料",
  done: "已办结",
  closed: "已关闭",
  withdrawn: "来访者撤回",
};

/** States in which nobody works on the ticket any more. */
export const ENDED: readonly Status[] = ["done", "closed", "withdrawn"];

export const LINK_NAMES: Record<LinkKind, string> = {
  duplicate: "重复",
  related: "相关",
  caused_by: "由其引起",
  causes: "引起了它",
  split_from: "从它拆出",
  split: "拆出了它",
  merged: "并入本单",
};

export const NEW_LINKS: readonly NewLinkKind[] = ["related", "duplicate", "caused_by"];

export const REFERRAL_NAMES: Record<ReferralTo, string> = {
  mediation: "人民调解组织",
  protection_centre: "知识产权保护中心",
  regulator: "行政机关",
};

export const SHARED_NAMES: Record<Shared, string> = {
  contact: "联系方式",
  summary: "事情经过",
  facts: "已知情况",
  files: "证据材料",
};
