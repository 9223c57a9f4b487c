/** Where on the picture things are, in pixels and in data: by corners and middles that are known. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Plane } from "../src/drawing/plane";
import { GRID } from "../src/worker/protocol";
import { stubPage, type Stub } from "./canvas";

let page: Stub;
beforeEach(() => {
  page = stubPage();
});
afterEach(() => vi.unstubAllGlobals());

function plane(): Plane {
  const made = new Plane(page.canvas);
  // 44 pixels of axis at the left, 40 below, 8 at the other edges: 400 by 200 are left.
  page.fit(452, 248);
  return made;
}

test("before there are points no place is one of data, and nothing is predicted there", () => {
  const empty = plane();
  expect(empty.dataAt(200, 100)).toBeNull();
  expect(empty.probabilitiesAt(0, 0)).toEqual([]);
});

test("corners and middle of the picture are those of its bounds, and what is beside it is nowhere", () => {
  const made = plane();
  const positions = new Float64Array();
  made.setPoints({ positions, values: positions, range: null, inTest: new Uint8Array(), bounds: [-3, 5, 10, 12], axes: ["a", "b"], line: [] });
  expect(made.dataAt(44, 208)).toEqual([-3, 10]);
  expect(made.dataAt(444, 8)).toEqual([5, 12]);
  expect(made.dataAt(244, 108)).toEqual([1, 11]);
  for (const [x, y] of [[43, 100], [445, 100], [200, 7], [200, 209]] as const) expect(made.dataAt(x, y)).toBeNull();
});

const POINTS = {
  positions: new Float64Array([1, 11, -3, 12]),
  values: new Float64Array([0, 0]),
  range: null,
  inTest: new Uint8Array([0, 1]),
  bounds: [-3, 5, 10, 12] as [number, number, number, number],
  axes: ["a", "b"] as [string, string],
  line: [],
};
const places = (...names: string[]): number[][] => page.drawn.filter(([name]) => names.includes(name)).map(([, x, y]) => [x!, y!]);

test("points lie where the pointer finds them, and those for testing where they are shown", () => {
  const made = plane();
  made.setPoints(POINTS);
  expect(places("arc")).toEqual([[244, 108], [44, 8]]);
  page.drawn = [];
  made.show({ line: true, test: false, discrete: false });
  expect(places("arc")).toEqual([[244, 108]]);
});

test.each([
  ["upper three quarters", (_: number, row: number) => row >= GRID / 4, 1, 158],
  ["right half", (column: number) => column >= GRID / 2, 0, 244],
])("the boundary of a class that has the %s of the picture is where that begins", (_, has, axis, wanted) => {
  const made = plane();
  const values = Uint8Array.from({ length: GRID * GRID }, (_, i) => (has(i % GRID, Math.floor(i / GRID)) ? 255 : 0));
  made.setPoints({ ...POINTS, positions: new Float64Array(), values: new Float64Array() });
  page.drawn = [];
  made.setPlanes(values, 1);
  const ends = places("moveTo", "lineTo");
  const cell = [400, 200][axis]! / GRID;
  expect(ends.length).toBeGreaterThan(GRID);
  for (const end of ends) expect(Math.abs(end[axis]! - wanted)).toBeLessThanOrEqual(cell);
  const [along] = [ends.map((end) => end[1 - axis]!)];
  const [low, high] = [[44, 444], [8, 208]][1 - axis]!;
  expect(Math.min(...along)).toBeLessThan(low! + 2 * cell);
  expect(Math.max(...along)).toBeGreaterThan(high! - 2 * cell);
  expect(made.probabilitiesAt(4.9, 11.9)).toEqual([0, 1]);
  expect(made.probabilitiesAt(-2.9, 10.1)).toEqual([1, 0]);
});

test("what is predicted between two edges is read in the cell of its place", () => {
  const made = plane();
  made.setPoints(POINTS);
  made.setPlanes(Uint8Array.from({ length: GRID * GRID }, (_, i) => (i % GRID) + Math.floor(i / GRID)), 1);
  for (const share of [0.1, 0.4, 0.7]) {
    const [, p] = made.probabilitiesAt(-3 + 8 * share, 10 + 2 * (1 - share));
    expect(p! * 255).toBeCloseTo(Math.floor(share * GRID) + Math.floor((1 - share) * GRID), -0.5);
  }
});
