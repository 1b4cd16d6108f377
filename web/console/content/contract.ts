/**
 * Content that admins change: names for the types that are generated from the service's description.
 */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type Kind = Schemas["KindShown"];
export type Item = Schemas["ItemShown"];
export type ItemsPage = Schemas["ItemsPage"];
export type WholeItem = Schemas["WholeItem"] & { uses?: Uses };
export type Revision = Schemas["RevisionShown"];
export type State = Revision["state"];
export type NewRevision = Schemas["NewRevision"];
export type LineProblem = Schemas["BodyProblem"];
export type Said = Schemas["CommentShown"];
export type Waiting = Schemas["Waiting"];
export type Release = Omit<Schemas["ReleaseShown"], "report"> & { report: Report | null };
export type Brought = Schemas["Brought"];
export type CalendarEntry = Schemas["CalendarEntry"];

/** An item by name; the key of one that is a file is the file's name again. */
export type Name = Pick<Item, "kind" | "file" | "key">;

/** The items that name this one, and how often it was told in 90 days. */
export interface Uses {
  visitors: number;
  by: (Name & { title: string })[];
}

/** What a release would change; `api/content/proof.py` tells what each part means. */
export interface Report {
  cases: { looked_at: number; changed: CaseChanged[] };
  asks: { looked_at: number; lost: AskLost[] };
}
export interface CaseChanged {
  id: string;
  text: string;
  what: "remedies" | "answer" | "articles";
  before: string[] | string | null;
  after: string[] | string | null;
}
export interface AskLost {
  ask: string;
  answer: string;
  found: string | null;
}

/** An item that somebody should look at again. */
export interface Stale extends Name {
  title: string;
  why: { code: "article_changed" | "review_old" | "unverified"; said: string }[];
  since: string | null;
  /** How many turns told it in 90 days. */
  visitors: number;
}

/** What a query finds on a day. */
export interface HitTest {
  day: string;
  published: Hits;
  candidate: Hits | null;
}
export interface Hits {
  answers: {
    key: string;
    title: string;
    score: number;
    parts: { words: number; meaning: number };
    says: string;
  }[];
  guidance: { key: string; title: string; score: number; why: string[] }[];
  law: {
    law: string;
    article: string;
    version_date: string | null;
    score: number;
    why: string[];
  }[];
  referral: { remedies: { key: string; title: string; why: string }[] } | null;
}

/** What came between, as the refusal of a change tells it. */
export interface Between {
  theirs: { body: string | null; author: string | null; number: number | null };
  version: number;
}

/** As the service bounds them. */
export const LONGEST_REASON = 1000;
