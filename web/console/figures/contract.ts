/**
 * Figures of the desk: names for the types that are generated from the service's description. Spans
 * are in seconds.
 */
import type { components } from "../../widget/api/openapi";

export type Figures = components["schemas"]["Figures"];
export type Now = Figures["now"];
/** What happened on one day over one channel; a day without anything may be left out. */
export type DayRow = Figures["days"][number];
export type OperatorRow = NonNullable<Figures["operators"]>[number];
/** A ticket with the oldest of its promises that was broken. */
export type OverdueRow = NonNullable<Figures["overdue"]>[number];

export type Details = components["schemas"]["Details"];
/** The promises of one kind by what became of them. */
export type KeptRow = Details["kept"][number];
/** A written answer or a remedy that was told. */
export type UsedRow = Details["used"][number];
export type Comments = components["schemas"]["Comments"];
export type CommentRow = Comments["comments"][number];
