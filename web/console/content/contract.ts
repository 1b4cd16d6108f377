/**
 * Content that admins change: names for the types that are generated from the service's description.
 */
import type { components } from "../../widget/api/openapi";
import type { Journeys } from "./review/journeys";

type Schemas = components["schemas"];

export type Kind = Schemas["KindShown"];
export type Item = Schemas["ItemShown"];
export type ItemsPage = Schemas["ItemsPage"];
export type WholeItem = Schemas["WholeItem"];
export type Uses = Schemas["Uses"];
export type Revision = Schemas["RevisionShown"];
export type State = Revision["state"];
export type NewRevision = Schemas["NewRevision"];
export type LineProblem = Schemas["BodyProblem"];
export type Said = Schemas["CommentShown"];
export type Waiting = Schemas["Waiting"];
export type Release = Omit<Schemas["ReleaseShown"], "report"> & { report: Report | null };
export type Brought = Schemas["Brought"];
export type CalendarEntry = Schemas["CalendarEntry"];
export type Stale = Schemas["Stale"];
export type HitTest = Schemas["HitsTold"];
export type Hits = Schemas["Hits"];

/** An item by name; the key of one that is a file is the file's name again. */
export type Name = Pick<Item, "kind" | "file" | "key">;

/** What a release would change; `api/content/proof.py` tells what each part means. */
export interface Report {
  cases: { looked_at: number; changed: CaseChanged[] };
  asks: { looked_at: number; lost: AskLost[] };
  /** Reports from before conversations were held have none. */
  journeys?: Journeys;
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

/** What came between, as the refusal of a change tells it. */
export interface Between {
  theirs: { body: string | null; author: string | null; number: number | null };
  version: number;
}

/** As the service bounds them. */
export const LONGEST_REASON = 1000;
