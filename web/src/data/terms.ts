/** What a network is given of two features: themselves, their squares, their product, their sines. */
import type { Term } from "../recipe";

/** How a term is written for a person. */
export const WRITTEN: Record<Term, string> = {
  x1: "x₁",
  x2: "x₂",
  "x1^2": "x₁²",
  "x2^2": "x₂²",
  "x1*x2": "x₁x₂",
  "sin(x1)": "sin x₁",
  "sin(x2)": "sin x₂",
};

/**
 * The terms of points, row by row.
 *
 * `sine` is the engine's own, which Python has too: a browser's has other last digits.
 */
export function makeTerms(
  terms: readonly Term[],
  X: Float64Array,
  sine: (values: Float64Array) => Float64Array,
): Float64Array {
  const n = X.length / 2;
  const feature = (at: 0 | 1): Float64Array => Float64Array.from({ length: n }, (_, row) => X[2 * row + at]!);
  const [x1, x2] = [feature(0), feature(1)];
  const made: Record<Term, () => Float64Array> = {
    x1: () => x1,
    x2: () => x2,
    "x1^2": () => x1.map((value) => value * value),
    "x2^2": () => x2.map((value) => value * value),
    "x1*x2": () => x1.map((value, row) => value * x2[row]!),
    "sin(x1)": () => sine(x1),
    "sin(x2)": () => sine(x2),
  };
  const inputs = new Float64Array(n * terms.length);
  terms.forEach((term, at) => made[term]().forEach((value, row) => (inputs[row * terms.length + at] = value)));
  return inputs;
}
