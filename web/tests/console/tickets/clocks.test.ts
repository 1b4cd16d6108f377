import { describe, expect, it } from "vitest";
import { pressing, read, span } from "../../../console/tickets/clocks";
import type { Clock, Status } from "../../../console/tickets/contract";

const NOW = Date.parse("2026-11-20T10:00:00+08:00");
const running = (due: string, more: Partial<Clock> = {}): Clock => ({
  ...{ due, met: null, overdue: false, paused: false },
  ...more,
});
const reading = (clock: Clock | null, status: Status = "in_progress") => read(clock, status, NOW);

describe("a clock", () => {
  it("says how much is left, in the one unit that matters", () => {
    expect(reading(running("2026-11-20T12:30:00+08:00")).words).toBe("还剩 2 小时");
    expect(reading(running("2026-11-20T10:35:00+08:00")).words).toBe("还剩 35 分钟");
    expect(reading(running("2026-11-24T11:00:00+08:00")).words).toBe("还剩 4 天");
    expect(reading(running("2026-11-20T10:00:20+08:00")).words).toBe("还剩 不到 1 分钟");
  });

  it("presses when four hours or less are left", () => {
    expect(reading(running("2026-11-20T14:00:00+08:00")).tone).toBe("soon");
    expect(reading(running("2026-11-20T14:00:01+08:00")).tone).toBe("calm");
  });

  it("says by how much it is over", () => {
    expect(reading(running("2026-11-17T09:00:00+08:00", { overdue: true }))).toEqual({
      words: "已超 3 天",
      tone: "over",
    });
  });

  it("is over when the service says so, even if this machine's clock is slow", () => {
    expect(reading(running("2026-11-20T10:05:00+08:00", { overdue: true })).tone).toBe("over");
  });

  it("that was kept or broken says whether it was in time", () => {
    const due = "2026-11-20T12:00:00+08:00";
    expect(reading(running(due, { met: true })).words).toBe("按时完成");
    expect(reading(running(due, { met: false })).words).toBe("超时完成");
  });

  it("that waits for the visitor does not run", () => {
    expect(reading(running("2026-11-17T09:00:00+08:00", { paused: true }))).toEqual({
      words: "等材料，已暂停",
      tone: "none",
    });
  });

  it("of a ticket that has ended, or that was never promised, is not counted", () => {
    expect(reading(running("2026-11-17T09:00:00+08:00"), "withdrawn").words).toBe("不计时");
    expect(reading(null).words).toBe("不计时");
  });
});

describe("the clock that presses", () => {
  const first = running("2026-11-19T10:00:00+08:00", { met: true });
  const next = running("2026-11-21T10:00:00+08:00");
  const solution = running("2026-11-25T10:00:00+08:00");

  it("is the nearest that runs", () => {
    expect(pressing({ first, next, solution }, "assigned")).toBe("next");
  });

  it("is an overdue one before a nearer one", () => {
    const late = { ...solution, overdue: true };
    expect(pressing({ first, next, solution: late }, "assigned")).toBe("solution");
  });

  it("is none when nothing runs", () => {
    const paused = { ...next, paused: true };
    expect(pressing({ first, next: paused, solution: null }, "waiting")).toBeNull();
    expect(pressing({ first, next, solution }, "closed")).toBeNull();
  });
});

describe("a span", () => {
  it.each([
    [30_000, "不到 1 分钟"],
    [59 * 60_000, "59 分钟"],
    [47 * 3_600_000, "47 小时"],
    [48 * 3_600_000, "2 天"],
  ])("of %i ms is %s", (milliseconds, words) => {
    expect(span(milliseconds)).toBe(words);
  });
});
