/** Where the picture lies in a table of more than two features. */
import type { Goal } from "./goal";
import { TableError } from "./goal";
import type { Column } from "./table";

/** The places, among `columns`, of the two numbers that tell most about the target, the left one first. */
export function mostTelling(columns: readonly Column[], goal: Goal): [number, number] {
  const numbers = columns.flatMap((column, i) => (column.kind === "category" ? [] : [i]));
  if (numbers.length < 2) {
    throw new TableError("the picture needs two features of numbers. Choose other columns, or another target.");
  }
  const share = (i: number): number => {
    const cells = columns[i]!.cells;
    const known = goal.rows.length ? Array.from(goal.rows, (row) => cells[row]!) : [];
    return goal.task === "classification" ? betweenClasses(known, goal) : correlation(known, goal.y);
  };
  const ranked = numbers.map((i) => [i, share(i)] as const).sort(([, a], [, b]) => b - a);
  const [first, second] = [ranked[0]![0], ranked[1]![0]];
  return first < second ? [first, second] : [second, first];
}

/** How much of the variance lies between the classes. */
function betweenClasses(cells: (number | null)[], goal: Goal): number {
  const whole = moments(cells);
  const parts = goal.classes.map((_, k) => moments(cells.filter((_, i) => goal.y[i] === k)));
  const between = parts.reduce((total, part) => total + part.n * (part.mean - whole.mean) ** 2, 0);
  return whole.squares > 0 ? between / whole.squares : 0;
}

function correlation(cells: (number | null)[], y: Float64Array): number {
  const known = cells.flatMap((cell, i) => (cell === null ? [] : [[cell, y[i]!] as const]));
  const [x, z] = [moments(known.map(([cell]) => cell)), moments(known.map(([, value]) => value))];
  const together = known.reduce((total, [cell, value]) => total + (cell - x.mean) * (value - z.mean), 0);
  return x.squares > 0 && z.squares > 0 ? together ** 2 / (x.squares * z.squares) : 0;
}

function moments(cells: readonly (number | null)[]): { n: number; mean: number; squares: number } {
  const known = cells.filter((cell) => cell !== null);
  const mean = known.reduce((total, cell) => total + cell, 0) / Math.max(known.length, 1);
  return { n: known.length, mean, squares: known.reduce((total, cell) => total + (cell - mean) ** 2, 0) };
}
