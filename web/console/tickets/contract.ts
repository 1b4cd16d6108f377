/**
 * Tickets as the desk sees them: names for the types that are generated from the service's
 * description. Instants are ISO 8601, days are `YYYY-MM-DD`.
 */
import type { FactValue } from "../api/contract";
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type TicketItem = Schemas["TicketItem"];
export type TicketPage = Schemas["TicketPage"];
export type Board = Schemas["Board"];
/** Whom tickets of a kind are dispatched to, and how they are followed up. */
export type Queue = Schemas["QueueInfo"];

/** Where a ticket stands. */
export type Status = TicketItem["status"];
/** Our promises to a visitor: first answer, next step, solution; null where none was made. */
export type Clocks = TicketItem["sla"];
export type Clock = NonNullable<Clocks["first"]>;

/** Everything of a ticket; what a fact holds is told by the vocabulary. */
export type Ticket = Omit<Schemas["FullTicket"], "facts"> & {
  facts: { slot: string; label: string; value: FactValue }[];
};
export type TicketNote = Ticket["notes"][number];
export type TicketFile = Ticket["files"][number];
export type TicketReferral = Ticket["referrals"][number];
export type LinkKind = Ticket["links"][number]["kind"];

/** What a change may touch; the version that was seen goes with it. */
export type TicketChange = Omit<Schemas["Patch"], "version">;
/** How somebody may link two tickets. */
export type NewLinkKind = Schemas["NewLink"]["kind"];
/** A referral sheet that is to be made: the visitor has agreed to exactly this. */
export type NewReferral = Schemas["NewSheet"];
export type ReferralTo = NewReferral["to"];
export type Shared = NewReferral["share"][number];
export type Receipt = Schemas["Receipt"];

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
