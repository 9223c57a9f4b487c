/**
 * What turns a table's columns into a network's inputs: `moonlet.data.make_preprocessor`, to the bit.
 *
 * Fitted on the training rows. Numbers, and yes and no: gaps become the median, then mean 0 and
 * standard deviation 1; they come first. Categories: gaps become the most frequent one, then one
 * input of 0 and 1 for each that the training rows have.
 *
 * Sums run in the order in which NumPy adds up a column, and variances are corrected as
 * scikit-learn's StandardScaler does: a script that does the same in Python gets the same weights.
 */
import type { Column } from "./table";

interface Scaled {
  column: Column;
  median: number;
  mean: number;
  scale: number;
}

interface Encoded {
  column: Column;
  usual: number;
  /** Numbers of the labels that have an input. */
  codes: number[];
}

export class Inputs {
  readonly names: string[];

  private constructor(
    readonly columns: readonly Column[],
    private readonly numbers: readonly Scaled[],
    private readonly categories: readonly Encoded[],
  ) {
    const encoded = categories.flatMap(({ column, codes }) =>
      codes.map((code) => `${column.name}: ${code < 0 ? "none" : column.labels[code]!}`),
    );
    this.names = [...numbers.map(({ column }) => column.name), ...encoded];
  }

  static fit(columns: readonly Column[], trainRows: ArrayLike<number>): Inputs {
    const cells = (column: Column): (number | null)[] => Array.from(trainRows, (row) => column.cells[row]!);
    const numbers = columns.filter(({ kind }) => kind !== "category").map((column) => scaled(column, cells(column)));
    const categories = columns.filter(({ kind }) => kind === "category").map((column) => encoded(column, cells(column)));
    return new Inputs(columns, numbers, categories);
  }

  get count(): number {
    return this.names.length;
  }

  /** The inputs of some rows of the table, row by row. */
  of(rows: ArrayLike<number>): Float64Array {
    return this.fill(rows.length, (column, i) => column.cells[rows[i]!]!);
  }

  /** The inputs of places in the picture: two columns' values are given, the others are as usual. */
  at(across: Column, up: Column, places: ArrayLike<number>): Float64Array {
    return this.fill(places.length / 2, (column, i) =>
      column === across ? places[2 * i]! : column === up ? places[2 * i + 1]! : null,
    );
  }

  /** What stands for a gap. */
  usual(column: Column): number {
    const number = this.numbers.find((one) => one.column === column);
    return number ? number.median : this.categories.find((one) => one.column === column)!.usual;
  }

  private fill(nRows: number, cell: (column: Column, i: number) => number | null): Float64Array {
    const made = new Float64Array(nRows * this.count);
    for (let i = 0; i < nRows; i++) {
      let at = i * this.count;
      for (const { column, median, mean, scale } of this.numbers) {
        made[at++] = ((cell(column, i) ?? median) - mean) / scale;
      }
      for (const { column, usual, codes } of this.categories) {
        const is = cell(column, i) ?? usual;
        for (const code of codes) made[at++] = code === is ? 1 : 0;
      }
    }
    return made;
  }
}

function scaled(column: Column, cells: readonly (number | null)[]): Scaled {
  const median = middle(cells.filter((cell) => cell !== null));
  const values = Float64Array.from(cells, (cell) => cell ?? median);
  const n = values.length;
  const mean = sum(values) / n;
  const apart = values.map((value) => value - mean);
  const correction = sum(apart);
  const squares = sum(apart.map((value) => value * value));
  const variance = (squares - (correction * correction) / n) / n;
  // As good as constant: the bound on the variance's rounding error.
  const eps = Number.EPSILON;
  const isConstant = variance <= n * eps * variance + (n * mean * eps) ** 2;
  return { column, median, mean, scale: isConstant ? 1 : Math.sqrt(variance) };
}

function encoded(column: Column, cells: readonly (number | null)[]): Encoded {
  const counts = new Map<number, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const codes = [...counts.keys()].sort((a, b) => a - b);
  const most = Math.max(...counts.values());
  // Without any value among the training rows it is constant.
  const usual = codes.find((code) => counts.get(code) === most) ?? -1;
  return { column, usual, codes: codes.length ? codes : [-1] };
}

/** The median; 0 of nothing. */
function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  if (values.length === 0) return 0;
  return values.length % 2 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

/** The sum in NumPy's order: eight chains over blocks of at most 128, and the blocks in pairs. */
export function sum(values: Float64Array): number {
  const n = values.length;
  if (n < 8) return values.reduce((total, value) => total + value, 0);
  if (n > 128) {
    const half = (n >> 1) - ((n >> 1) % 8);
    return sum(values.subarray(0, half)) + sum(values.subarray(half));
  }
  const chains = values.slice(0, 8);
  let i = 8;
  for (; i < n - (n % 8); i += 8) for (let j = 0; j < 8; j++) chains[j]! += values[i + j]!;
  const [a, b, c, d, e, f, g, h] = chains as unknown as [number, number, number, number, number, number, number, number];
  let total = a + b + (c + d) + (e + f + (g + h));
  for (; i < n; i++) total += values[i]!;
  return total;
}
