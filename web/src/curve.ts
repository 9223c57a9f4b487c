/** The curves that a frame brings: five rows of equal length. */
export interface Curve {
  passes: Float32Array;
  low: Float32Array;
  high: Float32Array;
  test: Float32Array;
  gradientNorm: Float32Array;
}

export function curve(values: Float32Array, n: number): Curve {
  const row = (i: number): Float32Array => values.subarray(i * n, (i + 1) * n);
  return { passes: row(0), low: row(1), high: row(2), test: row(3), gradientNorm: row(4) };
}
