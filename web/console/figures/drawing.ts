import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { Chart } from "./charts";
import { optionOf, type Palette } from "./options";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** A chart that is drawn in an element, in the page's colours and as wide as there is room. */
export class Drawing {
  private readonly picture: ECharts;
  private readonly sizes: ResizeObserver;
  private readonly colours: MutationObserver;
  private chart: Chart | null = null;

  constructor(private readonly place: HTMLElement) {
    this.picture = init(place, null, { renderer: "canvas" });
    this.sizes = new ResizeObserver(() => this.picture.resize());
    this.sizes.observe(place);
    this.colours = new MutationObserver(() => this.chart && this.draw(this.chart));
    this.colours.observe(document.documentElement, { attributeFilter: ["class"] });
  }

  draw(chart: Chart): void {
    this.chart = chart;
    this.picture.setOption(optionOf(chart, this.palette()), { notMerge: true });
  }

  dispose(): void {
    this.sizes.disconnect();
    this.colours.disconnect();
    this.picture.dispose();
  }

  private palette(): Palette {
    const styles = getComputedStyle(this.place);
    const colour = (name: string) => styles.getPropertyValue(`--${name}`).trim();
    return {
      ink: colour("ink"),
      soft: colour("ink-soft"),
      line: colour("line"),
      surface: colour("surface"),
      loss: colour("series-loss"),
      series: [1, 2, 3, 4].map((at) => colour(`series-${at}`)),
    };
  }
}
