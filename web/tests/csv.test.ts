/** The page reads a text table as moonlet does, or not at all. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { readCsv } from "../src/table/csv";
import { readGoal, TableError } from "../src/table/goal";
import type { Table } from "../src/table/table";

const python = process.env["PYTHON"] ?? "../.venv/bin/python";
const told = JSON.parse(execFileSync(python, ["tests/plain_tables.py"], { maxBuffer: 1e9 }).toString()) as {
  text: string;
  table: Table | null;
}[];

function read(text: string): Table | null {
  try {
    return readCsv("table.csv", text);
  } catch (error) {
    expect(error).toBeInstanceOf(TableError);
    return null;
  }
}

/** What a table means: values and labels, however they are numbered. */
function meaning(table: Table): unknown {
  const goal = readGoal(table);
  const labelled = table.columns
    .filter(({ name }) => name !== table.target)
    .map(({ name, kind, labels, cells }) => [name, kind, Array.from(goal.rows, (row) => (kind === "category" && cells[row] !== null ? labels[cells[row]!] : cells[row]))]);
  return [table.target, goal.classes, [...goal.y], labelled];
}

test("what the page reads is what Python reads", () => {
  let both = 0;
  for (const { text, table } of told) {
    const mine = read(text);
    if (mine === null) continue;
    expect(table, text).not.toBeNull();
    both += 1;
    const [python, here] = [table!, mine].map((one) => JSON.stringify(meaning(one)));
    expect(here, text).toBe(python);
  }
  expect(both).toBeGreaterThan(20);
});

test.each(["decimals,words\n1.5,red\n2,blue\n", "a;b\n1.25;yes\n2;no\n", "a\tb\n1\tx\n2\ty\n3\tx"])("plain tables are read: %j", (text) => {
  expect(read(text)).not.toBeNull();
});

test("a refusal names file, line and who can read it", () => {
  expect(() => readCsv("prices.csv", "a,b\n1,$5\n2,$7\n")).toThrow('prices.csv, line 2: "$5" in column "b"');
  expect(() => readCsv("prices.csv", "a,b\n1,$5\n2,$7\n")).toThrow('"moonlet lab prices.csv" reads this one');
});

test("a target is never left out: what is wrong with it is said of it", () => {
  const twelve = Array.from("abcdefghijkl", (label, i) => `${i}.5,${label}`).join("\n");
  for (const [text, problem] of [
    ["size,kind\n1.5,same\n2.5,same\n", '"kind" has one value only'],
    [`size,kind\n${twelve}\n`, '"kind" has 12 classes'],
  ] as const) {
    expect(() => readGoal(readCsv("table.csv", text))).toThrow(problem);
  }
  const counted = readCsv("table.csv", "same,id\n5,1\n5,2\n5,3\n");
  expect(counted.notes.map(({ kind }) => kind)).toEqual(["left out", "number"]);
  expect([...readGoal(counted).y]).toEqual([1, 2, 3]);
});
