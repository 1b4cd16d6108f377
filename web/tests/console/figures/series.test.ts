import { describe, expect, it } from "vitest";
import type { DayRow } from "../../../console/figures/contract";
import {
  answerTimes,
  channelsOf,
  daily,
  dayAfter,
  daysFrom,
  lastMonth,
  share,
  spoken,
  sums,
} from "../../../console/figures/series";

function row(day: string, channel: string, more: Partial<DayRow> = {}): DayRow {
  return {
    ...{ day, channel, conversations: 0, handoffs: 0, claimed: 0, abandoned: 0 },
    ...{ first_reply_median_s: null, tickets: 0, closed: 0, deflected: 0 },
    ...more,
  };
}

const rows = [
  row("2026-11-01", "web", { conversations: 4, deflected: 3, first_reply_median_s: 95 }),
  row("2026-11-01", "phone", { conversations: 2, deflected: 1 }),
  row("2026-11-03", "web", { conversations: 5, deflected: 2, first_reply_median_s: 30 }),
];
const days = daysFrom("2026-11-01", "2026-11-03");

describe("the days of a chart", () => {
  it("leave out none, over the end of a month too", () => {
    expect(daysFrom("2026-02-27", "2026-03-01")).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
    ]);
  });

  it("are none when the range is the wrong way round", () => {
    expect(daysFrom("2026-11-03", "2026-11-01")).toEqual([]);
  });

  it("know the month before, over the new year too", () => {
    expect([lastMonth("2027-01-31"), lastMonth("2026-03-01")]).toEqual(["2026-12", "2026-02"]);
  });

  it("are counted from any day", () => {
    expect(dayAfter("2026-12-31", 1)).toBe("2027-01-01");
    expect(dayAfter("2026-03-01", -1)).toBe("2026-02-28");
  });
});

describe("series", () => {
  it("add up channels and show an empty day as nothing", () => {
    expect(daily(rows, days, "conversations")).toEqual([6, 0, 5]);
  });

  it("keep answer times of a channel apart, in minutes, with gaps where nobody answered", () => {
    expect(answerTimes(rows, days, "web")).toEqual([1.6, null, 0.5]);
    expect(answerTimes(rows, days, "phone")).toEqual([null, null, null]);
  });

  it("name the channels, the busiest first", () => {
    expect(channelsOf(rows)).toEqual(["web", "phone"]);
  });

  it("sum to totals, of nothing too", () => {
    expect(sums(rows)).toMatchObject({ conversations: 11, deflected: 6, tickets: 0 });
    expect(sums([]).conversations).toBe(0);
  });
});

describe("a share", () => {
  it("is in percent, with one decimal", () => {
    expect(share(6, 11)).toBe(54.5);
  });

  it("of nothing is no number", () => {
    expect(share(0, 0)).toBeNull();
  });
});

describe("seconds in words", () => {
  it.each([
    [null, "没有数据"],
    [0, "0 秒"],
    [59.6, "1 分"],
    [200, "3 分 20 秒"],
    [7500, "2 小时 5 分"],
    [273600, "3 天 4 小时"],
  ])("%s is %s", (seconds, words) => {
    expect(spoken(seconds)).toBe(words);
  });
});
