/** The rows that are trained on: drawn, put aside for testing, turned into a network's inputs. */
import { split, type Split } from "../data/split";
import { makeTerms, WRITTEN } from "../data/terms";
import type { Engine } from "../engine/engine";
import { BUNDLED, TOYS, type DataRecipe } from "../recipe";
import { featureColumns, readGoal } from "../table/goal";
import { Inputs, sum } from "../table/inputs";
import { mostTelling } from "../table/shown";
import type { Column, Table } from "../table/table";
import { ProblemError } from "./problem";
import type { Bounds } from "./protocol";
import { toyOptions } from "./toy_options";

const MOST_INPUTS = 500;
const REACH = 2.5; // of the drawing area, however few points lie in it
const MARGIN = 0.12;

export interface Rows extends Split {
  name: string;
  regression: boolean;
  /** The labels in their order, as Python has them; none of a regression. */
  classes: readonly (string | number | boolean)[];
  columns: { name: string; numeric: boolean }[];
  target: string;
  targets: string[];
  features: string[];
  inputs: string[];
  shown: [number, number];
  axes: [string, string];
  bounds: Bounds;
  range: [number, number];
  scaling: { center: number; spread: number } | null;
  positions: Float64Array;
  /** Of every row: the number of its class, or its value (scaled as it is trained on). */
  y: Float64Array;
  Xtrain: Float64Array;
  Xtest: Float64Array;
  /** Which rows of a table these are. */
  tableRows: Int32Array | null;
  /** Inputs at the centres of n x n cells of the picture, rows from the bottom up. */
  grid(n: number): Float64Array;
}

/** Load what a recipe asks for; `table` is its own, or that of a bundled set. */
export function loadRows(engine: Engine, data: DataRecipe, table: Table | null): Rows {
  if (data.source === "table" || isOneOf(BUNDLED, data.source)) {
    if (!table) throw new ProblemError("problem.no_table");
    return tableRows(engine, data, table);
  }
  return pointRows(engine, data);
}

function pointRows(engine: Engine, data: DataRecipe): Rows {
  const { X, y, regression } = data.source === "drawn" ? drawn(data) : toy(engine, data);
  if (data.terms.length === 0) throw new ProblemError("problem.no_terms");
  const classes = regression ? [] : [...new Set(y)].sort((a, b) => a - b);
  const place = new Map(classes.map((label, i) => [label, i]));
  const values = regression ? y : y.map((label) => place.get(label)!);
  const parts = split(values.length, regression ? null : values, data.test_share, () => engine.random(data.seed));
  const sine = (of: Float64Array): Float64Array => engine.apply("sin", of);
  const inputsOf = (rows: Int32Array): Float64Array => {
    const picked = new Float64Array(2 * rows.length);
    rows.forEach((row, i) => picked.set([X[2 * row]!, X[2 * row + 1]!], 2 * i));
    return makeTerms(data.terms, picked, sine);
  };
  const bounds = boundsOf(X, data.source === "drawn" ? REACH : 0);
  return {
    ...parts,
    name: data.source,
    regression,
    classes,
    columns: [],
    target: "",
    targets: [],
    features: [WRITTEN.x1, WRITTEN.x2],
    inputs: data.terms.map((term) => WRITTEN[term]),
    shown: [0, 1],
    axes: [WRITTEN.x1, WRITTEN.x2],
    bounds,
    range: regression ? rangeOf(values) : [0, 1],
    scaling: null,
    positions: X,
    y: values,
    Xtrain: inputsOf(parts.train),
    Xtest: inputsOf(parts.test),
    tableRows: null,
    grid: (n) => makeTerms(data.terms, places(bounds, n), sine),
  };
}

function tableRows(engine: Engine, data: DataRecipe, table: Table): Rows {
  const goal = readGoal(table, data.target ?? table.target);
  const all = featureColumns(table, goal.target, null);
  const columns = featureColumns(table, goal.target, data.features);
  if (columns.length === 0) throw new ProblemError("problem.no_features");
  const regression = goal.task === "regression";
  const parts = split(goal.y.length, regression ? null : goal.y, data.test_share, () => engine.random(data.seed));
  const inTable = (rows: Int32Array): Int32Array => rows.map((row) => goal.rows[row]!);
  const inputs = Inputs.fit(columns, inTable(parts.train));
  if (inputs.count > MOST_INPUTS) {
    throw new ProblemError("problem.many_inputs", { n: inputs.count, most: MOST_INPUTS });
  }
  const wanted = data.shown ?? mostTelling(columns, goal);
  const fits = wanted[0] !== wanted[1] && wanted.every((at) => columns[at] && columns[at].kind !== "category");
  const shown = fits ? wanted : mostTelling(columns, goal);
  const [across, up] = shown.map((at) => columns[at]!) as [Column, Column];
  const positions = new Float64Array(2 * goal.y.length);
  goal.rows.forEach((row, i) => {
    // A gap has no place: it is shown where it is trained, at the median.
    positions[2 * i] = across.cells[row] ?? inputs.usual(across);
    positions[2 * i + 1] = up.cells[row] ?? inputs.usual(up);
  });
  const bounds = boundsOf(positions, 0);
  const scaling = regression ? scalingOf(parts.train.length ? Float64Array.from(parts.train, (row) => goal.y[row]!) : goal.y) : null;
  const y = scaling ? goal.y.map((value) => (value - scaling.center) / scaling.spread) : goal.y;
  const from = (column: Column): string => column.from ?? column.name;
  return {
    ...parts,
    name: table.name,
    regression,
    classes: goal.classes,
    columns: unique(all.map((column) => ({ name: from(column), numeric: column.kind !== "category" }))),
    target: goal.target,
    targets: table.columns.map(({ name }) => name),
    features: columns.map(({ name }) => name),
    inputs: inputs.names,
    shown,
    axes: [across.name, up.name],
    bounds,
    range: regression ? rangeOf(y) : [0, 1],
    scaling,
    positions,
    y,
    Xtrain: inputs.of(inTable(parts.train)),
    Xtest: inputs.of(inTable(parts.test)),
    tableRows: goal.rows,
    grid: (n) => inputs.at(across, up, places(bounds, n)),
  };
}

function drawn(data: DataRecipe): { X: Float64Array; y: Float64Array; regression: boolean } {
  if (new Set(data.drawn.map(([, , label]) => label)).size < 2) throw new ProblemError("problem.one_class");
  return {
    X: Float64Array.from(data.drawn.flatMap(([x1, x2]) => [x1, x2])),
    y: Float64Array.from(data.drawn, ([, , label]) => label),
    regression: false,
  };
}

function toy(engine: Engine, data: DataRecipe): { X: Float64Array; y: Float64Array; regression: boolean } {
  const name = data.source;
  if (!isOneOf(TOYS, name)) throw new ProblemError("problem.no_table");
  return engine.toy(name, toyOptions(data));
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}

function boundsOf(positions: Float64Array, reach: number): Bounds {
  const edges = (axis: 0 | 1): [number, number] => {
    let [low, high] = [reach ? -reach : Infinity, reach || -Infinity];
    for (let i = axis; i < positions.length; i += 2) {
      low = Math.min(low, positions[i]!);
      high = Math.max(high, positions[i]!);
    }
    const margin = high > low ? MARGIN * (high - low) : 1;
    return [low - margin, high + margin];
  };
  return [...edges(0), ...edges(1)];
}

/** The centres of n x n cells, rows from the bottom up. */
export function places([left, right, bottom, top]: Bounds, n: number): Float64Array {
  const made = new Float64Array(2 * n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const at = 2 * (row * n + column);
      made[at] = left + ((column + 0.5) / n) * (right - left);
      made[at + 1] = bottom + ((row + 0.5) / n) * (top - bottom);
    }
  }
  return made;
}

/** What the colours of a regression span: as far below the middle as above it. */
function rangeOf(values: Float64Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high > low ? [low, high] : [low - 1, high + 1];
}

function scalingOf(values: Float64Array): { center: number; spread: number } {
  const center = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - center) ** 2)) / values.length;
  return { center, spread: variance > 0 ? Math.sqrt(variance) : 1 };
}

function unique(columns: { name: string; numeric: boolean }[]): { name: string; numeric: boolean }[] {
  return columns.filter(({ name }, at) => columns.findIndex((one) => one.name === name) === at);
}
