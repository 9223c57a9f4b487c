/** Curves over passes, with the values under the pointer. */
import uPlot from "uplot";
import { loss as written } from "../numbers";
import { palette, prefersDark } from "./colours";
import { tickText } from "./tick_text";

export interface Line {
  label: string;
  colour: "train" | "test" | "faint" | string;
  dash?: number[];
}

const HEIGHT = 190;

export class Chart {
  readonly element = document.createElement("div");
  private plot: uPlot | null = null;
  private data: uPlot.AlignedData = [[]];
  private logarithmic = false;
  private asked = false;
  private isFirst = true;

  constructor(
    private lines: readonly Line[],
    private readonly across: string,
    private readonly height = HEIGHT,
  ) {
    this.element.className = "chart";
    new ResizeObserver(() => this.fit()).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.rebuild());
  }

  /** x, then a row of values for each line; NaN and infinity are gaps. */
  set(columns: readonly ArrayLike<number>[], lines?: readonly Line[]): void {
    const clean = columns.map((column, i) =>
      Array.from(column, (value) =>
        Number.isFinite(value) && (i === 0 || !this.logarithmic || value > 0) ? value : null,
      ),
    );
    this.data = clean as unknown as uPlot.AlignedData;
    if (lines && JSON.stringify(lines) !== JSON.stringify(this.lines)) {
      this.lines = lines;
      this.rebuild();
      return;
    }
    if (this.isFirst) {
      // The observer may come a picture later: what is below would jump by the legend's height.
      this.isFirst = false;
      if (!this.plot) return this.fit();
    }
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.plot?.setData(this.data);
    });
  }

  scale(logarithmic: boolean): void {
    this.logarithmic = logarithmic;
    this.rebuild();
  }

  private fit(): void {
    const width = this.element.clientWidth;
    if (width === 0) return;
    if (this.plot) this.plot.setSize({ width, height: this.height });
    else this.rebuild();
  }

  private rebuild(): void {
    const width = this.element.clientWidth;
    this.plot?.destroy();
    this.plot = null;
    if (width === 0) return;
    const colours = palette(prefersDark());
    const named: Record<string, string> = { train: colours.train, test: colours.test, faint: colours.faint };
    const axis = { stroke: colours.faint, grid: { stroke: colours.rule, width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    this.plot = new uPlot(
      {
        width,
        height: this.height,
        // Fixed: it would grow and shrink with the numbers on the axis.
        padding: [10, 16, 0, 0],
        legend: { live: true },
        cursor: { drag: { x: false, y: false }, points: { size: 7 } },
        // Axes stand there before there is anything to show: they would push the curve aside later.
        scales: {
          x: { time: false, range: (_u, low, high) => (low === null ? [0, 1] : [low, Math.max(high, low + 1)]) },
          y: {
            distr: this.logarithmic ? 3 : 1,
            range: (_u, low, high) => {
              if (low === null) return this.logarithmic ? [0.01, 1] : [0, 1];
              return this.logarithmic ? uPlot.rangeLog(low, high, 10, true) : uPlot.rangeNum(low, high, 0.1, true);
            },
          },
        },
        axes: [
          { ...axis, size: 30, values: (_u, values) => values.map((v) => (v >= 10_000 ? `${v / 1000}k` : String(v))) },
          { ...axis, size: 54, values: (_u, values, _axis, _space, step) => values.map((v) => (v === null ? "" : this.logarithmic ? String(Number(v.toPrecision(2))) : tickText(v, step))) },
        ],
        series: [
          { label: this.across, value: (_u, v) => (v === null ? "–" : String(v)) },
          ...this.lines.map((line) => ({
            label: line.label,
            stroke: named[line.colour] ?? line.colour,
            width: 2,
            ...(line.dash ? { dash: line.dash } : {}),
            points: { show: false },
            spanGaps: true,
            value: (_u: uPlot, v: number | null) => written(v),
          })),
        ],
      },
      this.data,
      this.element,
    );
  }
}
