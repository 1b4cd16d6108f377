import { door } from "../api/http";
import type { BegunCall, Earlier, NewCall } from "./contract";

export const beginCall = (call: NewCall) => door.post<BegunCall>("/calls", call);
export const earlierOf = (caller: string) => door.get<Earlier>("/calls", { caller });
export const ownCalls = () => door.get<Earlier>("/calls");
/** What the caller said, as the operator wrote it down; a repeat with the same id is kept once. */
export const noteHeard = (call: string, text: string, client_message_id: string) =>
  door.post(`/calls/${encodeURIComponent(call)}/heard`, { text, client_message_id });
export const endCall = (call: string) => door.post(`/calls/${encodeURIComponent(call)}/end`);
/** The conversation of a caller who reads his code out; throws DeskError. */
export const findByCode = (code: string) =>
  door.post<{ conversation_id: string }>("/moves", { code });
