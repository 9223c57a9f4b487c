import { expect, test } from "vitest";
import { folds, split, type Permuting } from "../src/data/split";

/** What numpy's RandomState drew in each of these, and where scikit-learn's train_test_split put the rows then. */
const CASES = [
  {"n": 17, "classes": [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1], "share": 0.3, "permutations": [[0, 1], [5, 2, 1, 0, 4, 3], [2, 3, 1, 4, 0, 5], [3, 0, 1, 2, 4], [9, 6, 1, 0, 8, 7, 3, 10, 2, 5, 4], [0, 5, 1, 3, 4, 2]], "train": [2, 4, 6, 15, 11, 13, 0, 5, 3, 10, 7], "test": [12, 14, 9, 16, 8, 1]},
  {"n": 20, "classes": [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], "share": 0.5, "permutations": [[8, 5, 0, 2, 1, 9, 7, 3, 6, 4], [1, 3, 2, 5, 9, 0, 4, 6, 7, 8], [2, 4, 1, 9, 6, 8, 7, 0, 5, 3], [9, 5, 0, 3, 7, 4, 6, 1, 8, 2]], "train": [0, 2, 10, 19, 7, 11, 5, 16, 3, 4], "test": [17, 1, 18, 12, 13, 8, 9, 14, 15, 6]},
  {"n": 13, "classes": null, "share": 0.25, "permutations": [[6, 4, 1, 2, 12, 5, 7, 0, 11, 3, 9, 8, 10]], "train": [12, 5, 7, 0, 11, 3, 9, 8, 10], "test": [6, 4, 1, 2]},
  {"n": 23, "classes": [0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0, 3, 2], "share": 0.4, "permutations": [[0], [0, 2, 1], [2, 5, 4, 1, 3, 0], [4, 0, 2, 3, 1], [2, 3, 1, 0, 4, 5], [3, 2, 0, 1, 4, 5], [2, 8, 6, 0, 3, 11, 4, 7, 9, 5, 10, 1, 12], [5, 7, 4, 1, 0, 8, 2, 9, 6, 3]], "train": [16, 14, 11, 8, 4, 9, 19, 10, 6, 3, 13, 20, 1], "test": [18, 5, 2, 0, 12, 17, 15, 21, 22, 7]},
] as const;

function replay(drawn: readonly (readonly number[])[]): Permuting {
  const left = [...drawn];
  return {
    permutation(n) {
      const next = left.shift();
      expect(next?.length).toBe(n);
      return next!;
    },
  };
}

test.each(CASES)("$n rows are parted as scikit-learn parts them", (given) => {
  const parts = split(given.n, given.classes, given.share, () => replay(given.permutations));
  expect([...parts.train]).toEqual(given.train);
  expect([...parts.test]).toEqual(given.test);
});

test("a class of one row leaves no test rows, and nothing is drawn", () => {
  const parts = split(3, [0, 1, 1], 0.3, () => replay([]));
  expect([...parts.train]).toEqual([0, 1, 2]);
  expect(parts.test.length).toBe(0);
});

test("folds are of one size, and each has its share of every class", () => {
  const classes = Array.from({ length: 60 }, (_, i) => (i < 20 ? 0 : 1));
  const order = Array.from({ length: 60 }, (_, i) => (i * 7) % 60);
  const fold = folds(60, classes, 10, { permutation: () => order });
  for (let k = 0; k < 10; k++) {
    const rows = [...fold.keys()].filter((row) => fold[row] === k);
    expect(rows.length).toBe(6);
    expect(rows.filter((row) => classes[row] === 0).length).toBe(2);
  }
});
