import type { CannedAction, CannedReply } from "./contract";
import { door } from "./http";

export type NewCanned = Omit<CannedReply, "id">;

/** Canned replies, own and shared. All throw DeskError. */
export const canned = {
  list: async (q = "") => {
    const found = await door.get<CannedReply[] | { items: CannedReply[] }>("/canned", { q });
    return Array.isArray(found) ? found : found.items;
  },
  add: (reply: NewCanned) => door.post<CannedReply>("/canned", reply),
  change: (id: number, reply: Partial<NewCanned>) =>
    door.patch<CannedReply>(`/canned/${id}`, reply),
  remove: (id: number) => door.delete(`/canned/${id}`),
  /** The text with its variables filled in for a conversation, and what goes with it. */
  fill: (id: number | string, conversation: string) =>
    door.post<{ text: string; actions?: CannedAction[] }>(`/canned/${id}/fill`, {
      conversation_id: conversation,
    }),
};
