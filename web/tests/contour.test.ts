import { expect, test } from "vitest";
import { boundaries, joined, zeroLine, type Segment } from "../src/drawing/contour";

test("the zero line of a plane is straight and where it should be", () => {
  const n = 20;
  // x - 0.4 = 0, on cell centres.
  const segments = zeroLine((i) => ((i % n) + 0.5) / n - 0.4, n);
  expect(segments.length).toBe(n - 1);
  for (const [x0, , x1] of segments) {
    expect(x0).toBeCloseTo(0.4, 6);
    expect(x1).toBeCloseTo(0.4, 6);
  }
});

test("a circle's line lies on the circle and closes", () => {
  const n = 60;
  const radius = 0.3;
  const segments = zeroLine((i) => {
    const x = ((i % n) + 0.5) / n - 0.5;
    const y = (Math.floor(i / n) + 0.5) / n - 0.5;
    return radius - Math.hypot(x, y);
  }, n);
  for (const [x, y] of segments) expect(Math.hypot(x - 0.5, y - 0.5)).toBeCloseTo(radius, 2);
  const strokes = joined(segments);
  expect(strokes.length).toBe(1);
  const [first, last] = [strokes[0]![0]!, strokes[0]!.at(-1)!];
  expect(first[0]).toBeCloseTo(last[0], 5);
});

test("segments in any order and direction become one stroke", () => {
  const scattered: Segment[] = [
    [0.2, 0, 0.1, 0],
    [0.2, 0, 0.3, 0],
    [0, 0, 0.1, 0],
  ];
  const xs = joined(scattered)[0]!.map(([x]) => x);
  expect([xs, [...xs].reverse()]).toContainEqual([0, 0.1, 0.2, 0.3]);
});

test("three classes meet where their probabilities are equal", () => {
  const n = 30;
  const planes = new Uint8Array(3 * n * n);
  for (let i = 0; i < n * n; i++) {
    const x = ((i % n) + 0.5) / n;
    const best = x < 1 / 3 ? 0 : x < 2 / 3 ? 1 : 2;
    for (let c = 0; c < 3; c++) planes[c * n * n + i] = c === best ? 200 : 27;
  }
  const places = new Set(boundaries(planes, 3, n).map(([x]) => Math.round(x * 10) / 10));
  expect(places).toEqual(new Set([0.3, 0.7]));
});
