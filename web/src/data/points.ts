/** The rows that are shown, as a table and as text: to take away, or to be studied. */
import type { Lab } from "../lab_state";
import type { Column, Table } from "../table/table";

/** The table that is trained on; of toy and drawn sets one of x1, x2 and target. Null while there are no rows. */
export function tableOf(lab: Lab): Table | null {
  const rows = lab.last.rows;
  if (lab.table || !rows) return lab.table;
  const numbers = (name: string, cells: number[]): Column => ({ name, kind: "number", from: null, labels: [], cells });
  const { positions, values, classes, regression, name } = rows;
  const target = Array.from(values, (value) => (regression ? value : (classes[value] as number)));
  return {
    name: `${name}.csv`,
    said: {},
    schema: null,
    columns: [
      ...[0, 1].map((axis) => numbers(`x${axis + 1}`, Array.from(values, (_, i) => positions[2 * i + axis]!))),
      numbers("target", target),
    ],
    notes: [],
    target: "target",
    task: regression ? "regression" : "classification",
  };
}

/** A table as text, to be read again by `moonlet.data.load`; numbers keep all their digits. */
export function csvOf(table: Table): string {
  const quoted = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const written = ({ kind, labels, cells }: Column, row: number): string => {
    const cell = cells[row];
    if (cell === null || cell === undefined) return "";
    return kind === "number" ? String(cell) : quoted(labels[cell] ?? "");
  };
  const n = table.columns[0]?.cells.length ?? 0;
  const lines = [table.columns.map((column) => quoted(column.name)).join(",")];
  for (let row = 0; row < n; row++) lines.push(table.columns.map((column) => written(column, row)).join(","));
  return `${lines.join("\n")}\n`;
}
