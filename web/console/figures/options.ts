import type { EChartsCoreOption } from "echarts/core";
import type { Chart } from "./charts";

/** Colours as the page wears them. */
export interface Palette {
  ink: string;
  soft: string;
  line: string;
  surface: string;
  /** What should not have been. */
  loss: string;
  series: string[];
}

/**
 * How ECharts draws a chart. The tooltip is drawn in the canvas: as HTML it would need inline
 * styles, which the page's policy refuses.
 */
export function optionOf(chart: Chart, palette: Palette): EChartsCoreOption {
  const isRanking = chart.kind === "ranking";
  const names = {
    type: "category",
    data: isRanking ? chart.labels : chart.labels.map(shortDay),
    inverse: isRanking,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: palette.line } },
    axisLabel: { color: palette.ink, hideOverlap: true, ...(isRanking && WRAPPED) },
  };
  const numbers = {
    type: "value",
    minInterval: chart.unit === "%" || chart.unit === "分钟" ? 0 : 1,
    max: chart.unit === "%" ? 100 : undefined,
    splitLine: { lineStyle: { color: palette.line } },
    axisLabel: { color: palette.soft },
  };
  return {
    animation: false,
    color: palette.series,
    textStyle: { fontFamily: "inherit", color: palette.ink },
    grid: { left: 8, right: 16, top: chart.series.length > 1 ? 36 : 12, bottom: 4 },
    legend: {
      show: chart.series.length > 1,
      top: 0,
      right: 0,
      itemWidth: 12,
      itemHeight: 8,
      textStyle: { color: palette.ink },
    },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      axisPointer: { type: chart.kind === "lines" ? "line" : "shadow" },
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.ink },
      valueFormatter: (value: unknown) => valueWords(value as number | null, chart.unit),
    },
    xAxis: isRanking ? numbers : names,
    yAxis: isRanking ? names : numbers,
    series: chart.series.map(({ name, values, isLoss }) => ({
      name,
      data: values,
      ...(isLoss && { itemStyle: { color: palette.loss } }),
      ...(chart.kind === "lines" ? LINE : BAR),
      ...(chart.kind === "stack" && { stack: "all" }),
    })),
  };
}

/** A number with its unit; what is not known is a dash. */
export function valueWords(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return "—";
  return unit === "%" ? `${value}%` : `${value} ${unit}`;
}

/** 2026-11-03 as 11/3. */
export function shortDay(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${month}/${date}`;
}

const WRAPPED = { width: 128, overflow: "break" } as const;
const BAR = { type: "bar", barMaxWidth: 22 } as const;
/** On a day without a mark there was nothing to measure: the line passes over it. */
const LINE = { type: "line", showSymbol: true, symbolSize: 5, connectNulls: true } as const;
