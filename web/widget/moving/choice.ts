import type { Snapshot } from "../api/contract";

/** What a visitor who has two conversations said first in each. */
export interface Choice {
  /** In the one that was open here. */
  ours: string;
  /** In the one that came from elsewhere. */
  arrived: string;
}

const LONGEST = 40;

/** What its visitor said first, so that he knows a conversation again; empty before he spoke. */
export function gistOf({ messages }: Pick<Snapshot, "messages">): string {
  const first = messages.find(({ role }) => role === "visitor")?.text ?? "";
  const signs = [...first];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("")}……` : first;
}
