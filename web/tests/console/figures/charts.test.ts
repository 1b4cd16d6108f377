import { describe, expect, it } from "vitest";
import {
  dayCharts,
  hasData,
  loadChart,
  satisfactionChart,
  topicsChart,
} from "../../../console/figures/charts";
import type { Figures } from "../../../console/figures/contract";
import { optionOf, shortDay, valueWords } from "../../../console/figures/options";

const DAYS = ["2026-11-01", "2026-11-02"];
const PALETTE = {
  ...{ ink: "#111", soft: "#222", line: "#333", surface: "#444", loss: "#a00" },
  series: ["#555"],
};
const NOTHING: Figures = {
  now: { waiting: 0, longest_wait_s: null, with_operator: 0, online: 0, overdue: 0 },
  ...{ days: [], topics: [], operators: null, overdue: null },
  satisfaction: { count: 0, mean: null, by_score: {} },
};
const BUSY: Figures = {
  ...NOTHING,
  days: [
    {
      ...{ day: "2026-11-01", channel: "phone", conversations: 4, handoffs: 4, claimed: 3 },
      ...{ abandoned: 1, first_reply_median_s: 60, tickets: 2, closed: 3, deflected: 0 },
    },
    {
      ...{ day: "2026-11-02", channel: "web", conversations: 8, handoffs: 1, claimed: 1 },
      ...{ abandoned: 0, first_reply_median_s: null, tickets: 1, closed: 1, deflected: 6 },
    },
  ],
  topics: [
    { situation: "customs", label: "进出口海关", count: 1 },
    { situation: "infringed", label: "权利被侵犯", count: 9 },
  ],
  satisfaction: { count: 3, mean: 4.3, by_score: { 5: 2, 3: 1 } },
};
const charts = dayCharts(BUSY, DAYS);
const named = (title: string) => charts.find((chart) => chart.title === title)!;

describe("the charts of the days", () => {
  it("show conversations by channel, every channel over all days", () => {
    expect(named("每天的对话").series).toEqual([
      { name: "网页", values: [0, 8] },
      { name: "电话", values: [4, 0] },
    ]);
  });

  it("show a share of nothing as a gap, not as zero", () => {
    const [first, second] = dayCharts(BUSY, ["2026-10-31", "2026-11-02"]).find(
      ({ title }) => title === "自助解决率",
    )!.series[0]!.values;
    expect([first, second]).toEqual([null, 75]);
  });

  it("show who waited in vain in the colour of a loss, whoever was answered in that of the series", () => {
    const { series } = optionOf(named("转人工"), PALETTE);
    expect(series).toMatchObject([{ name: "接起" }, { itemStyle: { color: PALETTE.loss } }]);
    expect((series as object[])[0]).not.toHaveProperty("itemStyle");
  });

  it("have a value for each label, so that picture and table agree", () => {
    const all = [...charts, topicsChart(BUSY), satisfactionChart(BUSY), loadChart([])];
    for (const { labels, series } of all)
      for (const { values } of series) expect(values).toHaveLength(labels.length);
  });

  it("are empty, and say so, when nothing happened", () => {
    const quiet = [...dayCharts(NOTHING, DAYS), topicsChart(NOTHING), satisfactionChart(NOTHING)];
    expect(quiet.filter(hasData)).toEqual([]);
  });
});

describe("rankings", () => {
  it("put the commonest topic first", () => {
    expect(topicsChart(BUSY).labels).toEqual(["权利被侵犯", "进出口海关"]);
  });

  it("show every score, also those that nobody gave", () => {
    expect(satisfactionChart(BUSY)).toMatchObject({
      labels: ["5 分", "4 分", "3 分", "2 分", "1 分"],
      series: [{ values: [2, 0, 1, 0, 0] }],
    });
  });
});

describe("a drawn chart", () => {
  it("has its tooltip in the canvas: one of HTML needs styles that the policy refuses", () => {
    for (const chart of [...charts, topicsChart(BUSY)])
      expect(optionOf(chart, PALETTE).tooltip).toMatchObject({ renderMode: "richText" });
  });

  it("names its days shortly and its numbers with their unit", () => {
    expect(shortDay("2026-11-03")).toBe("11/3");
    expect(valueWords(75, "%")).toBe("75%");
    expect(valueWords(1.5, "分钟")).toBe("1.5 分钟");
    expect(valueWords(null, "次")).toBe("—");
  });
});
