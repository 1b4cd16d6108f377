import { describe, expect, it } from "vitest";
import { pressing, read, span } from "../../../console/tickets/clocks";
import type { Clock } from "../../../console/tickets/contract";

const NOW = Date.parse("2026-11-20T10:00:00+08:00");
const running = (due: string | null, overdue = false): Clock => ({ due, met: null, overdue });

describe("a clock", () => {
  it("says how much is left, in the one unit that matters", () => {
    expect(read(running("2026-11-20T12:30:00+08:00"), NOW).words).toBe("还剩 2 小时");
    expect(read(running("2026-11-20T10:35:00+08:00"), NOW).words).toBe("还剩 35 分钟");
    expect(read(running("2026-11-24T11:00:00+08:00"), NOW).words).toBe("还剩 4 天");
    expect(read(running("2026-11-20T10:00:20+08:00"), NOW).words).toBe("还剩 不到 1 分钟");
  });

  it("presses when four hours or less are left", () => {
    expect(read(running("2026-11-20T14:00:00+08:00"), NOW).tone).toBe("soon");
    expect(read(running("2026-11-20T14:00:01+08:00"), NOW).tone).toBe("calm");
  });

  it("says by how much it is over", () => {
    expect(read(running("2026-11-17T09:00:00+08:00", true), NOW)).toEqual({
      words: "已超 3 天",
      tone: "over",
    });
  });

  it("is over when the service says so, even if this machine's clock is slow", () => {
    expect(read(running("2026-11-20T10:05:00+08:00", true), NOW).tone).toBe("over");
  });

  it("that has stopped says whether it was in time", () => {
    const due = "2026-11-20T12:00:00+08:00";
    expect(read({ due, met: true, overdue: false }, NOW).words).toBe("按时完成");
    expect(read({ due, met: false, overdue: true }, NOW).words).toBe("超时完成");
  });

  it("without a day says so", () => {
    expect(read(running(null), NOW)).toEqual({ words: "没有期限", tone: "none" });
  });
});

describe("the clock that presses", () => {
  const met: Clock = { due: "2026-11-19T10:00:00+08:00", met: true, overdue: false };
  const next = running("2026-11-21T10:00:00+08:00");
  const solution = running("2026-11-25T10:00:00+08:00");

  it("is the nearest that runs", () => {
    expect(pressing({ first: met, next, solution })).toBe("next");
  });

  it("is an overdue one before a nearer one", () => {
    const late = { ...solution, overdue: true };
    expect(pressing({ first: met, next, solution: late })).toBe("solution");
  });

  it("is none when nothing runs", () => {
    expect(pressing({ first: met, next: running(null), solution: met })).toBeNull();
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
