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
