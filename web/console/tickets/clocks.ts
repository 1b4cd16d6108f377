import type { Clock, Clocks, Status } from "./contract";
import { ENDED } from "./contract";

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

/** Reads a clock of a ticket that stands at `status`, at an instant in milliseconds. */
export function read(clock: Clock | null, status: Status, now: number): Reading {
  if (clock?.met === true) return { words: "按时完成", tone: "met" };
  if (clock?.met === false) return { words: "超时完成", tone: "over" };
  if (clock === null || ENDED.includes(status)) return { words: "不计时", tone: "none" };
  if (clock.paused) return { words: "等材料，已暂停", tone: "none" };
  const left = Date.parse(clock.due) - now;
  // The service's clock goes first: this machine's may be wrong.
  if (clock.overdue || left < 0) {
    return { words: `已超 ${span(Math.max(-left, 0))}`, tone: "over" };
  }
  return { words: `还剩 ${span(left)}`, tone: left <= SOON ? "soon" : "calm" };
}

/** The running clock that needs somebody first: overdue ones, then the nearest; null if none runs. */
export function pressing(clocks: Clocks, status: Status): keyof Clocks | null {
  if (ENDED.includes(status)) return null;
  const running = (Object.keys(CLOCK_NAMES) as (keyof Clocks)[]).flatMap((name) => {
    const clock = clocks[name];
    return clock && clock.met === null && !clock.paused ? [{ name, clock }] : [];
  });
  running.sort(
    ({ clock: a }, { clock: b }) =>
      Number(b.overdue) - Number(a.overdue) || Date.parse(a.due) - Date.parse(b.due),
  );
  return running[0]?.name ?? null;
}

/** A span of milliseconds in the one unit that matters: 不到 1 分钟, 35 分钟, 2 小时, 3 天. */
export function span(milliseconds: number): string {
  if (milliseconds < MINUTE) return "不到 1 分钟";
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} 分钟`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} 小时`;
  return `${Math.floor(milliseconds / DAY)} 天`;
}
