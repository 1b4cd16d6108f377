import { channelName } from "../parts/channels";
import type { Figures, OperatorRow } from "./contract";
import { answerTimes, channelsOf, daily, share } from "./series";

/**
 * One chart as numbers: the picture and the table beside it are both made from this, so that they
 * never differ.
 */
export interface Chart {
  title: string;
  /** What the numbers count: 次, 分钟, %. */
  unit: string;
  /** `bars` side by side, `stack` upon each other, `lines`, `ranking` lying bars with long names. */
  kind: "bars" | "stack" | "lines" | "ranking";
  /** What the first column of the table holds. */
  of: string;
  labels: string[];
  series: Series[];
}

export interface Series {
  name: string;
  values: (number | null)[];
  /** What should not have been, in the colour of that. */
  isLoss?: boolean;
}

/** Whether there is anything to draw. */
export function hasData({ series }: Chart): boolean {
  return series.some(({ values }) => values.some((value) => value !== null && value !== 0));
}

/** The charts of a range of days, in the order of the page. */
export function dayCharts(figures: Figures, days: readonly string[]): Chart[] {
  const { days: rows } = figures;
  const channels = channelsOf(rows);
  const labels = [...days];
  const conversations = daily(rows, days, "conversations");
  const deflected = daily(rows, days, "deflected");
  return [
    {
      ...{ title: "每天的对话", unit: "次", kind: "stack", of: "日期", labels },
      series: channels.map((channel) => ({
        name: channelName(channel),
        values: daily(
          rows.filter((row) => row.channel === channel),
          days,
          "conversations",
        ),
      })),
    },
    {
      ...{ title: "首次人工答复用时（中位数）", unit: "分钟", kind: "lines", of: "日期", labels },
      series: channels.map((channel) => ({
        name: channelName(channel),
        values: answerTimes(rows, days, channel),
      })),
    },
    {
      ...{ title: "转人工", unit: "次", kind: "stack", of: "日期", labels },
      series: [
        { name: "接起", values: daily(rows, days, "claimed") },
        { name: "没等到", values: daily(rows, days, "abandoned"), isLoss: true },
      ],
    },
    {
      ...{ title: "自助解决率", unit: "%", kind: "lines", of: "日期", labels },
      series: [
        {
          name: "自助解决率",
          values: conversations.map((whole, at) => share(deflected[at]!, whole)),
        },
      ],
    },
    {
      ...{ title: "登记的工单", unit: "张", kind: "bars", of: "日期", labels },
      series: [{ name: "登记", values: daily(rows, days, "tickets") }],
    },
  ];
}

const MOST_TOPICS = 12;

export function topicsChart({ topics }: Figures): Chart {
  const most = [...topics].sort((a, b) => b.count - a.count).slice(0, MOST_TOPICS);
  return {
    ...{ title: "来访主题", unit: "次", kind: "ranking", of: "主题" },
    labels: most.map(({ label }) => label),
    series: [{ name: "对话", values: most.map(({ count }) => count) }],
  };
}

export function satisfactionChart({ satisfaction }: Figures): Chart {
  const scores = [5, 4, 3, 2, 1];
  return {
    ...{ title: "满意度", unit: "次", kind: "ranking", of: "评分" },
    labels: scores.map((score) => `${score} 分`),
    series: [
      { name: "评价", values: scores.map((score) => satisfaction.by_score[String(score)] ?? 0) },
    ],
  };
}

export function loadChart(operators: readonly OperatorRow[]): Chart {
  return {
    ...{ title: "每人负荷", unit: "次", kind: "ranking", of: "坐席" },
    labels: operators.map(({ name }) => name),
    series: [
      { name: "接起", values: operators.map(({ claimed }) => claimed) },
      { name: "手上", values: operators.map(({ open }) => open) },
    ],
  };
}
