/** Which line is under the pointer: distances to a curve, beside those to a thousand places on it. */
import { expect, test } from "vitest";
import { distanceTo } from "../src/drawing/diagram";

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
