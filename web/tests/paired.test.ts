import { expect, test } from "vitest";
import { judge, pairedTest } from "../src/worker/paired";

/** What moonlet.study.paired.corrected_t_test says of the same differences. */
test.each([
  {
    differences: [0.1, 0.2, 0.3, 0.2, 0.2],
    nTrain: 80,
    nValid: 20,
    error: 0.04743416490252569,
    interval: [0.0683016450372376, 0.33169835496276245],
  },
  {
    differences: [0.3, -0.1, 0.2, 0.4, 0.1, 0.05, 0.2, 0.3, 0.11, 0.09, 0.3, 0.2, 0.1, 0.4, 0],
    nTrain: 160,
    nValid: 40,
    error: 0.08162146465277068,
    interval: [-0.02305386250000882, 0.37638719583334224],
  },
])("$differences have the study's interval", ({ differences, nTrain, nValid, error, interval }) => {
  const test = pairedTest(differences, nTrain, nValid);
  expect(test.standardError).toBeCloseTo(error, 12);
  expect(test.interval[0]).toBeCloseTo(interval[0]!, 8);
  expect(test.interval[1]).toBeCloseTo(interval[1]!, 8);
});

test("equal differences are no certainty", () => {
  expect(pairedTest([0.2, 0.2, 0.2], 80, 20).interval).toEqual([-Infinity, Infinity]);
});

const around = (mean: number, spread: number): number[] => [-2, -1, 0, 1, 2].map((k) => mean + k * spread);

test("no size is enough where the best is not clearly better than the line", () => {
  const { enough, beatsLine, gain } = judge([around(0.3, 0), around(0.28, 0.1), around(0.25, 0.1)], 80, 20);
  expect(gain.difference).toBeCloseTo(0.05, 12);
  expect([enough, beatsLine]).toEqual([0, false]);
});

test("the smallest size within a standard error of the best is enough", () => {
  const line = around(0.6, 0.01);
  const far = around(0.4, 0.012);
  const near = [0.21, 0.19, 0.2, 0.22, 0.2];
  const best = around(0.2, 0.001);
  expect(judge([line, far, near, best], 80, 20)).toMatchObject({ enough: 2, best: 3, beatsLine: true });
  expect(judge([line, far, best], 80, 20)).toMatchObject({ enough: 2, best: 2, beatsLine: true });
});
