import type { Day, Deadline, Referral } from "../api/contract";
import { daysBetween } from "../api/dates";

/**
 * Closer than this, in days, a deadline is marked: most of the short statutory ones are 15 days.
 */
const SOON = 15;

/**
 * The day to act by: earlier than the law's own where the law is about to change. Null where no day
 * is known.
 */
export function lastDay({ act_by, due }: Deadline): Day | null {
  return act_by ?? due;
}

/**
 * The deadline that runs out first; one that has run out counts only where no other has a day. Null
 * without days.
 */
export function nearest(deadlines: Deadline[], on: Day): Deadline | null {
  const dated = deadlines.filter((deadline) => lastDay(deadline) !== null);
  dated.sort((one, other) => lastDay(one)!.localeCompare(lastDay(other)!));
  return dated.find((deadline) => lastDay(deadline)! >= on) ?? dated.at(-1) ?? null;
}

export function isPressing(deadline: Deadline, on: Day): boolean {
  const day = lastDay(deadline);
  return day !== null && daysBetween(on, day) <= SOON;
}

/** How long one still has. */
export function timeLeft(day: Day, on: Day): string {
  const days = daysBetween(on, day);
  if (days < 0) return "已过期";
  return days === 0 ? "今天到期" : `还剩 ${days} 天`;
}

/** How long one still has to wait. */
export function timeToWait(day: Day, on: Day): string {
  const days = daysBetween(on, day);
  return days > 0 ? `还要等 ${days} 天` : "现在可以办";
}

/**
 * Whether a calendar has anything to hold: a day to act by, or one from which one can act, that is
 * not over.
 */
export function hasDatesAhead({ remedies, as_of: on }: Referral): boolean {
  const days = remedies.flatMap((remedy) =>
    remedy.deadlines.map((one) => lastDay(one) ?? one.opens_on),
  );
  return days.some((day) => day && day >= on);
}
