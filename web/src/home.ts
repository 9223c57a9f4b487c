/** Where the lab is at home, and what it can do there that the page alone cannot. */
import type { DataRecipe } from "./recipe";
import type { Table } from "./table/table";
import type { Language } from "./words";

/** The network as it stands, for Python. */
export interface Trained {
  /** The keywords of MLPClassifier or MLPRegressor, as the copied script has them. */
  parameters: Record<string, unknown>;
  regression: boolean;
  /** W, then b, layer by layer; row-major as `coefs_`. */
  weights: Float64Array;
  nIter: number;
  lossCurve: Float64Array;
  gradientNormCurve: Float64Array;
  stopReason: string | null;
  /** The labels in their order; none of a regression. */
  classes: readonly (string | number | boolean)[];
  /** What it was trained on, the names of its features (terms, of a toy set) and its training rows. */
  data: DataRecipe;
  features: readonly string[];
  trainRows: Int32Array;
}

export interface StudyNote {
  state: "running" | "done" | "failed";
  /** How far it is; its verdict; or why it failed. */
  text: string;
  /** The report's address, once there is one. */
  report: string | null;
}

/** Rows to be studied: of a toy set or of drawn points the page makes a table. */
export interface StudyRows {
  table: Table;
  target: string;
  features: readonly string[] | null;
  seed: number;
  /** What is told of it is in this language. */
  language: Language;
}

export interface Study {
  /** Begin one. How it stands is told until it ends. */
  start(rows: StudyRows, tell: (note: StudyNote) => void): void;
  stop(): void;
}

export interface Home {
  kind: "static" | "file" | "server" | "notebook" | "element";
  /** What to open with, if the address has nothing else: a recipe in JSON, with its table. */
  recipe?: unknown;
  /** The address under which a recipe's text opens; and whether it does so on other machines. */
  link?(recipe: string): { address: string; everywhere: boolean };
  /** Read a file by moonlet's reader. Rejects with a sentence that names line, column and cure. */
  readTable?(file: { name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<Table>;
  toOnnx?(trained: Trained): Promise<Blob>;
  study?: Study;
  /** Told whenever training has come to rest, and never while it goes on. */
  settled?(trained: Trained): void;
}
