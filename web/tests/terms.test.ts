import { expect, test } from "vitest";
import { makeTerms } from "../src/data/terms";
import { TERMS } from "../src/recipe";

test("each term is what its name says, row by row", () => {
  const X = Float64Array.of(0.5, -2, 3, 0.25);
  const made = makeTerms(TERMS, X, (values) => values.map(Math.sin));
  expect([...made]).toEqual([
    ...[0.5, -2, 0.25, 4, -1, Math.sin(0.5), Math.sin(-2)],
    ...[3, 0.25, 9, 0.0625, 0.75, Math.sin(3), Math.sin(0.25)],
  ]);
});
