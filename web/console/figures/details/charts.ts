import type { Chart } from "../charts";
import type { Details } from "../contract";

type Cells = readonly { label: string; count: number }[];

/** The charts of what is counted when the page opens, in the order of the page. */
export function detailCharts(details: Details): Chart[] {
  return [
    {
      ...{ title: "一天里的时段", unit: "次", kind: "bars", of: "时段" },
      labels: details.hours.map(({ hour }) => `${hour} 时`),
      series: [{ name: "对话", values: details.hours.map(({ count }) => count) }],
    },
    ranking("自动应答怎样处理", "条", "结果", details.outcomes.told),
    ranking("地市", "次", "地市", details.cities),
    ranking("权利", "次", "权利", details.rights),
  ];
}

function ranking(title: string, unit: string, of: string, cells: Cells): Chart {
  return {
    ...{ title, unit, kind: "ranking", of },
    labels: cells.map(({ label }) => label),
    series: [
      { name: of === "结果" ? "来访者的话" : "对话", values: cells.map(({ count }) => count) },
    ],
  };
}
