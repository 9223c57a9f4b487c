import { expect, test } from "vitest";
import { classColour, palette } from "../src/drawing/colours";
import { ticks } from "../src/drawing/plane";
import { colourCells, colourUnit } from "../src/drawing/shading";
import { loss, percent, rough } from "../src/numbers";

test("the first row of cells is painted at the bottom", () => {
  const pixels = new Uint8ClampedArray(4 * 4);
  colourCells(pixels, new Uint8Array([255, 255, 0, 0]), 1, 2, palette(false));
  const [top, bottom] = [pixels[0]!, pixels[8]!];
  expect(bottom).toBeGreaterThan(top); // the second class is orange, the first one blue
});

test("where two classes are equally likely their tints are mixed", () => {
  const pixels = new Uint8ClampedArray(3 * 4);
  const shadeOf = (p: number): number => {
    colourCells(pixels, new Uint8Array([p]), 1, 1, palette(false));
    return pixels[0]!;
  };
  expect(Math.abs(shadeOf(128) - (shadeOf(0) + shadeOf(255)) / 2)).toBeLessThan(2);
});

test("a unit that gives zero has the colour of the paper", () => {
  const pixels = new Uint8ClampedArray(4);
  colourUnit(pixels, new Uint8Array([128]), 1, palette(false));
  expect([...pixels]).toEqual([255, 255, 255, 255]);
});

test("classes have different colours on both pages", () => {
  for (const dark of [false, true]) {
    const colours = Array.from({ length: 10 }, (_, i) => classColour(i, dark).join());
    expect(new Set(colours).size).toBe(10);
  }
});

test("ticks are round numbers within the axis", () => {
  expect(ticks(-1.4, 2.6, 5)).toEqual([-1, 0, 1, 2]);
});

test("numbers are written so that they can be read", () => {
  expect(loss(0.0678123)).toBe("0.0678");
  expect(loss(null)).toBe("–");
  expect(loss(1e-5)).toBe("1.00e-5");
  expect(percent(0.975)).toBe("97.5 %");
  expect(rough(123456)).toBe("120,000");
});
