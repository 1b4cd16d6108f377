import { door } from "../api/http";
import type { Shown, WaitingItems } from "./contract";

/** What waits to be sent, or was given up. All throw DeskError. */
export const outbox = {
  list: (state: Shown, before: number | null = null) =>
    door.get<WaitingItems>("/outbox", { state, ...(before !== null && { before }) }),
  retry: (id: number) => door.post(`/outbox/${id}/retry`),
  drop: (id: number) => door.post(`/outbox/${id}/drop`),
};
