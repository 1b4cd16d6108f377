/**
 * Calls at the desk: names for the types that are generated from the service's description. A call
 * is a conversation over the channel `phone`, and has its id.
 */
import type { components } from "../../widget/api/openapi";

type Schemas = components["schemas"];

export type NewCall = Schemas["NewCall"];
export type BegunCall = Schemas["BegunCall"];
/** What a caller has turned to the helpline with before, the newest first. */
export type Earlier = Schemas["Earlier"];
export type EarlierCall = Schemas["EarlierCall"];
export type TicketOfCaller = Schemas["TicketOfCaller"];

/** A call that rings at somebody's extension, as its event tells. */
export interface Ringing {
  call_id: string;
  caller: string | null;
  tickets: string[];
}
