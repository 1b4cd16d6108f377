import { shallowRef } from "vue";
import type { Citation } from "../api/contract";

/** The citation whose text stands open, null when none does. */
export const openCitation = shallowRef<Citation | null>(null);

/** 《商标法》第五十七条 */
export function titleOf({ short, law, article }: Citation): string {
  const name = short ?? law;
  return `${name ? `《${name}》` : "来源"}${article ?? ""}`;
}

/** Whether an article is in force on a day, `YYYY-MM-DD`. */
export function isInForce({ in_force_from, in_force_to }: Citation, day: string): boolean {
  const hasBegun = !in_force_from || in_force_from <= day;
  return hasBegun && (!in_force_to || day <= in_force_to);
}
