export type Shown = "dead" | "held" | "pending";

/** Something that is to be sent over another channel, or was given up. */
export interface WaitingItem {
  id: number;
  channel: string;
  account: string | null;
  kind: "turn" | "message" | "news" | "own" | "mail";
  conversation_id: string | null;
  state: Shown | "leased";
  /** A code of ours or of the channel's. */
  problem: string | null;
  attempts: number;
  made_at: string;
  due_at: string;
}

export interface WaitingItems {
  items: WaitingItem[];
  counts: Record<Shown, number>;
  /** What the next page is asked for by, null on the last one. */
  before: number | null;
}
