/**
 * The chat API as the browser sees it. Field names are the contract's; a field marked optional is one that the service
 * may add to it, and the chat shows it when it is there.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

export interface Button {
  title: string;
  payload: string;
}

export interface Citation {
  /** Short title of the law; null, like `article`, where guidance stands on none. */
  law: string | null;
  article: string | null;
  version_date: Day | null;
  in_force_from: Day | null;
  in_force_to: Day | null;
  text: string;
  /** `statute` is verbatim law; `digest` and `guidance` are the hotline's own words. */
  kind: "statute" | "digest" | "guidance";
  url: string | null;
}

/** A paper that can be had prefilled, as a Word file. */
export interface OfferedDraft {
  key: string;
  title: string;
}

export interface Message {
  id: string;
  role: "bot" | "visitor" | "operator" | "system";
  text: string;
  buttons: Button[];
  citations: Citation[];
  /** Papers that the message offers. */
  drafts?: OfferedDraft[];
  /** ISO 8601 time by the service's clock. */
  at: string;
}

export interface Deadline {
  what: string;
  period: string;
  from: string;
  due: Day | null;
  /** Earlier than `due` where the law is about to shorten the period. */
  act_by?: Day | null;
  /** The first day on which it can be done, where one has to wait for it. */
  opens_on?: Day | null;
  /** What must be said with the day. */
  note?: string | null;
  basis: Citation | null;
}

export interface Body {
  kind: string;
  /** Null until the place is known. */
  name: string | null;
  city: string | null;
  county: string | null;
  /** What to check or to know before turning to it. */
  note?: string | null;
}

/** Something to prove, and how to come by the proof. */
export interface Evidence {
  what: string;
  how: string;
}

/** Why a remedy stands before others. */
export interface Precedence {
  id: string;
  why: string;
}

export interface Remedy {
  key: string;
  name: string;
  why: string;
  basis: Citation[];
  body: Body | null;
  materials: string[];
  deadlines: Deadline[];
  fees: string | null;
  /** What the remedy achieves and what it cannot do, one line each. */
  gives?: string | null;
  limits?: string | null;
  evidence?: Evidence[];
  /** How long it takes. */
  duration?: string | null;
  order?: Precedence[];
  /** Papers that can be prefilled for it. */
  drafts?: OfferedDraft[];
}

export interface RuledOut {
  key: string;
  name: string;
  why: string;
  basis: Citation[];
}

export interface Ask {
  slot: string;
  question: string;
  options: string[];
}

export interface Referral {
  scope: "in" | "clarify" | "out" | "service";
  remedies: Remedy[];
  ruled_out: RuledOut[];
  asks: Ask[];
  as_of: Day;
  /** What a change of law or a running deadline makes worth knowing. */
  notices?: string[];
  /** About other matters told in the same message. */
  others?: Referral[];
}

export interface Ticket {
  number: string;
  /** The word that goes with the number. Only the turn that opened the ticket tells it. */
  code: string | null;
  priority: string;
  created: boolean;
}

export interface ChecklistItem extends Evidence {
  /** Whether the helpline has it. */
  done: boolean;
}

/** How far a ticket has come. */
export interface Progress {
  number: string;
  status_text: string;
  next_deadline: { what: string; due: Day | null } | null;
  checklist: ChecklistItem[];
}

export interface Handoff {
  state: string;
  /** The visitor's place in the queue, 1 is next. */
  position: number | null;
}

export interface Turn {
  messages: Message[];
  facts: Record<string, unknown>;
  referral: Referral | null;
  ticket: Ticket | null;
  handoff: Handoff | null;
}

export interface OpenedConversation {
  id: string;
  token: string;
  messages: Message[];
}

export interface Snapshot {
  id: string;
  status: string;
  messages: Message[];
  facts: Record<string, unknown>;
  referral: Referral | null;
  ticket: Ticket | null;
  handoff?: Handoff | null;
}

/** The longest message that the service takes, in code points. */
export const LONGEST_MESSAGE = 2000;
