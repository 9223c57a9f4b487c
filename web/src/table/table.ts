/** A table as the page has it: read by moonlet's reader (`moonlet.lab.table`), or from plain CSV here. */

export type Task = "classification" | "regression";

/** A column. Its cells are numbers, or numbers of `labels`; null where there is a gap. */
export interface Column {
  name: string;
  /** A date has become numbers: its days, and its months, weekdays and hours where they vary. */
  kind: "number" | "yes/no" | "category";
  /** Which column of the table it comes from: a date has several, all others themselves. */
  from: string;
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
}
