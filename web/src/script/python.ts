/** What was done in the lab, as Python: running it gives the same weights, bit for bit. */
import type { Recipe, SetWeight, Source } from "../recipe";
import { BUNDLED } from "../recipe";
import type { Table } from "../table/table";
import type { Rows } from "../worker/protocol";
import { toyOptions } from "../worker/toy_options";
import { literal } from "./literal";
import { interrupted, limited, networkParameters, trainingParameters, type Limited, type Parameters } from "./parameters";

/** The schedule that was interrupted, so that no script can do the same. */
export class InterruptedError extends Error {
  constructor(readonly schedule: string, readonly limit: number) {
    super(`The ${schedule} schedule depends on all of its ${limit} passes.`);
    this.name = "InterruptedError";
  }
}

/** What Python's estimators do by themselves: it need not be written. */
const USUAL: Parameters = {
  activation: "relu", output: "auto", init: "glorot_uniform", solver: "adam", alpha: 1e-4, l1_ratio: 0, learning_rate_init: 0.001,
  learning_rate: "constant", dropout: 0, max_iter: 200, tol: 1e-4, n_iter_no_change: 10, max_fun: 15_000,
  loss: "squared_error",
};

/** Weights that were set before the first pass need a network that has been fitted, and has not moved. */
const STANDSTILL: Parameters = { solver: "gd", learning_rate_init: 1e-300, max_iter: 1, tol: 0, n_iter_no_change: 1 };

interface Written {
  recipe: Recipe;
  rows: Rows;
  table: Table | null;
  /** Units of every layer. */
  layers: readonly number[];
}

/**
 * Write a script that trains the recipe's network again, along its past.
 *
 * Throws an `InterruptedError` where a falling learning rate was interrupted.
 */
export function writeScript(given: Written): string {
  const { recipe, rows } = given;
  const past = limited(recipe.past.length ? recipe.past : [{ set: [], training: recipe.training, passes: 0 }]);
  const cut = interrupted(past.filter(({ passes }) => passes > 0));
  if (cut) throw new InterruptedError(cut.schedule, cut.passes);
  const trained = past.filter(({ passes, set }, i) => passes > 0 || set.length > 0 || i === 0);
  const [first, ...others] = trained as [Limited, ...Limited[]];
  const parts = [
    imports(given),
    data(given),
    splitting(given),
    network(given, first),
    "network.fit(X_train, y_train)",
  ];
  let before = first;
  for (const phase of others) {
    parts.push(change(before, phase, given));
    before = phase;
  }
  parts.push(ending(rows));
  return `${parts.join("\n")}\n`;
}

function isTable(source: Source): boolean {
  return source === "table" || (BUNDLED as readonly string[]).includes(source);
}

function hasTerms({ data: { source, terms } }: Recipe): boolean {
  return !isTable(source) && terms.join() !== "x1,x2";
}

function imports({ recipe, rows }: Written): string {
  const { source } = recipe.data;
  const names = [
    ...(hasTerms(recipe) ? ["add_terms"] : []),
    ...(source === "drawn" ? [] : ["load"]),
    ...(isTable(source) ? ["make_preprocessor"] : []),
  ];
  return [
    ...(source === "drawn" ? ["import numpy as np"] : []),
    `from moonlet import ${estimator(rows)}`,
    ...(names.length ? [`from moonlet.data import ${names.join(", ")}`] : []),
    ...(rows.nTest ? ["from sklearn.model_selection import train_test_split"] : []),
    "",
  ].join("\n");
}

function data({ recipe, table, rows }: Written): string {
  const { data } = recipe;
  const lines: string[] = [];
  if (data.source === "drawn") {
    lines.push("# x1, x2 and class of each point that was drawn.", "points = np.array([");
    lines.push(...data.drawn.map((point) => `    ${literal([...point])},`), "])");
    lines.push("X, y = points[:, :2], points[:, 2].astype(int)");
  } else if (isTable(data.source)) {
    const said = data.source === "table" ? { target: rows.target, ...table?.said } : { target: rows.target };
    const source = data.source === "table" ? fileName(table?.name ?? "table") : data.source;
    lines.push(`X, y = load(${[literal(source), ...keywords(said)].join(", ")})`);
    // In the table's order, whatever the order in which they were chosen.
    const chosen = rows.columns.map(({ name }) => name).filter((name) => data.features?.includes(name));
    if (data.features) lines.push(`X = X[${literal(chosen)}]`);
  } else {
    lines.push(`X, y = load(${[literal(data.source), ...keywords(toyOptions(data))].join(", ")})`);
  }
  if (hasTerms(recipe)) lines.push(`X = add_terms(X, ${literal(data.terms)})`);
  return lines.join("\n");
}

function splitting({ recipe, rows }: Written): string {
  const { test_share, seed, source } = recipe.data;
  const lines: string[] = [];
  if (rows.nTest) {
    const stratify = rows.regression ? "" : "stratify=y, ";
    lines.push(
      "X_train, X_test, y_train, y_test = train_test_split(",
      `    X, y, test_size=${literal(test_share)}, ${stratify}random_state=${seed}`,
      ")",
    );
  } else lines.push("X_train, y_train = X, y");
  if (isTable(source)) {
    lines.push("preprocess = make_preprocessor(X_train).fit(X_train)", "X_train = preprocess.transform(X_train)");
    if (rows.nTest) lines.push("X_test = preprocess.transform(X_test)");
  }
  if (rows.scaling) {
    const { center, spread } = rows.scaling;
    lines.push("# The network answers in these units: mean 0, standard deviation 1.");
    for (const part of rows.nTest ? ["y_train", "y_test"] : ["y_train"]) {
      lines.push(`${part} = (${part} - ${literal(center)}) / ${literal(spread)}`);
    }
  }
  lines.push("");
  return lines.join("\n");
}

function network({ recipe, rows, layers }: Written, first: Limited): string {
  const training = trainingParameters(first, rows.nTrain);
  const isSet = first.set.length > 0;
  const parameters = { ...networkParameters(recipe, rows.regression), ...(isSet ? STANDSTILL : training) };
  const wanted = Object.entries(parameters).filter(([name, value]) => name === "hidden_layer_sizes" || literal(value) !== literal(USUAL[name]));
  const lines = wanted.map(([name, value]) => `    ${name}=${tupled(value)},`);
  const made = [`network = ${estimator(rows)}(`, ...lines, ")"].join("\n");
  if (!isSet) return made;
  const words = Object.entries(training).map(([name, value]) => `${name}=${tupled(value)}`);
  return [
    made,
    "network.fit(X_train, y_train)  # one step of no length, to have the starting weights",
    ...setting(first.set, layers),
    `network.set_params(warm_start=True, ${words.join(", ")})`,
  ].join("\n");
}

function change(before: Limited, phase: Limited, { rows, layers }: Written): string {
  const [old, now] = [trainingParameters(before, rows.nTrain), trainingParameters(phase, rows.nTrain)];
  const changed = Object.entries(now).filter(([name, value]) => old[name] !== value);
  const lines = [`\n# Changed after ${before.passes} passes; it went on from the weights as they stood.`, ...setting(phase.set, layers)];
  if (phase.passes > 0) {
    lines.push(`network.set_params(${["warm_start=True", ...changed.map(([name, value]) => `${name}=${tupled(value)}`)].join(", ")})`);
    lines.push("network.fit(X_train, y_train)");
  }
  return lines.join("\n");
}

/** Weights set by hand, by their place in `coefs_` and `intercepts_`. */
export function setting(set: readonly SetWeight[], layers: readonly number[]): string[] {
  return set.map(([place, value]) => {
    let at = place;
    for (let layer = 0; ; layer++) {
      const [fanIn, fanOut] = [layers[layer]!, layers[layer + 1]!];
      if (at < fanIn * fanOut) return `network.coefs_[${layer}][${Math.floor(at / fanOut)}, ${at % fanOut}] = ${literal(value)}`;
      at -= fanIn * fanOut;
      if (at < fanOut) return `network.intercepts_[${layer}][${at}] = ${literal(value)}`;
      at -= fanOut;
    }
  });
}

function ending(rows: Rows): string {
  const parts = rows.nTest ? ["train", "test"] : ["train"];
  const named = { train: "training", test: "test" } as Record<string, string>;
  const lines = parts.map((part) =>
    rows.regression
      ? `print(f"R² of the ${named[part]} rows: {network.score(X_${part}, y_${part}):.4f}")`
      : `print(f"${named[part]} rows put right: {network.score(X_${part}, y_${part}):.1%}")`,
  );
  return ["", ...lines].join("\n");
}

function estimator(rows: Rows): string {
  return rows.regression ? "MLPRegressor" : "MLPClassifier";
}

function keywords(values: Record<string, unknown>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${literal(value)}`);
}

/** Sizes and activations are tuples in Python. */
function tupled(value: unknown): string {
  if (!Array.isArray(value)) return literal(value);
  return `(${value.map(literal).join(", ")}${value.length === 1 ? "," : ""})`;
}

/** Only the last part of a name: a script shall not read from elsewhere. */
function fileName(name: string): string {
  const last = name.replaceAll("\\", "/").split("/").at(-1)!;
  const kept = last.replace(/[^\p{L}\p{N} ._-]/gu, "_").replace(/^[. ]+|[. ]+$/g, "");
  return /\.(csv|tsv|parquet|gz|xlsx)$/.test(kept) ? kept : `${kept || "table"}.csv`;
}
