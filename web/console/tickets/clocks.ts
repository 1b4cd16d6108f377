import type { Clock, Clocks } from "./contract";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on a running clock is shown as pressing. A default of ours. */
const SOON = 4 * HOUR;

export type Tone = "none" | "met" | "calm" | "soon" | "over";

/** How a clock stands, in words and in the tone they are shown in. */
export interface Reading {
  words: string;
  tone: Tone;
}

export const CLOCK_NAMES: Record<keyof Clocks, string> = {
  first: "首次答复",
  next: "下一步",
  solution: "办结",
};

/** Reads a clock at an instant in milliseconds. */
export function read(clock: Clock, now: number): Reading {
  if (clock.met === true) return { words: "按时完成", tone: "met" };
  if (clock.met === false) return { words: "超时完成", tone: "over" };
  if (clock.due === null) return { words: "没有期限", tone: "none" };
  const left = Date.parse(clock.due) - now;
  // The service judges by working days and by its own clock, so that its word goes first.
  if (clock.overdue || left < 0) {
    return { words: `已超 ${span(Math.max(-left, 0))}`, tone: "over" };
  }
  return { words: `还剩 ${span(left)}`, tone: left <= SOON ? "soon" : "calm" };
}

/** The running clock that needs somebody first: overdue ones, then the nearest; null if none runs. */
export function pressing(clocks: Clocks): keyof Clocks | null {
  const running = (Object.keys(CLOCK_NAMES) as (keyof Clocks)[]).filter(
    (name) => clocks[name].met === null && clocks[name].due !== null,
  );
  running.sort(
    (a, b) =>
      Number(clocks[b].overdue) - Number(clocks[a].overdue) ||
      Date.parse(clocks[a].due!) - Date.parse(clocks[b].due!),
  );
  return running[0] ?? null;
}

/** A span of milliseconds in the one unit that matters: 不到 1 分钟, 35 分钟, 2 小时, 3 天. */
export function span(milliseconds: number): string {
  if (milliseconds < MINUTE) return "不到 1 分钟";
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} 分钟`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} 小时`;
  return `${Math.floor(milliseconds / DAY)} 天`;
}
