import { afterEach, describe, expect, it, vi } from "vitest";
import { serviceNow, tellTime } from "../../../console/api/clock";
import { secondsSince } from "../../../console/parts/times";

afterEach(() => {
  vi.useRealTimers();
  tellTime(new Date().toISOString());
});

describe("a wait", () => {
  it("is counted by the service's clock, however wrong the browser's is", () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-22T08:00:00+08:00") });
    tellTime("2026-11-22T10:00:30+08:00");
    const since = "2026-11-22T10:00:00+08:00";
    expect(secondsSince(since, serviceNow())).toBe(30);
    vi.advanceTimersByTime(15_000);
    expect(secondsSince(since, serviceNow())).toBe(45);
  });
});
