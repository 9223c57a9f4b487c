import { expect, test } from "vitest";
import { classColour, palette } from "../src/drawing/colours";
import { tickText } from "../src/drawing/tick_text";
import { ticks } from "../src/drawing/plane";
import { colourCells, colourUnit } from "../src/drawing/shading";
import { loss, percent, rough, score, scoreByName } from "../src/numbers";

test("the first row of cells is painted at the bottom", () => {
  const pixels = new Uint8ClampedArray(4 * 4);
  colourCells(pixels, new Uint8Array([255, 255, 0, 0]), 1, 2, palette(false));
  const [top, bottom] = [pixels[0]!, pixels[8]!];
  expect(bottom).toBeGreaterThan(top); // the second class is orange, the first one blue
});

test("where nothing is decided the picture is paper, of two classes and of three, as elsewhere in moonlet", () => {
  const pixels = new Uint8ClampedArray(4);
  colourCells(pixels, new Uint8Array([128]), 1, 1, palette(false));
  expect(Math.min(...pixels)).toBeGreaterThan(250);
  colourCells(pixels, new Uint8Array([85, 85, 85]), 3, 1, palette(false));
  expect([...pixels]).toEqual([255, 255, 255, 255]);
});

test("discretised, what is barely decided looks as sure as what is certain", () => {
  const shadeOf = (p: number): string => {
    const pixels = new Uint8ClampedArray(4);
    colourCells(pixels, new Uint8Array([p]), 1, 1, palette(false), true);
    return pixels.join();
  };
  expect(shadeOf(140)).toBe(shadeOf(255));
  expect(shadeOf(100)).toBe(shadeOf(0));
  expect(shadeOf(100)).not.toBe(shadeOf(140));
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

test("neighbours on an axis have different labels", () => {
  const labels = [0.05425, 0.0543, 0.05435].map((value) => tickText(value, 0.00005));
  expect(labels).toEqual(["0.05425", "0.05430", "0.05435"]);
  expect(tickText(0.2, 0.1)).toBe("0.2");
  expect(tickText(20, 10)).toBe("20");
});

test("numbers are written so that they can be read", () => {
  expect(loss(0.0678123)).toBe("0.0678");
  expect(loss(null)).toBe("–");
  expect(loss(1e-5)).toBe("1.00e-5");
  expect(percent(0.975, "en")).toBe("97.5 %");
  expect(percent(0.975, "zh")).toBe("97.5%");
  expect(percent(null, "zh")).toBe("–");
  expect(score(0.975, false, "en")).toBe("97.5 %");
  expect(score(-0.0625, true, "en")).toBe("−0.0625");
  expect(scoreByName(0.975, false, "zh")).toBe("97.5%");
  expect(scoreByName(0.5, true, "zh")).toBe("R² 0.5");
  expect(rough(123456)).toBe("120,000");
});
