/** The shapes of classes: regular, as large as each other, and standing as they are meant to. */
import { expect, test } from "vitest";
import { marker } from "../src/drawing/markers";

type Corner = [number, number];

/** The corners of a class's shape around (20, 30), by angle; those of a disc are none. */
function corners(classIndex: number): { shape: Corner[]; isDisc: boolean; isClosed: boolean } {
  const shape: Corner[] = [];
  const [disc, closed] = [[] as number[][], [] as boolean[]];
  const put = (x: number, y: number): void => void shape.push([x - 20, y - 30]);
  const context = {
    beginPath: () => {},
    fill: () => {},
    stroke: () => {},
    moveTo: put,
    lineTo: put,
    arc: (...given: number[]) => disc.push(given),
    closePath: () => closed.push(true),
  };
  marker(context as unknown as CanvasRenderingContext2D, 20, 30, 5, classIndex, false, { dark: false, paper: [255, 255, 255] } as never);
  if (disc.length > 0) expect(disc).toEqual([[20, 30, 5, 0, 2 * Math.PI]]);
  return { shape, isDisc: disc.length > 0, isClosed: closed.length === 1 };
}

test("the first class has discs, and the sixth again", () => {
  for (const index of [0, 5]) expect(corners(index)).toMatchObject({ shape: [], isDisc: true });
});

test.each([
  [1, 4, "with a side above"],
  [2, 3, "with a corner above"],
  [3, 4, "with a corner above"],
  [4, 5, "with a corner above"],
])("class %i has polygons of %i equal sides, %s", (index, n, above) => {
  const { shape, isClosed } = corners(index);
  expect([shape.length, isClosed]).toEqual([n, true]);
  const sides = shape.map(([x, y], i) => Math.hypot(x - shape[(i + 1) % n]![0], y - shape[(i + 1) % n]![1]));
  const reaches = shape.map(([x, y]) => Math.hypot(x, y));
  for (const side of sides) expect(side).toBeCloseTo(2 * reaches[0]! * Math.sin(Math.PI / n), 9);
  for (const reach of reaches) {
    expect(reach).toBeCloseTo(reaches[0]!, 9);
    expect(reach).toBeGreaterThanOrEqual(5);
    expect(reach).toBeLessThan(7.5);
  }
  // Down is where y is larger.
  const highest = Math.min(...shape.map(([, y]) => y));
  const top = shape.filter(([, y]) => y < highest + 1e-9).map(([x]) => x);
  expect(top.length).toBe(above === "with a side above" ? 2 : 1);
  expect(top.reduce((sum, x) => sum + x)).toBeCloseTo(0, 9);
});
