/** The page's way from a table to a network's inputs, held against Python's own. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { featureColumns, readGoal, TableError } from "../src/table/goal";
import { Inputs } from "../src/table/inputs";
import { mostTelling } from "../src/table/shown";
import { table as readTable, type Table } from "../src/table/table";

interface Told {
  table: Table;
  rows: number[];
  classes: unknown[];
  y: number[];
  inputs: number[];
}

const python = process.env["PYTHON"] ?? "../.venv/bin/python";
const told = JSON.parse(execFileSync(python, ["tests/tables.py"], { maxBuffer: 1e9 }).toString()) as Told[];

test.each(told.map((one) => [one.table.name, one] as const))("%s becomes the same inputs, to the bit", (_, one) => {
  const table = readTable(JSON.parse(JSON.stringify(one.table)), "table");
  const goal = readGoal(table);
  expect(goal.classes).toEqual(one.classes);
  expect([...goal.y]).toEqual(one.y);
  const inputs = Inputs.fit(featureColumns(table, table.target, null), one.rows);
  const made = inputs.of(goal.rows);
  expect(made.length).toBe(one.inputs.length);
  const different = one.inputs.findIndex((value, i) => value !== made[i]);
  expect([different, one.inputs[different], made[different]]).toEqual([-1, undefined, undefined]);
});

const iris = told[0]!.table;

test("the picture's places have the other columns as usual", () => {
  const columns = featureColumns(iris, iris.target, null);
  const rows = Int32Array.from(iris.columns[0]!.cells, (_, row) => row);
  const inputs = Inputs.fit(columns, rows);
  const [across, up] = [columns[2]!, columns[3]!];
  const at = inputs.at(across, up, [5.1, 1.8]);
  const column = (i: number): number[] => Array.from(inputs.of(rows)).filter((_, k) => k % 4 === i);
  expect(at[0]).toBeCloseTo((5.8 - 5.843333333333334) / 0.8253012917851409, 12);
  // The row whose petals are 5.1 and 1.8.
  const row = columns[2]!.cells.findIndex((cell, i) => cell === 5.1 && columns[3]!.cells[i] === 1.8);
  expect([at[2], at[3]]).toEqual([column(2)[row], column(3)[row]]);
});

test("the picture shows the two numbers that tell most", () => {
  const columns = featureColumns(iris, iris.target, null);
  expect(mostTelling(columns, readGoal(iris)).map((i) => columns[i]!.name)).toEqual(["petal length (cm)", "petal width (cm)"]);
  const narrow = columns.slice(0, 1);
  expect(() => mostTelling(narrow, readGoal(iris))).toThrow(TableError);
});

test("parts of a date go with their date", () => {
  const dated = told[4]!.table;
  const names = featureColumns(dated, "y", ["day", "kind"]).map(({ name }) => name);
  expect(names[0]).toBe("day");
  expect(names.length).toBeGreaterThan(2);
  expect(featureColumns(dated, "day", null).some(({ from }) => from === "day")).toBe(false);
});

test("a number is predicted as a number, and few whole ones are classes", () => {
  expect(readGoal(iris, "petal width (cm)").task).toBe("regression");
  const column = { ...iris.columns[0]!, cells: iris.columns[0]!.cells.map((_, i) => i % 3) };
  const whole = { ...iris, columns: [column, ...iris.columns.slice(1)] };
  expect(readGoal(whole, column.name).classes).toEqual([0, 1, 2]);
  expect(() => readGoal(iris, "colour")).toThrow('no column "colour"');
});
