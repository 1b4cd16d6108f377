import { ApiError } from "../api/api";

/** How far a question has come of how content the visitor was. */
export interface RatingState {
  phase: "asked" | "sending" | "given";
  /** Why the answer was not taken. */
  failure: string;
}

/** Sends the answer once; whether the service has it. */
export async function rate(state: RatingState, send: () => Promise<void>): Promise<boolean> {
  if (state.phase !== "asked") return false;
  Object.assign(state, { phase: "sending", failure: "" });
  try {
    await send();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    Object.assign(state, { phase: "asked", failure: error.message });
    return false;
  }
  state.phase = "given";
  return true;
}
