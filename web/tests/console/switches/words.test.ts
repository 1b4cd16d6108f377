import { describe, expect, it } from "vitest";
import type { Switch } from "../../../console/switches/contract";
import { daysWords, momentPicked, spanWords } from "../../../console/switches/words";

const SWITCH: Switch = {
  ...{ id: 1, topic: "patent", label: "专利（所有类型）", mode: "off", note: "" },
  ...{ starts_at: "2026-11-22T10:00:00+08:00", ends_at: null, stands: "on" },
  ...{ set_by: "王芳", set_at: "2026-11-22T10:00:00+08:00", lifted_by: null, lifted_at: null },
};

describe("a switch in words", () => {
  it("says when nobody has set an end", () => {
    expect(spanWords(SWITCH)).toBe("2026年11月22日 10:00 起，没有定结束时间");
  });

  it("ends when it was lifted, whatever end was set", () => {
    const lifted = {
      ...SWITCH,
      ends_at: "2026-11-30T10:00:00+08:00",
      lifted_at: "2026-11-23T09:30:00+08:00",
    };
    expect(spanWords(lifted)).toContain("到 2026年11月23日 09:30");
  });

  it("takes a moment that was picked as one in China, and none as none", () => {
    expect(momentPicked("2026-12-01T18:00")).toBe("2026-12-01T18:00:00+08:00");
    expect(momentPicked("")).toBeNull();
  });
});

describe("the days of a banner", () => {
  const line = { id: 1, text: "今晚维护", first_day: "2026-11-22", last_day: "2026-11-22" };
  const by = { set_by: "王芳", set_at: SWITCH.set_at, lifted_by: null, lifted_at: null };

  it("are one day or a span", () => {
    const banner = { ...line, ...by, stands: "on" as const };
    expect(daysWords(banner)).toBe("2026-11-22 当天");
    expect(daysWords({ ...banner, last_day: "2026-11-25" })).toBe("2026-11-22 至 2026-11-25");
  });
});
