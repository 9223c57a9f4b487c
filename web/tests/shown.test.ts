/** Which two numbers of a table the picture shows, where a glance says which tell most. */
import { expect, test } from "vitest";
import type { Goal } from "../src/table/goal";
import { mostTelling } from "../src/table/shown";
import type { Column } from "../src/table/table";

const rows = Int32Array.from({ length: 12 }, (_, i) => i);
const half = Float64Array.from(rows, (i) => Number(i >= 6));
const CLASSES = { task: "classification", rows, classes: ["a", "b"], y: half } as unknown as Goal;
const NUMBERS = { task: "regression", rows, classes: [], y: Float64Array.from(rows) } as unknown as Goal;

const number = (of: (i: number) => number | null): Column =>
  ({ name: "n", kind: "number", labels: [], cells: Array.from(rows, of) }) as unknown as Column;
const CONSTANT = number(() => 3);
const EMPTY = number(() => null);
const ALTERNATING = number((i) => i % 2);
const RISING = number((i) => 10 * i);
const FALLING = number((i) => -(i ** 3));
const WITH_GAPS = number((i) => (i % 3 ? i : null));
const WORDS = { name: "w", kind: "category", labels: ["x"], cells: Array.from(rows, () => 0) } as unknown as Column;

test.each([CLASSES, NUMBERS])("what says nothing of the target comes last, be it constant, empty or of no use ($task)", (goal) => {
  expect(mostTelling([CONSTANT, EMPTY, RISING, ALTERNATING, FALLING], goal)).toEqual([2, 4]);
  expect(mostTelling([EMPTY, RISING, CONSTANT], goal)).toContain(1);
  expect(mostTelling([CONSTANT, WITH_GAPS, ALTERNATING, RISING], goal)).toEqual([1, 3]);
});

test("columns of words have no place in the picture, and are counted", () => {
  expect(mostTelling([WORDS, CONSTANT, WORDS, RISING], CLASSES)).toEqual([1, 3]);
  expect(() => mostTelling([WORDS, RISING], CLASSES)).toThrow("two features of numbers");
});
