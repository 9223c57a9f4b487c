import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seldom } from "../src/seldom";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the first call is at once, and of many that follow the last one is not lost", () => {
  const drawn: number[] = [];
  let newest = 0;
  const draw = seldom(60, () => drawn.push(newest));
  for (newest = 1; newest <= 13; newest++) {
    draw();
    vi.advanceTimersByTime(10);
  }
  expect(drawn).toEqual([1, 7, 13]);
  newest = 14;
  draw();
  vi.advanceTimersByTime(1000);
  expect(drawn).toEqual([1, 7, 13, 14]);
});

test("a call after a long rest is at once", () => {
  let drawn = 0;
  const draw = seldom(60, () => (drawn += 1));
  draw();
  vi.advanceTimersByTime(60);
  draw();
  expect(drawn).toBe(2);
});
