/** Lines along which two classes are equally likely. */
export type Segment = readonly [number, number, number, number];

/**
 * Where each class takes over, from planes of probabilities.
 *
 * `planes` are of n x n cells each, rows from the bottom up; of two classes the
 * second one's only. The segments' ends are in shares of the picture's sides,
 * from its left and its bottom.
 */
export function boundaries(planes: Uint8Array, nPlanes: number, n: number): Segment[] {
  if (nPlanes === 1) return zeroLine((i) => planes[i]! - 127.5, n);
  const segments: Segment[] = [];
  // The last class's lines are all found from their other side.
  for (let c = 0; c < nPlanes - 1; c++) {
    const margin = (i: number): number => {
      let other = 0;
      for (let d = 0; d < nPlanes; d++) if (d !== c) other = Math.max(other, planes[d * n * n + i]!);
      return planes[c * n * n + i]! - other + 0.25;
    };
    segments.push(...zeroLine(margin, n));
  }
  return segments;
}

/** The line where a field on cell centres is zero, by marching squares. */
export function zeroLine(field: (i: number) => number, n: number): Segment[] {
  const segments: Segment[] = [];
  const values = new Float32Array(n * n);
  for (let i = 0; i < n * n; i++) values[i] = field(i);
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const at = row * n + column;
      const a = values[at]!;
      const b = values[at + 1]!;
      const c = values[at + n + 1]!;
      const d = values[at + n]!;
      const above = Number(a > 0) + Number(b > 0) + Number(c > 0) + Number(d > 0);
      if (above === 0 || above === 4) continue;
      const crossings: [number, number][] = [];
      if (a > 0 !== b > 0) crossings.push([column + a / (a - b), row]);
      if (b > 0 !== c > 0) crossings.push([column + 1, row + b / (b - c)]);
      if (d > 0 !== c > 0) crossings.push([column + d / (d - c), row + 1]);
      if (a > 0 !== d > 0) crossings.push([column, row + a / (a - d)]);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [x0, y0] = crossings[i]!;
        const [x1, y1] = crossings[i + 1]!;
        segments.push([(x0 + 0.5) / n, (y0 + 0.5) / n, (x1 + 0.5) / n, (y1 + 0.5) / n]);
      }
    }
  }
  return segments;
}

/** The same line in as few strokes as possible, so that dashes run through. */
export function joined(segments: readonly Segment[]): [number, number][][] {
  const key = (x: number, y: number): string => `${Math.round(x * 1e5)},${Math.round(y * 1e5)}`;
  const ends = new Map<string, Set<number>>();
  segments.forEach(([x0, y0, x1, y1], i) => {
    for (const end of [key(x0, y0), key(x1, y1)]) {
      const there = ends.get(end) ?? new Set();
      ends.set(end, there.add(i));
    }
  });
  const left = new Set(segments.keys());
  const follow = (stroke: [number, number][]): void => {
    for (;;) {
      const [x, y] = stroke[stroke.length - 1]!;
      const next = [...(ends.get(key(x, y)) ?? [])].find((i) => left.has(i));
      if (next === undefined) return;
      left.delete(next);
      const [x0, y0, x1, y1] = segments[next]!;
      stroke.push(key(x0, y0) === key(x, y) ? [x1, y1] : [x0, y0]);
    }
  };
  const strokes: [number, number][][] = [];
  for (const i of segments.keys()) {
    if (!left.delete(i)) continue;
    const [x0, y0, x1, y1] = segments[i]!;
    const stroke: [number, number][] = [[x0, y0], [x1, y1]];
    follow(stroke);
    stroke.reverse();
    follow(stroke);
    strokes.push(stroke);
  }
  return strokes;
}
