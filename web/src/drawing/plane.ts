/** The picture: probabilities as shades, the boundary, the straight line, the points. */
import { GRID } from "../worker/protocol";
import { Surface } from "./canvas";
import { palette, prefersDark, shareColour, type Palette } from "./colours";
import { boundaries, joined, type Segment } from "./contour";
import { marker, valueMarker } from "./markers";
import { shade, shadeUnits } from "./shading";

export interface PlanePoints {
  positions: Float64Array;
  /** The class of each; or its value, and then `range` is what the colours span. */
  values: Float64Array;
  range: readonly [number, number] | null;
  inTest: Uint8Array;
  bounds: readonly [number, number, number, number];
  axes: readonly [string, string];
  line: Segment[];
}

export interface Shown {
  line: boolean;
  test: boolean;
  discrete: boolean;
}

/** One hidden unit's view, shown in the place of the answer. */
export interface LargeUnit {
  view: Uint8Array;
}

/** Where on the canvas the picture is, without its axes. */
interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

const LEFT = 44;
const BOTTOM = 40;
const EDGE = 8;

export class Plane {
  readonly surface: Surface;
  shown: Shown = { line: true, test: true, discrete: false };
  /** A unit that is looked at, as large as the picture. */
  unit: LargeUnit | null = null;
  /** Where the keyboard's cross-hair is, in data; null when it is not there. */
  crossHair: { x: number; y: number; colour: number } | null = null;

  private points: PlanePoints | null = null;
  /** The straight line, in strokes that dashes run through. */
  private line: [number, number][][] = [];
  private planes: Uint8Array = new Uint8Array();
  private nPlanes = 1;
  private readonly shades = document.createElement("canvas");
  private readonly overlay = document.createElement("canvas");
  private overlayIsFor = "";

  constructor(canvas: HTMLCanvasElement) {
    this.surface = new Surface(canvas, () => this.draw());
  }

  setPoints(points: PlanePoints): void {
    this.points = points;
    this.line = joined(points.line);
    this.overlayIsFor = "";
    this.surface.redraw();
  }

  show(shown: Shown): void {
    this.shown = { line: shown.line, test: shown.test, discrete: shown.discrete };
    this.overlayIsFor = "";
    this.surface.redraw();
  }

  /** The picture's edges: left, right, bottom, top. */
  bounds(): readonly [number, number, number, number] {
    return this.points?.bounds ?? [-1, 1, -1, 1];
  }

  setPlanes(planes: Uint8Array, nPlanes: number): void {
    this.planes = planes;
    this.nPlanes = nPlanes;
    this.surface.redraw();
  }

  /** Data coordinates of a place on the canvas; null beside the picture. */
  dataAt(x: number, y: number): [number, number] | null {
    if (!this.points) return null;
    const { left, top, width, height } = this.frame();
    const across = (x - left) / width;
    const up = 1 - (y - top) / height;
    if (across < 0 || across > 1 || up < 0 || up > 1) return null;
    const [x0, x1, y0, y1] = this.points.bounds;
    return [x0 + across * (x1 - x0), y0 + up * (y1 - y0)];
  }

  /** Probability of each class at a place in data coordinates, to within a cell; of a value, how far up its range it is. */
  probabilitiesAt(x: number, y: number): number[] {
    if (!this.points || this.planes.length < GRID * GRID) return [];
    const [x0, x1, y0, y1] = this.points.bounds;
    const column = Math.min(GRID - 1, Math.max(0, Math.floor(((x - x0) / (x1 - x0)) * GRID)));
    const row = Math.min(GRID - 1, Math.max(0, Math.floor(((y - y0) / (y1 - y0)) * GRID)));
    const at = (plane: number): number => this.planes[plane * GRID * GRID + row * GRID + column]! / 255;
    if (this.nPlanes === 1) return [1 - at(0), at(0)];
    return Array.from({ length: this.nPlanes }, (_, plane) => at(plane));
  }

  private frame(): Frame {
    const { width, height } = this.surface;
    return { left: LEFT, top: EDGE, width: width - LEFT - EDGE, height: height - BOTTOM - EDGE };
  }

  private draw(): void {
    const { context: c, width, height } = this.surface;
    const colours = palette(prefersDark());
    c.clearRect(0, 0, width, height);
    if (!this.points) return;
    const frame = this.frame();
    c.save();
    c.beginPath();
    c.rect(frame.left, frame.top, frame.width, frame.height);
    c.clip();
    const painted = this.planes.length >= GRID * GRID * this.nPlanes;
    if (this.unit) shadeUnits(this.shades, this.unit.view, GRID, colours);
    else if (painted) shade(this.shades, this.planes, this.nPlanes, GRID, colours, this.shown.discrete);
    if (this.unit || painted) {
      c.imageSmoothingEnabled = !this.shown.discrete;
      c.imageSmoothingQuality = "low";
      c.drawImage(this.shades, frame.left, frame.top, frame.width, frame.height);
    }
    if (painted && this.points.range === null) this.drawBoundary(colours, frame);
    c.restore();
    this.drawOverlay(colours);
    c.drawImage(this.overlay, 0, 0, width, height);
    this.drawCrossHair(colours, frame);
  }

  private drawBoundary(colours: Palette, { left, top, width, height }: Frame): void {
    const c = this.surface.context;
    c.beginPath();
    // Without dashes there is no need to join them.
    for (const [x0, y0, x1, y1] of boundaries(this.planes, this.nPlanes, GRID)) {
      c.moveTo(left + x0 * width, top + (1 - y0) * height);
      c.lineTo(left + x1 * width, top + (1 - y1) * height);
    }
    c.strokeStyle = colours.ink;
    c.lineWidth = 2.5;
    c.lineCap = "square"; // rounded ones cost more than all else of the line
    c.stroke();
  }

  /** Points, axes and the straight line change seldom: they are drawn once and laid over every frame. */
  private drawOverlay(colours: Palette): void {
    const { canvas } = this.surface;
    const withLine = this.shown.line && !this.unit;
    const key = `${canvas.width}x${canvas.height}${colours.dark}${this.shown.test}${withLine}`;
    if (key === this.overlayIsFor || !this.points) return;
    this.overlayIsFor = key;
    this.overlay.width = canvas.width;
    this.overlay.height = canvas.height;
    const c = this.overlay.getContext("2d")!;
    const ratio = canvas.width / this.surface.width;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const frame = this.frame();
    drawAxes(c, this.points, frame, colours);
    if (withLine) this.drawLine(c, colours, frame);
    const { positions, values, range, inTest, bounds } = this.points;
    const [x0, x1, y0, y1] = bounds;
    const n = values.length;
    const radius = n > 1000 ? 2.5 : n > 400 ? 3.25 : 4.25;
    for (let i = 0; i < n; i++) {
      const hollow = inTest[i] === 1;
      if (hollow && !this.shown.test) continue;
      const x = frame.left + ((positions[2 * i]! - x0) / (x1 - x0)) * frame.width;
      const y = frame.top + (1 - (positions[2 * i + 1]! - y0) / (y1 - y0)) * frame.height;
      if (range) valueMarker(c, x, y, radius, hollow, shareColour((values[i]! - range[0]) / (range[1] - range[0]), colours), colours);
      else marker(c, x, y, radius, values[i]!, hollow, colours);
    }
  }

  private drawLine(c: CanvasRenderingContext2D, colours: Palette, { left, top, width, height }: Frame): void {
    c.beginPath();
    for (const stroke of this.line) {
      stroke.forEach(([x, y], i) => {
        if (i === 0) c.moveTo(left + x * width, top + (1 - y) * height);
        else c.lineTo(left + x * width, top + (1 - y) * height);
      });
    }
    c.setLineDash([7, 6]);
    c.strokeStyle = colours.ink;
    c.lineWidth = 1.75;
    c.stroke();
    c.setLineDash([]);
  }

  private drawCrossHair(colours: Palette, { left, top, width, height }: Frame): void {
    if (!this.crossHair || !this.points) return;
    const [x0, x1, y0, y1] = this.points.bounds;
    const x = left + ((this.crossHair.x - x0) / (x1 - x0)) * width;
    const y = top + (1 - (this.crossHair.y - y0) / (y1 - y0)) * height;
    const c = this.surface.context;
    c.strokeStyle = colours.ink;
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(x - 14, y);
    c.lineTo(x + 14, y);
    c.moveTo(x, y - 14);
    c.lineTo(x, y + 14);
    c.stroke();
    marker(c, x, y, 5, this.crossHair.colour, false, colours);
  }
}

function drawAxes(
  c: CanvasRenderingContext2D,
  { bounds, axes }: PlanePoints,
  { left, top, width, height }: Frame,
  colours: Palette,
): void {
  c.strokeStyle = colours.rule;
  c.lineWidth = 1;
  c.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  c.fillStyle = colours.faint;
  c.font = "12px system-ui, sans-serif";
  const [x0, x1, y0, y1] = bounds;
  c.textAlign = "center";
  c.textBaseline = "top";
  for (const tick of ticks(x0, x1, Math.max(3, width / 90))) {
    c.fillText(written(tick), left + ((tick - x0) / (x1 - x0)) * width, top + height + 5);
  }
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const tick of ticks(y0, y1, Math.max(3, height / 70))) {
    c.fillText(written(tick), left - 6, top + (1 - (tick - y0) / (y1 - y0)) * height);
  }
  c.fillStyle = colours.ink;
  c.textAlign = "center";
  c.textBaseline = "bottom";
  c.fillText(shortened(axes[0]), left + width / 2, top + height + BOTTOM - 2);
  c.save();
  c.translate(11, top + height / 2);
  c.rotate(-Math.PI / 2);
  c.textBaseline = "middle";
  c.fillText(shortened(axes[1]), 0, 0);
  c.restore();
}

/** Round numbers between two others. */
export function ticks(low: number, high: number, atMost: number): number[] {
  const rough = (high - low) / atMost;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const found: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) found.push(i * step);
  return found;
}

function written(tick: number): string {
  return Number(tick.toPrecision(6)).toString().replace("-", "−");
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
