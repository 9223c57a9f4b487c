/** The page's tutor says what Python's says: tests/diagnosis/corpus.py has the trainings. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Engine, type Activation, type Schedule, type Solver } from "../src/engine/engine";
import { usableBuild } from "../src/engine/probe";
import { findingsFrom, type Finding } from "../src/findings";
import { LANGUAGES, speaker, type Language, type Voice } from "../src/words";

interface Recipe {
  table: string;
  hidden: number[];
  activation: Activation;
  solver: Solver;
  rate: number;
  schedule: Schedule;
  batch: number;
  alpha: number;
  dropout: number;
  max_iter: number;
  tol: number;
  seed: number;
  inputs: number;
  target: number;
  held_out: number;
}
interface Corpus {
  usual: Recipe;
  tables: Record<string, { classes: number; X: number[][]; y: number[] }>;
  entries: {
    recipe: Partial<Recipe> & { table: string };
    findings: { kind: string; words: string; change: Finding["change"] }[];
    others: string;
  }[];
}
const corpus = JSON.parse(await readFile("../tests/diagnosis/corpus.json", "utf8")) as Corpus;
const WORDS = LANGUAGES.flatMap((language) => (["python", "lab"] as const).map((voice) => [language, voice] as const));

function findingsOf(engine: Engine, recipe: Recipe): Finding[] {
  const { classes, X, y } = corpus.tables[recipe.table] as Corpus["tables"][string];
  const nInputs = (X[0] as number[]).length;
  const nOutputs = classes > 2 ? classes : 1;
  const answer = (value: number): number[] => {
    if (classes > 2) return Array.from({ length: classes }, (_, k) => Number(k === value));
    return [classes ? value : value * recipe.target];
  };
  const rowsFrom = (begin: number, end: number) =>
    engine.rows(
      Float64Array.from(X.slice(begin, end).flat(), (value) => value * recipe.inputs),
      nInputs,
      Float64Array.from(y.slice(begin, end).flatMap(answer)),
      nOutputs,
    );
  const network = engine.network(
    {
      layer_sizes: [nInputs, ...recipe.hidden, nOutputs],
      activations: recipe.hidden.map(() => recipe.activation),
      output: classes > 2 ? "softmax" : classes ? "sigmoid" : "identity",
    },
    recipe.dropout > 0,
  );
  const n = X.length - recipe.held_out;
  const rows = rowsFrom(0, n);
  const watched = recipe.held_out ? rowsFrom(n, X.length) : null;
  const { weights } = engine.start(network, "glorot_uniform", recipe.seed);
  const training = {
    solver: recipe.solver,
    learning_rate_init: recipe.rate,
    schedule: recipe.schedule,
    batch_size: recipe.batch,
    alpha: recipe.alpha,
    dropout: recipe.dropout,
    max_iter: recipe.max_iter,
    tol: recipe.tol,
    seed: recipe.seed,
  };
  const trainer = engine.trainer(network, rows, weights, training, watched);
  while (trainer.stopReason === null) trainer.run({ ms: 50 });
  const findings = findingsFrom(engine.findings(trainer));
  for (const held of [trainer, network, rows, ...(watched ? [watched] : [])]) held.free();
  return findings;
}

function said(finding: Finding, language: Language, voice: Voice): string {
  const say = speaker(language);
  const text = ({ key, values }: Finding["cure"]): string => say.filled(key, values, {}, voice);
  return `${finding.message.map(text).join("")} ${text(finding.cure)}`;
}

async function digest(findings: Finding[]): Promise<string> {
  const words = WORDS.slice(1).flatMap(([language, voice]) => findings.map((one) => said(one, language, voice)));
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words.join("\n")));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 12);
}

describe.skipIf(usableBuild() === "plain")("the page's tutor", () => {
  it("says of every training of the corpus what Python says, in both languages and voices", async () => {
    const engine = await Engine.create(await readFile("engine/relaxed.wasm"), "relaxed");
    const differing = [];
    for (const { recipe, findings, others } of corpus.entries) {
      const found = findingsOf(engine, { ...corpus.usual, ...recipe });
      const told = found.map((one) => ({ kind: one.kind, words: said(one, "en", "python"), change: one.change }));
      if (JSON.stringify(told) !== JSON.stringify(findings)) differing.push([recipe, told, findings]);
      else if ((await digest(found)) !== others) differing.push([recipe, found, others]);
    }
    expect(differing).toEqual([]);
    expect(corpus.entries.length).toBeGreaterThanOrEqual(300);
  }, 60_000);
});

describe("the plain build", () => {
  it("has a tutor too", async () => {
    const engine = await Engine.create(await readFile("engine/relaxed.wasm"), "plain");
    const entry = corpus.entries.find(({ findings }) => findings[0]?.kind === "unscaled_inputs");
    const found = findingsOf(engine, { ...corpus.usual, ...(entry as Corpus["entries"][number]).recipe });
    expect(found[0]?.kind).toBe("unscaled_inputs");
    expect(found[0]?.standardizes).toBe(true);
  });
});
