/**
 * Where units stand, and which line is under the pointer: distances to a curve, beside those to a
 * thousand places on it.
 */
import { afterEach, expect, test, vi } from "vitest";
import { Diagram, distanceTo, type Spot } from "../src/drawing/diagram";
import { UNIT_GRID } from "../src/worker/protocol";
import { stubPage } from "./canvas";

afterEach(() => vi.unstubAllGlobals());

const spot = (layer: number, x: number, y: number) => ({ layer, unit: 0, x, y, size: 20 });

function toManyPlaces(from: { x: number; y: number }, to: { x: number; y: number }, x: number, y: number): number {
  const [x0, x1] = [from.x + 10, to.x - 10];
  const middle = (from.x + to.x) / 2;
  let least = Infinity;
  for (let i = 0; i <= 1000; i++) {
    const t = i / 1000;
    const [begin, end] = [(1 - t) ** 3 + 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t) + t ** 3];
    const across = (1 - t) ** 3 * x0 + (3 * t * (1 - t) ** 2 + 3 * t * t * (1 - t)) * middle + t ** 3 * x1;
    least = Math.min(least, Math.hypot(across - x, begin * from.y + end * to.y - y));
  }
  return least;
}

test.each([
  [50, 50],
  [30, 170],
  [170, 30],
  [20, 400],
])("a line from %f down to %f is as far as its nearest place", (above, below) => {
  const [from, to] = [spot(0, 40, above), spot(1, 240, below)];
  for (let x = 50; x <= 230; x += 9) {
    for (let y = 0; y <= 420; y += 14) {
      // 24 straight pieces leave the curve by less than half a pixel.
      const wanted = toManyPlaces(from, to, x, y);
      expect(Math.abs(distanceTo({ from, to, at: 0 }, x, y) - wanted)).toBeLessThan(0.5);
    }
  }
});

test("beside the two units a line is nowhere", () => {
  const line = { from: spot(0, 40, 50), to: spot(1, 240, 90), at: 0 };
  expect(distanceTo(line, 49, 50)).toBe(Infinity);
  expect(distanceTo(line, 231, 90)).toBe(Infinity);
});

/** A diagram of so many units, and where they stand. */
function drawn(layers: number[], width: number, height: number): [Diagram, Spot[][]] {
  const page = stubPage();
  const made = new Diagram(page.canvas);
  let spots: Spot[][] = [];
  made.onLayout = (all) => (spots = layers.map((_, layer) => all.filter((one) => one.layer === layer)));
  page.fit(width, height);
  const n = layers.slice(1).reduce((sum, fanOut, i) => sum + (layers[i]! + 1) * fanOut, 0);
  const views = new Uint8Array(UNIT_GRID * UNIT_GRID * layers.reduce((sum, units) => sum + units));
  const words = { inputs: "", units: () => "", output: "" };
  made.set({ layers, shown: layers, views, weights: new Float64Array(n).fill(1), inputs: [], outputs: [], words });
  return [made, spots];
}

test.each([
  [[2, 3, 1], 400, 220],
  [[2, 8, 8, 3], 600, 300],
  [[7, 1], 280, 400],
])("units of %j stand in columns from edge to edge, each in the middle, and none on another", (layers, width, height) => {
  const [, columns] = drawn(layers, width, height);
  const size = columns[0]![0]!.size;
  expect(columns.map((column) => column.length)).toEqual(layers);
  const xs = columns.map((column) => column[0]!.x);
  expect(xs[0]! - size / 2).toBeCloseTo(8, -0.5);
  expect(width - xs.at(-1)! - size / 2).toBeCloseTo(8, -0.5);
  const step = (xs.at(-1)! - xs[0]!) / (xs.length - 1);
  for (const [layer, column] of columns.entries()) {
    expect(Math.abs(xs[layer]! - xs[0]! - layer * step)).toBeLessThanOrEqual(1);
    expect(new Set(column.map(({ x }) => x)).size).toBe(1);
    const ys = column.map(({ y }) => y);
    expect(Math.abs((ys[0]! + ys.at(-1)!) / 2 - (height - 22) / 2)).toBeLessThanOrEqual(1);
    for (const [unit, y] of ys.entries()) {
      expect(y - size / 2).toBeGreaterThanOrEqual(0);
      expect(y + size / 2).toBeLessThanOrEqual(height - 16);
      if (unit > 0) expect(y - ys[unit - 1]!).toBeGreaterThanOrEqual(size);
    }
  }
});

test("the line at a unit's edge leads to it, and its weight is that of the two", () => {
  const [diagram, [inputs, hidden, outputs]] = drawn([2, 3, 1], 400, 220);
  for (const from of inputs!) expect(diagram.lineAt(from.x + from.size / 2 + 1, from.y)!.from).toBe(from);
  for (const unit of hidden!) {
    const { to, from, at } = diagram.lineAt(unit.x - unit.size / 2 - 1, unit.y)!;
    expect([to, at]).toEqual([unit, 3 * from.unit + unit.unit]);
  }
  const { x, y, size } = outputs![0]!;
  // Behind 2 x 3 weights and 3 biases; of the three that end there, one.
  const { to, from, at } = diagram.lineAt(x - size / 2 - 1, y)!;
  expect([to, at]).toEqual([outputs![0], 9 + from.unit]);
  expect(diagram.lineAt(x, y)).toBeNull();
});
