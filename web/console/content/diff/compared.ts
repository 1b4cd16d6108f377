import type { Revision } from "../contract";

/** What a revision is compared with, and that in words. */
export interface Compared {
  body: string | null;
  words: string;
}

/**
 * What is in use, of a revision that was in use the one before it. Null for the first one that was:
 * what was shipped before it is not kept.
 */
export function comparedWith(
  { body, revisions }: { body: string | null; revisions: readonly Revision[] },
  id: number,
): Compared | null {
  const at = revisions.findIndex((one) => one.id === id);
  if (!wasUsed(revisions[at]!)) return { body, words: "和现在用的比" };
  const older = revisions.slice(at + 1).find(wasUsed);
  return older ? { body: older.body, words: `和第 ${older.number} 版比` } : null;
}

function wasUsed({ state }: Revision): boolean {
  return state === "published" || state === "archived";
}
