import type { DayRow } from "./contract";

const MILLISECONDS_A_DAY = 86_400_000;

/** What can be added up over channels and days. */
export const COUNTS = [
  "conversations",
  "handoffs",
  "claimed",
  "abandoned",
  "tickets",
  "closed",
  "deflected",
] as const satisfies readonly (keyof DayRow)[];
export type Count = (typeof COUNTS)[number];
export type Counts = Record<Count, number>;

/** Every day from `from` to `to`, both included. */
export function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += MILLISECONDS_A_DAY) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

/** The day that lies `count` days after `day`. */
export function dayAfter(day: string, count: number): string {
  return new Date(Date.parse(day) + count * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

/** The month before that of a day: 2026-01-09 gives 2025-12. */
export function lastMonth(day: string): string {
  return dayAfter(`${day.slice(0, 7)}-01`, -1).slice(0, 7);
}

export function sums(rows: readonly DayRow[]): Counts {
  const none = Object.fromEntries(COUNTS.map((count) => [count, 0])) as Counts;
  return rows.reduce((sum, row) => {
    for (const count of COUNTS) sum[count] += row[count];
    return sum;
  }, none);
}

/** The channels that the rows name, the busiest first. */
export function channelsOf(rows: readonly DayRow[]): string[] {
  const busy = new Map<string, number>();
  for (const row of rows) {
    busy.set(row.channel, (busy.get(row.channel) ?? 0) + row.conversations);
  }
  return [...busy].sort(([, a], [, b]) => b - a).map(([channel]) => channel);
}

/** One count for each of the days, summed over channels; a day without rows counts 0. */
export function daily(rows: readonly DayRow[], days: readonly string[], count: Count): number[] {
  const byDay = new Map<string, number>();
  for (const row of rows) byDay.set(row.day, (byDay.get(row.day) ?? 0) + row[count]);
  return days.map((day) => byDay.get(day) ?? 0);
}

/**
 * The median time to the first reply of one channel on each of the days, in minutes with one
 * decimal; null where nothing was answered. Medians of several channels cannot be summed into one,
 * so that each channel keeps its own line.
 */
export function answerTimes(
  rows: readonly DayRow[],
  days: readonly string[],
  channel: string,
): (number | null)[] {
  const byDay = new Map<string, number | null>();
  for (const row of rows) {
    if (row.channel === channel) byDay.set(row.day, row.first_reply_median_s ?? null);
  }
  return days.map((day) => {
    const seconds = byDay.get(day) ?? null;
    return seconds === null ? null : Math.round(seconds / 6) / 10;
  });
}

/** A share in percent with one decimal; null where there is nothing to have a share of. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((1000 * part) / whole) / 10 : null;
}

/** Seconds as people say them: 45 秒, 3 分 20 秒, 2 小时 5 分, 3 天 4 小时; null is 没有数据. */
export function spoken(seconds: number | null): string {
  if (seconds === null) return "没有数据";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} 秒`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(`${minutes} 分`, whole % 60, "秒");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(`${hours} 小时`, minutes % 60, "分");
  return joined(`${Math.floor(hours / 24)} 天`, hours % 24, "小时");
}

function joined(first: string, rest: number, unit: string): string {
  return rest ? `${first} ${rest} ${unit}` : first;
}
