import type { CannedReply, FilledCanned, NewCanned } from "./contract";
import { door } from "./http";

/** Canned replies, own and shared. All throw DeskError. */
export const canned = {
  list: (q = "") => door.get<CannedReply[]>("/canned", { q }),
  add: (reply: NewCanned) => door.post<CannedReply>("/canned", reply),
  change: (id: number, reply: Partial<NewCanned>) =>
    door.patch<CannedReply>(`/canned/${id}`, reply),
  remove: (id: number) => door.delete(`/canned/${id}`),
  /** The text with its variables filled in for a conversation, and what goes with it. */
  fill: (id: number | string, conversation: string) =>
    door.post<FilledCanned>(`/canned/${id}/fill`, { conversation_id: conversation }),
};
