/** Where the lab is at home, and what it can do there that the page alone cannot. */
import type { Table } from "./table/table";

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
  /** What it was trained on: columns and rows of `table`, or of a toy set or drawn points if null. */
  table: Table | null;
  target: string;
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

export interface Study {
  /** Begin one of these rows. What goes on is told until it ends. */
  start(rows: { name: string; csv: string; target: string; seed: number }, tell: (note: StudyNote) => void): void;
  stop(): void;
}

export interface Home {
  kind: "static" | "file" | "server" | "notebook" | "element";
  /** A table that came with the page. */
  table?: Table;
  /** What to open with, if the address has nothing else: a recipe in JSON. */
  recipe?: unknown;
  /** Whether the page's address, with a recipe behind its "#", opens elsewhere too. */
  shareable: boolean;
  /** Read a file by moonlet's reader. Rejects with a sentence that names line, column and cure. */
  readTable?(file: { name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<Table>;
  toOnnx?(trained: Trained): Promise<Blob>;
  study?: Study;
  /** Told whenever training has come to rest, and never while it goes on. */
  settled?(trained: Trained): void;
}
