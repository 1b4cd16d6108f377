import type { Day } from "./contract";

const MILLISECONDS_A_DAY = 86_400_000;

/** `2026-12-07` as 2026年12月7日. */
export function chineseDate(day: Day): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${year}年${month}月${date}日`;
}

/** Whole days from one day to another, negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MILLISECONDS_A_DAY);
}

/** The day in China at an ISO 8601 instant. */
export function dayInChina(instant: string): Day {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date(instant));
}
