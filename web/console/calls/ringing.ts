import type { DeskEvent } from "../api/contract";
import type { Ringing } from "./contract";

/** The call that an event tells of, where it rings for `me` and has not been taken; else null. */
export function ringingOf(event: DeskEvent, me: number): Ringing | null {
  const { call_id, caller, tickets, state = "ringing", staff_id } = event;
  const isForMe = staff_id === me && typeof call_id === "string";
  if (!isForMe || state !== "ringing") return null;
  return {
    call_id,
    caller: typeof caller === "string" && caller ? caller : null,
    tickets: Array.isArray(tickets) ? tickets.filter((one) => typeof one === "string") : [],
  };
}
