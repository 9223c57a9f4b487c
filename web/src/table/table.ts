/** A table as the page has it: read by moonlet's reader (`moonlet.lab.table`), or from plain CSV here. */
import { list, literal, number, object, optional, RecipeError, text, type Reader } from "../recipe/reading";

export type Task = "classification" | "regression";

export const MOST_ROWS = 10_000;
export const MOST_COLUMNS = 500;

/** A column. Its cells are numbers, or numbers of `labels`; null where there is a gap. */
export interface Column {
  name: string;
  /** A date has become numbers: its days, and its months, weekdays and hours where they vary. */
  kind: "number" | "yes/no" | "category";
  /** Which column of the file it comes from, if that is called otherwise: a date has become several. */
  from: string | null;
  /** Of a category, in order; of yes and no, the one for no first. */
  labels: string[];
  cells: (number | null)[];
}

/** What is told of each column that the table has, in the words of `moonlet check`. */
export interface ColumnNote {
  name: string;
  kind: string;
  note: string;
}

export interface Table {
  name: string;
  /** What Python must be told to read the file alike: the keywords of `moonlet.data.load`. */
  said: Record<string, unknown>;
  columns: Column[];
  notes: ColumnNote[];
  /** The column to predict, as long as the recipe names no other. */
  target: string;
  /** Where the owner said so; otherwise the target decides. */
  task: Task | null;
  /** How Python read it, for Python: null for what the page read itself. */
  schema: Record<string, unknown> | null;
}

const cell: Reader<number | null> = optional(number(-Number.MAX_VALUE, Number.MAX_VALUE));

const column: Reader<Column> = (given, at) => {
  const read = object<Column>(
    {
      name: text(200),
      kind: literal(["number", "yes/no", "category"]),
      from: optional(text(200)),
      labels: list(text(1000), 1000),
      cells: list(cell, MOST_ROWS),
    },
    { labels: [] },
  )(given, at);
  const n = read.labels.length;
  if (read.kind === "yes/no" && n !== 2) throw new RecipeError(`${at}.labels`, "two labels", n);
  const row = read.cells.findIndex(
    (value) => read.kind !== "number" && value !== null && !(Number.isInteger(value) && value >= 0 && value < n),
  );
  if (row >= 0) throw new RecipeError(`${at}.cells[${row}]`, `the number of one of ${n} labels`, read.cells[row]);
  return read;
};

/** Read a table from JSON's value, and trust nothing. */
export const table: Reader<Table> = (given, at) => {
  const read = object<Table>(
    {
      name: text(200),
      said: plainObject,
      columns: list(column, MOST_COLUMNS),
      notes: list(object<ColumnNote>({ name: text(200), kind: text(200), note: text(1000) }), 2 * MOST_COLUMNS),
      target: text(200),
      task: optional(literal(["classification", "regression"])),
      schema: optional(plainObject),
    },
    { said: {}, notes: [], task: null, schema: null },
  )(given, at);
  const rows = read.columns[0]?.cells.length ?? 0;
  const other = read.columns.findIndex((one) => one.cells.length !== rows);
  if (other >= 0) {
    throw new RecipeError(`${at}.columns[${other}].cells`, `${rows} long, as the first column`, read.columns[other]!.cells.length);
  }
  const names = new Set(read.columns.map((one) => one.name));
  if (names.size < read.columns.length) throw new RecipeError(`${at}.columns`, "columns of different names", "one name twice");
  if (!names.has(read.target)) throw new RecipeError(`${at}.target`, "the name of a column", read.target);
  return read;
};

function plainObject(given: unknown, at: string): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new RecipeError(at, "an object", given);
  return given as Record<string, unknown>;
}
