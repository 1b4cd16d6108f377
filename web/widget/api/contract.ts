/**
 * The chat API as the browser sees it: names for the types that are generated from the service's
 * description.
 *
 * A field is written by hand only where the service sends more than its description says; optional
 * ones among them are shown when they are there.
 */
import type { components } from "./openapi";

type Schemas = components["schemas"];

/**
 * The fields that the description names. It leaves some objects open to more fields, and the
 * compiler finds no misspelt field in an open object.
 */
type Named<Open> = { [Field in keyof Open as string extends Field ? never : Field]: Open[Field] };

/** The named fields, with some of them replaced or added. */
type With<Open, Fields> = Omit<Named<Open>, keyof Fields> & Fields;

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

export type PrivacyNotice = Schemas["PrivacyNotice"];
export type PublicState = Schemas["PublicState"];
export type Deleted = Schemas["Deleted"];
export type NewConversation = Schemas["NewConversation"];
export type NewMessage = Schemas["NewMessage"];
export type Message = Schemas["Message"];
export type Button = Schemas["Button"];
export type OfferedDraft = Schemas["OfferedDraft"];
export type NewPicture = Schemas["NewFile"];
export type AddedPicture = Schemas["AddedFile"];
export type Place = Schemas["Place"];
export type OpenedConversation = Schemas["OpenedConversation"];
export type Handoff = Schemas["Handoff"];
export type MadeCode = Schemas["MadeCode"];
export type Moved = Schemas["Moved"];
export type TicketNews = Schemas["ToldNews"];
export type Satisfaction = Schemas["Judgement"];
export type Ticket = Schemas["TicketNotice"];
export type Progress = Schemas["Progress"];
export type Citation = Named<Schemas["Citation"]>;
export type Ask = Named<Schemas["Ask"]>;

export type Deadline = With<
  Schemas["Deadline"],
  {
    /** Earlier than `due` where the law is about to shorten the period. */
    act_by?: Day | null;
    /** The first day on which it can be done, where one has to wait for it. */
    opens_on?: Day | null;
    /** What must be said with the day. */
    note?: string | null;
  }
>;

export type Body = With<
  Schemas["Body"],
  {
    /** What to check or to know before turning to it. */
    note?: string | null;
    /** It names an institution that nobody checked for a year. */
    unverified?: boolean;
  }
>;

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

export type Remedy = With<
  Schemas["Remedy"],
  {
    body: Body | null;
    deadlines: Deadline[];
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
>;

export type Referral = With<
  Schemas["Referral"],
  {
    remedies: Remedy[];
    /** What a change of law or a running deadline makes worth knowing. */
    notices?: string[];
    others: Referral[];
  }
>;

export type Turn = With<Schemas["Turn"], { referral: Referral | null }>;
export type Snapshot = With<
  Schemas["Snapshot"],
  {
    referral: Referral | null;
    /** What each of the visitor's messages led to, where that was asked for. */
    referrals: With<Schemas["EarlierReferral"], { referral: Referral }>[];
  }
>;

/** The longest words that go with a satisfaction, in code points. */
export const LONGEST_REMARK = 500;

/** The longest message that the service takes, in code points. */
export const LONGEST_MESSAGE = 2000;

/** The largest picture that the service takes, in bytes. */
export const LARGEST_PICTURE = 5 * 1024 * 1024;
export const PICTURE_TYPES: readonly NewPicture["type"][] = [
  "image/jpeg",
  "image/png",
  "image/webp",
];
