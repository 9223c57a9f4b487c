/** The network: each unit with what it sees, each weight as thick as it is large. */
import { READABLE, seldom } from "../seldom";
import { UNIT_GRID } from "../worker/protocol";
import { Surface } from "./canvas";
import { classColour, css, palette, prefersDark, type Palette } from "./colours";
import { shadeUnits } from "./shading";

export interface DiagramData {
  /** Units of every layer, inputs and outputs counted, and how many of them are drawn. */
  layers: readonly number[];
  shown: readonly number[];
  views: Uint8Array;
  /** All weights: W row by row, then b, layer by layer. */
  weights: Float64Array;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Below inputs, hidden layers and outputs. */
  words: { inputs: string; units: (n: number) => string; output: string };
}

/** A unit's place on the canvas; layer 0 are the inputs. */
export interface Spot {
  layer: number;
  unit: number;
  x: number;
  y: number;
  size: number;
}

/** A drawn line: from a unit to one of the next layer. */
export interface Line {
  from: Spot;
  to: Spot;
  /** Its weight's place among all. */
  at: number;
}

/** Where W of each layer begins among the weights. */
export function offsets(layers: readonly number[]): number[] {
  let at = 0;
  return layers.slice(1).map((fanOut, layer) => {
    const begin = at;
    at += (layers[layer]! + 1) * fanOut;
    return begin;
  });
}

export class Diagram {
  readonly surface: Surface;
  /** Told when units have got other places. */
  onLayout: (spots: readonly Spot[]) => void = () => {};
  private marked: { line: number | null; unit: readonly [number, number] | null } = { line: null, unit: null };
  private data: DiagramData | null = null;
  private spots: Spot[][] = [];
  private lines: Line[] = [];
  private placedFor = "";
  /** What the lines were drawn for; empty where the weights are others. */
  private linesAreFor = "";
  private readonly weightsChanged = seldom(READABLE, () => {
    this.linesAreFor = "";
    this.surface.redraw();
  });
  /** The units' views, one below the other. */
  private readonly views = document.createElement("canvas");
  /** Names and captions, which change seldom. */
  private readonly labels = document.createElement("canvas");
  private labelsAreFor = "";

  constructor(canvas: HTMLCanvasElement) {
    this.surface = new Surface(canvas, () => this.draw());
  }

  set(data: DiagramData): void {
    this.data = data;
    this.weightsChanged();
    this.surface.redraw();
  }

  /** A line and a unit that are pointed at. */
  mark(marked: Partial<Diagram["marked"]>): void {
    this.marked = { ...this.marked, ...marked };
    this.linesAreFor = "";
    this.surface.redraw();
  }

  /** The line nearest to a place on the canvas, if one is near. */
  lineAt(x: number, y: number): Line | null {
    let best: Line | null = null;
    let least = 6;
    for (const line of this.lines) {
      const distance = distanceTo(line, x, y);
      if (distance < least) [best, least] = [line, distance];
    }
    return best;
  }

  private draw(): void {
    const { context: c, width, height, fitted } = this.surface;
    if (!this.data) return;
    this.place(width, height);
    const colours = palette(prefersDark());
    // A hundred curves are dear, and nobody sees one grow faster than that; what units see is drawn each time.
    const key = `${this.placedFor} ${fitted} ${colours.dark}`;
    if (key === this.linesAreFor) return this.drawViews(colours);
    this.linesAreFor = key;
    c.clearRect(0, 0, width, height);
    this.drawLines(colours);
    this.drawEnds(colours);
    this.drawViews(colours);
    this.drawLabels();
    c.drawImage(this.labels, 0, 0, width, height);
  }

  private drawLines(colours: Palette): void {
    const { context: c } = this.surface;
    const { weights } = this.data!;
    const strongest = this.lines.reduce((most, { at }) => Math.max(most, Math.abs(weights[at]!)), 1e-9);
    const [lowers, lifts] = [css(classColour(0, colours.dark)), css(classColour(1, colours.dark))];
    c.lineCap = "round";
    for (const line of this.lines) {
      const share = weights[line.at]! / strongest;
      const isMarked = line.at === this.marked.line || this.feedsMarked(line);
      c.strokeStyle = share > 0 ? lifts : lowers;
      c.globalAlpha = isMarked ? 1 : 0.15 + 0.75 * Math.sqrt(Math.abs(share));
      c.lineWidth = 0.5 + 5 * Math.abs(share) + (isMarked ? 1.5 : 0);
      c.beginPath();
      c.moveTo(line.from.x + line.from.size / 2, line.from.y);
      const middle = (line.from.x + line.to.x) / 2;
      c.bezierCurveTo(middle, line.from.y, middle, line.to.y, line.to.x - line.to.size / 2, line.to.y);
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  private feedsMarked({ to }: Line): boolean {
    const { unit } = this.marked;
    return unit !== null && to.layer === unit[0] + 1 && to.unit === unit[1];
  }

  /** Inputs and outputs: squares of paper for their names. */
  private drawEnds(colours: Palette): void {
    const { context: c } = this.surface;
    c.fillStyle = css(colours.paper);
    for (const spot of [...this.spots[0]!, ...this.spots.at(-1)!]) {
      c.fillRect(spot.x - spot.size / 2, spot.y - spot.size / 2, spot.size, spot.size);
      this.frame(spot, colours);
    }
  }

  private drawViews(colours: Palette): void {
    const { context: c } = this.surface;
    shadeUnits(this.views, this.data!.views, UNIT_GRID, colours);
    this.spots.slice(1, -1).flat().forEach((spot, i) => {
      const { x, y, size } = spot;
      c.drawImage(this.views, 0, UNIT_GRID * i, UNIT_GRID, UNIT_GRID, x - size / 2, y - size / 2, size, size);
      this.frame(spot, colours);
    });
  }

  private frame({ layer, unit, x, y, size }: Spot, colours: Palette): void {
    const { context: c } = this.surface;
    const isMarked = this.marked.unit?.[0] === layer - 1 && this.marked.unit[1] === unit;
    c.strokeStyle = isMarked ? colours.ink : colours.faint;
    c.lineWidth = isMarked ? 3 : 1;
    c.strokeRect(x - size / 2 + 0.5, y - size / 2 + 0.5, size - 1, size - 1);
  }

  /** Letters are the dearest that there is to draw: they are drawn once and laid over every frame. */
  private drawLabels(): void {
    const { canvas, height, width } = this.surface;
    const { layers, shown, inputs, outputs, words } = this.data!;
    const colours = palette(prefersDark());
    const key = `${this.placedFor} ${canvas.width} ${colours.dark} ${inputs.join()} ${outputs.join()}`;
    if (key === this.labelsAreFor) return;
    this.labelsAreFor = key;
    this.labels.width = canvas.width;
    this.labels.height = canvas.height;
    const c = this.labels.getContext("2d")!;
    c.scale(canvas.width / width, canvas.height / height);
    c.textAlign = "center";
    c.textBaseline = "middle";
    this.spots.forEach((spots, layer) => {
      const isInput = layer === 0;
      const hidden = !isInput && layer < layers.length - 1;
      const only = !isInput && layers[layer] === 1;
      if (!hidden) {
        for (const { x, y, size, unit } of spots) {
          const name = (isInput ? inputs : outputs)[unit] ?? "";
          c.fillStyle = isInput ? colours.ink : css(classColour(only ? 1 : unit, colours.dark));
          c.font = `${Math.round(Math.max(10, size * 0.3))}px system-ui, sans-serif`;
          c.fillText(name.length > 6 ? `${name.slice(0, 5)}…` : name, x, y, size - 4);
        }
      }
      const more = layers[layer]! - shown[layer]!;
      c.fillStyle = colours.faint;
      c.font = "12px system-ui, sans-serif";
      const below = isInput ? words.inputs : hidden ? words.units(layers[layer]!) : words.output;
      c.fillText(more > 0 && !hidden ? `${below} +${more}` : below, spots[0]!.x, height - 8);
    });
  }

  private place(width: number, height: number): void {
    const { shown, layers } = this.data!;
    const key = `${width} ${height} ${shown.join()} ${layers.join()}`;
    if (key === this.placedFor) return;
    this.placedFor = key;
    const most = Math.max(...shown);
    const size = Math.floor(Math.max(14, Math.min(64, (width / layers.length) * 0.5, (height - 34) / most - 8)));
    // On whole pixels: views are drawn over themselves, and half-covered edges would add up.
    const whole = (middle: number): number => Math.round(middle - size / 2) + size / 2;
    this.spots = shown.map((n, layer) => {
      const x = whole(size / 2 + 8 + (layer / (shown.length - 1)) * (width - size - 16));
      const gap = Math.min(size + 10, (height - 24) / Math.max(n, 1));
      const top = (height - 22) / 2 - ((n - 1) * gap) / 2;
      return Array.from({ length: n }, (_, unit) => ({ layer, unit, x, y: whole(top + unit * gap), size }));
    });
    const begins = offsets(layers);
    this.lines = this.spots.slice(0, -1).flatMap((spots, layer) =>
      spots.flatMap((from) => this.spots[layer + 1]!.map((to) => ({ from, to, at: begins[layer]! + from.unit * layers[layer + 1]! + to.unit }))),
    );
    this.onLayout(this.spots.flat());
  }
}

/** How far a place on the canvas is from a line. */
export function distanceTo({ from, to }: Line, x: number, y: number): number {
  const [x0, x1] = [from.x + from.size / 2, to.x - to.size / 2];
  if (x < x0 || x > x1) return Infinity;
  const middle = (from.x + to.x) / 2;
  let least = Infinity;
  let [ax, ay] = [x0, from.y];
  for (let i = 1; i <= 24; i++) {
    const t = i / 24;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    const [bx, by] = [a * x0 + (b + c) * middle + d * x1, (a + b) * from.y + (c + d) * to.y];
    // The nearest place of the piece from a to b.
    const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
    const share = Math.min(1, Math.max(0, along));
    least = Math.min(least, Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y));
    [ax, ay] = [bx, by];
  }
  return least;
}
