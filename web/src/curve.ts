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

/** Curves of different passes as columns over all their passes; NaN where one has no point. */
export function aligned(curves: readonly (readonly [ArrayLike<number>, ArrayLike<number>])[]): number[][] {
  const all = new Set<number>();
  for (const [passes] of curves) for (const pass of Array.from(passes)) all.add(pass);
  const passes = [...all].sort((a, b) => a - b);
  const columns = curves.map(([at, values]) => {
    const known = new Map(Array.from(at, (pass, i) => [pass, values[i]!]));
    return passes.map((pass) => known.get(pass) ?? NaN);
  });
  return [passes, ...columns];
}
