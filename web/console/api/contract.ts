/**
 * The desk's API as the browser sees it: names for the types that are generated from the service's
 * description. By hand stands only what it leaves open: values of facts, and events.
 */
import type { Citation, Referral } from "../../widget/api/contract";
import type { components, paths } from "../../widget/api/openapi";

export type { Citation, Deadline, MadeCode, Referral, Remedy } from "../../widget/api/contract";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
export type Permission = Schemas["Permission"];
/** Who is signed in. */
export type Me = Schemas["Me"];
/** How one can sign in; without `accounts` nobody can yet. */
export type SignInWays = Schemas["SignInWays"];
export type Person = Schemas["api__desk__schemas__Person"];
export type Colleague = Schemas["Colleague"];
export type Presence = Schemas["NewPresence"]["state"];
/** Whether visitors are served by people at this hour. */
export type Duty = Schemas["Duty"];

export type Box = NonNullable<
  NonNullable<paths["/api/desk/inbox"]["get"]["parameters"]["query"]>["box"]
>;
export type Inbox = Schemas["Inbox"];
export type InboxItem = Schemas["InboxItem"];
export type ConversationState = InboxItem["state"] | "deleted";
export type SpeakerRole = InboxItem["last_role"];

/** The same with citations as the widget names them. */
type Cited<Of extends { citations: unknown }> = Omit<Of, "citations"> & { citations: Citation[] };

/** A message as the desk sees it; `held`: an answer of the bot that waits for approval. */
export type DeskMessage = Cited<Schemas["DeskMessage"]>;
export type Viewer = Schemas["Viewer"];
export type EarlierConversation = Schemas["EarlierConversation"];
/** What colleagues wrote beside the conversation; visitors never see it. */
export type InternalNote = Schemas["InternalNote"];

/** What a fact holds: a code of the vocabulary, several, words, a day or a number. */
export type FactValue = string | number | boolean | string[] | null;
export type Facts = Record<string, FactValue>;

export type Conversation = Omit<
  Schemas["DeskConversation"],
  "messages" | "facts" | "referral" | "referrals"
> & { messages: DeskMessage[]; facts: Facts; referral: Referral | null };
/** How a visitor is reached over another channel. */
export type Reached = Schemas["Reached"];
export type MessagePage = Omit<Schemas["Page"], "messages"> & { messages: DeskMessage[] };
export type NewStaffMessage = Omit<Schemas["NewOperatorMessage"], "citations"> & {
  citations?: Citation[];
};
export type TransferTo = Schemas["Transfer"];
export type NewTicket = Schemas["OpenByHand"];
export type OpenedTicket = Schemas["Opened"];

export type Suggestion = Cited<Schemas["Suggestion"]>;
export type SuggestionKind = Suggestion["kind"];
export type MissingFact = Schemas["Missing"];
export type SuggestionSet = Omit<
  Schemas["SuggestionSet"],
  "suggestions" | "facts" | "ruled_out"
> & {
  suggestions: Suggestion[];
  facts: Facts;
  ruled_out: (Omit<Schemas["RuledOutRemedy"], "basis"> & { basis: Citation[] })[];
};
export type RejectReason = Schemas["Rejection"]["reason"];
export type Decision = Schemas["Approved"]["decision"];

export type CannedReply = Schemas["Canned"];
export type NewCanned = Schemas["NewCanned"];
export type CannedAction = CannedReply["actions"][number];
export type FilledCanned = Schemas["Filled"];

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
  | "switches.changed"
  | `content.${"changed" | "published" | "proof"}`
  | `training.${"changed" | "progress" | "switch"}`
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
export type FactSlot = Schemas["FactSlot"];
export type Vocabulary = Schemas["VocabularyOfFacts"];
/** A public body, a hotline, a site or a centre, with where that is known from. */
export type DirectoryEntry = Schemas["DirectoryEntry"];
export type Directory = Schemas["Directory"];

/** What the bot is kept from at a moment; the topics by their labels. */
export type SwitchedOff = Schemas["SwitchedOff"];

/** The longest message that the service takes, in code points. */
export const LONGEST_MESSAGE = 2000;
