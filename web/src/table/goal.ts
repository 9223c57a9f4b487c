/** What is to be predicted: the target's task, labels and values, by the rule of `moonlet.data.target`. */
import type { Column, Table, Task } from "./table";

/** A table that cannot be learned from: the message is for the page. */
export class TableError extends Error {
  override name = "TableError";
}

export interface Goal {
  target: string;
  task: Task;
  /** Labels in Python's order; none of a regression. */
  classes: (string | number | boolean)[];
  /** The rows whose target is no gap. */
  rows: Int32Array;
  /** Of each of these, the number of its class, or its value. */
  y: Float64Array;
}

export const MOST_CLASSES = 10;
// As in `moonlet.data.target`.
const MOST_NUMBERS = 20;
const ROWS_A_CLASS = 3;

/** The columns to learn from, whatever the target: all parts of a date go with it. */
export function featureColumns(table: Table, target: string, chosen: readonly string[] | null): Column[] {
  const goal = table.columns.find((column) => column.name === target);
  const from = (column: Column): string => column.from ?? column.name;
  return table.columns.filter(
    (column) => column !== goal && from(column) !== (goal && from(goal)) && (chosen?.includes(from(column)) ?? true),
  );
}

export function readGoal(table: Table, target = table.target): Goal {
  const column = table.columns.find(({ name }) => name === target);
  if (!column) throw new TableError(`there is no column "${target}". Choose another target.`);
  const kept = column.cells.flatMap((cell, row) => (cell === null ? [] : [row]));
  const rows = Int32Array.from(kept);
  const values = Float64Array.from(kept, (row) => column.cells[row]!);
  const different = [...new Set(values)].sort((a, b) => a - b);
  const said = target === table.target ? table.task : null;
  if (different.length < 2) {
    throw new TableError(`"${target}" has one value only. There is nothing to learn: choose another target.`);
  }
  const task = column.kind === "number" ? (said ?? decideTask(different, values.length)) : "classification";
  if (task === "regression") return { target, task, classes: [], rows, y: values };
  if (different.length > MOST_CLASSES) {
    throw new TableError(`"${target}" has ${different.length} classes; the lab shows ${MOST_CLASSES} at most.`);
  }
  const codes = column.kind === "yes/no" ? different.sort((a, b) => inPython(column.labels[a]!, column.labels[b]!)) : different;
  const place = new Map(codes.map((code, i) => [code, i]));
  return { target, task, classes: codes.map((code) => label(column, code)), rows, y: values.map((value) => place.get(value)!) };
}

function decideTask(different: readonly number[], nRows: number): Task {
  const few = different.length <= 2 || (different.length <= MOST_NUMBERS && ROWS_A_CLASS * different.length <= nRows);
  return few && different.every(Number.isInteger) ? "classification" : "regression";
}

function label(column: Column, code: number): string | number | boolean {
  if (column.kind === "number") return code;
  const written = column.labels[code]!;
  const truth = column.kind === "yes/no" && column.labels.map((one) => one.toLowerCase()).join() === "false,true";
  return truth ? code === 1 : written;
}

/** Texts in Python's order: by code points, where JavaScript goes by halves of them. */
function inPython(a: string, b: string): number {
  if (a.toLowerCase() === "false" && b.toLowerCase() === "true") return -1;
  const [left, right] = [a, b].map((one) => Array.from(one, (sign) => sign.codePointAt(0)!));
  for (let i = 0; i < Math.min(left!.length, right!.length); i++) {
    if (left![i] !== right![i]) return left![i]! - right![i]!;
  }
  return left!.length - right!.length;
}
