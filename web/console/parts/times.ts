import { onScopeDispose, ref, type Ref } from "vue";
import { serviceNow } from "../api/clock";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds between two moments, never below zero: clocks differ. */
export function secondsSince(from: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
}

/** A span as one reads it at a glance: 40秒, 12分, 3时05分, 2天. */
export function spanOf(seconds: number): string {
  if (seconds < MINUTE) return `${seconds}秒`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}分`;
  if (seconds < DAY) {
    const minutes = Math.floor((seconds % HOUR) / MINUTE);
    return `${Math.floor(seconds / HOUR)}时${String(minutes).padStart(2, "0")}分`;
  }
  return `${Math.floor(seconds / DAY)}天`;
}

const CLOCK = new Intl.DateTimeFormat("zh-CN", {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
  timeZone: "Asia/Shanghai",
});
const DATE = new Intl.DateTimeFormat("zh-CN", {
  month: "numeric",
  day: "numeric",
  timeZone: "Asia/Shanghai",
});
const FULL = new Intl.DateTimeFormat("zh-CN", {
  dateStyle: "long",
  timeStyle: "short",
  hour12: false,
  timeZone: "Asia/Shanghai",
});

/** 14:05 */
export function clockOf(moment: string): string {
  return CLOCK.format(new Date(moment));
}

/** Today's moments by the clock, others by the day: 14:05, 3月2日. */
export function momentOf(moment: string, now: number): string {
  const at = new Date(moment);
  const isToday = DATE.format(at) === DATE.format(now) && now - at.getTime() < DAY * 1000;
  return isToday ? CLOCK.format(at) : dayOf(moment);
}

/** 3月2日 */
export function dayOf(moment: string): string {
  const [month, day] = DATE.format(new Date(moment)).split("/");
  return `${month}月${day}日`;
}

/** 2026年3月2日 14:05 */
export function fullMomentOf(moment: string): string {
  return FULL.format(new Date(moment));
}

/** The present moment by the service's clock, in milliseconds; it goes on while the component stands. */
export function useNow(everyMs = 1_000): Ref<number> {
  const now = ref(serviceNow());
  const timer = setInterval(() => (now.value = serviceNow()), everyMs);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
