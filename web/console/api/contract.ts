/**
 * The desk's API as the browser sees it. What visitors see too (messages, referrals, citations) is
 * named by the widget's contract, whose types are generated.
 */
import type { Citation, Message, OfferedDraft, Referral } from "../../widget/api/contract";

export type { Citation, Deadline, Message, Referral, Remedy } from "../../widget/api/contract";

export type Role = "operator" | "supervisor" | "admin" | "analyst";
export type Permission =
  "chat" | "tickets" | "lookup" | "oversee" | "figures" | "users" | "audit" | "settings";

/** Who is signed in. */
export interface Me {
  id: number;
  name: string;
  display_name: string;
  role: Role;
  permissions: Permission[];
  must_change_password: boolean;
  csrf: string;
  oidc: boolean;
}

/** How one can sign in; without `accounts` nobody can yet. */
export interface SignInWays {
  oidc: { label: string } | null;
  accounts: boolean;
}

export interface Person {
  id: number;
  name: string;
}

export interface Colleague extends Person {
  role: Role;
  state: Presence | "offline";
  /** How many conversations are his. */
  open: number;
}

export type Presence = "online" | "away";

/** Whether visitors are served by people at this hour. */
export interface Duty {
  open: boolean;
  hours: string | null;
  /** When it opens next. */
  next: string | null;
}

export type Box = "unanswered" | "mine" | "watching" | "closed" | "all";
export type ConversationState = "bot" | "waiting" | "operator" | "closed" | "deleted";

export interface InboxItem {
  id: string;
  channel: string;
  state: ConversationState;
  assignee: Person | null;
  waiting_since: string | null;
  last_at: string | null;
  last_text: string;
  last_role: SpeakerRole;
  unread: number;
  summary: string | null;
  right: string | null;
  situation: string | null;
  city: string | null;
  urgent: boolean;
  ticket: string | null;
  tags: string[];
  /** An answer of the bot waits for somebody's yes. */
  approval: boolean;
}

export interface Inbox {
  items: InboxItem[];
  counts: Record<"unanswered" | "mine" | "watching", number>;
  /** What the next page is asked for by, null on the last one. */
  before: string | null;
}

export type SpeakerRole = "visitor" | "bot" | "operator" | "system";

/** A message as the desk sees it; `author` is who of the staff wrote it. */
export interface DeskMessage extends Omit<Message, "role"> {
  role: SpeakerRole;
  author?: string | null;
  /** `held`: an answer of the bot that waits for approval. */
  state?: "held" | null;
  turn_id?: string | null;
}

export interface Viewer extends Person {
  typing: boolean;
}

export interface EarlierConversation {
  conversation_id: string;
  opened_at: string;
  summary: string | null;
  ticket: string | null;
}

/** What colleagues wrote beside the conversation; visitors never see it. */
export interface InternalNote {
  id: number;
  text: string;
  author: Person;
  at: string;
}

/** What a fact holds: a code of the vocabulary, several, words, a day or a number. */
export type FactValue = string | number | boolean | string[] | null;
export type Facts = Record<string, FactValue>;

export interface Conversation {
  id: string;
  channel: string;
  status: Exclude<ConversationState, "deleted">;
  opened_at: string;
  assignee: Person | null;
  /** Since when the visitor waits for a person, null while he does not. */
  waiting_since: string | null;
  /** Whether we read along. */
  watching: boolean;
  /** The newest ones, oldest first. */
  messages: DeskMessage[];
  /** Whether there are earlier ones. */
  more: boolean;
  facts: Facts;
  referral: Referral | null;
  viewers: Viewer[];
  history: EarlierConversation[];
  tickets: string[];
  tags: string[];
  notes: InternalNote[];
  /** What the bot has asked for and nobody has answered yet. */
  memory_open_questions: MissingFact[];
  /** How the visitor is reached over another channel, null where he only has a page. */
  contact: Reached | null;
}

/** Somebody who can be written to over another channel. */
export interface Reached {
  channel: string;
  account: string;
  subscribed: boolean;
  /** When he was heard of there last. */
  heard_at: string | null;
  /** What is said goes there, because he spoke there last. */
  by_contact: boolean;
  /** What may still be pushed; `left` is null where nothing is counted. Null: switched off. */
  allowance: { left: number | null; until: string | null } | null;
  held: number;
  dead: number;
}

export interface MessagePage {
  messages: DeskMessage[];
  /** Whether there are earlier ones. */
  more: boolean;
}

export interface NewStaffMessage {
  text: string;
  client_message_id: string;
  suggestion_id?: string;
  citations?: Citation[];
}

export type SuggestionKind = "reply" | "answer" | "question" | "action" | "draft";

export interface Suggestion {
  id: string;
  turn_id: string;
  kind: SuggestionKind;
  text: string;
  citations: Citation[];
  drafts: OfferedDraft[];
  /** How likely it fits, 0 to 1. */
  chance: number | null;
  why: string;
  state?: "offered" | "used" | "edited" | "rejected";
}

export interface MissingFact {
  slot: string;
  question: string;
  options: string[];
}

export interface RuledOut {
  key: string;
  name: string;
  why: string;
  basis: Citation[];
}

export interface SuggestedRemedy {
  key: string;
  name: string;
  body: string | null;
  why: string;
}

export interface SuggestionSet {
  turn_id: string;
  message_id: string;
  suggestions: Suggestion[];
  facts: Facts;
  missing: MissingFact[];
  ruled_out: RuledOut[];
  remedies: SuggestedRemedy[];
  canned: Pick<CannedReply, "id" | "title" | "text"> | null;
  intent: string | null;
  certainty: number;
  action: string | null;
  made_at: string;
}

export type RejectReason = "wrong_law" | "wrong_fact" | "not_asked" | "tone" | "other";

export type CannedAction = { set_tag: string } | { close: true } | { hand_back: true };

export interface CannedReply {
  id: number;
  title: string;
  shortcut: string | null;
  text: string;
  scope: "own" | "shared";
  tags: string[];
  actions: CannedAction[];
}

/** The states of what is to be sent over another channel. */
export type OutboxState = "pending" | "leased" | "held" | "sent" | "dead" | "dropped";

export type EventKind =
  | `conversation.${
      | "waiting"
      | "claimed"
      | "transferred"
      | "handed_back"
      | "closed"
      | "abandoned"
      | "message"
      | "typing"
      | "facts"
      | "viewers"
      | "tags"}`
  | "suggestions.ready"
  | "approval.wanted"
  | "approval.done"
  | `ticket.${"opened" | "changed" | "note" | "due"}`
  | "outbox.changed"
  | "call.ringing"
  | "presence";

/** Something that happened at the desk: ids and codes; who wants the words looks them up. */
export interface DeskEvent {
  kind: EventKind;
  conversation_id?: string | null;
  ticket_number?: string | null;
  staff_id?: number | null;
  at?: string;
  /** Who said a message. */
  role?: SpeakerRole;
  /** What the conversation, the call, or what waits to be sent has come to. */
  state?: ConversationState | OutboxState | "ringing" | "answered" | "ended";
  /** Who types. */
  by?: "visitor" | "operator";
  typing?: boolean;
  /** The colleague of whom it tells. */
  name?: string;
  /** He has closed the conversation's page. */
  left?: boolean;
  /** To whom a conversation was given. */
  to?: number;
  /** Further fields, by kind. */
  [field: string]: unknown;
}

/** One fact that a conversation can hold, with the words that an operator reads. */
export interface FactSlot {
  name: string;
  label: string;
  kind: "choice" | "choices" | "text" | "texts" | "date" | "number" | "place";
  options: { value: string; label: string }[];
}

export interface Source {
  code: string;
  text: string;
}

/** A public body, a hotline, a site or a centre, with where that is known from. */
export interface DirectoryEntry {
  kind: "body" | "hotline" | "site" | "centre";
  key: string;
  /** What a body is, by the code that one transfers to it by. */
  body_kind: string | null;
  name: string;
  label: string;
  does: string;
  level: string | null;
  city: string | null;
  /** A number or an address on the web, which may be told to visitors where `give` says so. */
  value: string | null;
  give: boolean;
  note: string | null;
  facts: string[];
  not_claimed: string[];
  sources: Source[];
  trust: "two_sources" | "one_source" | "secondary" | "unconfirmed";
}

export interface Directory {
  items: DirectoryEntry[];
  cities: string[];
}

/** The longest message that the service takes, in code points. */
export const LONGEST_MESSAGE = 2000;
