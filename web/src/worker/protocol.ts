/**
 * What page and Worker say to each other. The page owns the recipe; the Worker trains and paints.
 *
 * `edit` is the number of the page's last change of the recipe: what belongs to an older one is
 * not shown. Pictures travel as transferred buffers.
 */
import type { Finding } from "../findings";
import type { Phase, Recipe, SetWeight, Source } from "../recipe";
import type { Table } from "../table/table";

/** Cells of the picture along each side, of a hidden unit's, and of a panel of the sweep. */
export const GRID = 100;
export const UNIT_GRID = 20;
export const SWEEP_GRID = 50;
/** Units of each layer that are drawn. */
export const SHOWN_UNITS = 8;
export const SWEEP_SIZES = [1, 2, 3, 4, 5, 20, 50] as const;
/** Passes that are shown one by one. */
export const RECENT = 60;

export type Bounds = readonly [left: number, right: number, bottom: number, top: number];

/** The compiled engine, or the address that the Worker fetches it from. */
export type EngineSource = ArrayBuffer | string;

/** Told when a Worker runs, and what engine it is to open. */
export type Started = (worker: Worker, engine: EngineSource) => void;

export type Request =
  | { type: "Open"; engine: EngineSource; build: "relaxed" | "plain" }
  /**
   * Let this be the recipe. `anew`: from its start, along its `past`; else go on where that is possible.
   * Its table, or that of its bundled set, comes apart, and only when it is another: null is as before.
   */
  | { type: "Take"; recipe: Recipe; table: Table | null; edit: number; anew: boolean }
  | { type: "Play"; edit: number }
  | { type: "Pause"; edit: number }
  | { type: "Step"; edit: number }
  | { type: "Reset"; edit: number }
  | { type: "SetWeight"; set: SetWeight; edit: number }
  | { type: "StartSweep"; edit: number }
  | { type: "StopSweep"; edit: number }
  /** Paint this unit as large as the picture; null: none. */
  | { type: "LookAt"; unit: readonly [layer: number, unit: number] | null }
  | { type: "Seen"; frame: number };

/** A problem in words: a key of the catalogue and its values. */
export interface Problem {
  key: string;
  values: Record<string, string | number>;
}

/** Losses are means over rows, without the penalty; scores are shares put right, or R squared. */
export interface Scores {
  trainLoss: number;
  testLoss: number | null;
  trainScore: number;
  testScore: number | null;
}

/** The rows, as the picture shows them, and the straight line through them. */
export interface Rows {
  type: "Rows";
  edit: number;
  name: string;
  regression: boolean;
  n: number;
  nTrain: number;
  nTest: number;
  /** The labels in their order; none of a regression. */
  classes: (string | number | boolean)[];
  /** All columns that may be features, and whether each holds numbers. */
  columns: { name: string; numeric: boolean }[];
  target: string;
  targets: string[];
  features: string[];
  /** What the network is given. */
  inputs: string[];
  axes: [string, string];
  /** The axes' places among the features. */
  shown: [number, number];
  bounds: Bounds;
  /** Lowest and highest value that the picture has colours for, and how the target was scaled. */
  range: [number, number];
  scaling: { center: number; spread: number } | null;
  /** How many features stand still in the picture. */
  held: number;
  line: Scores;
  /** x and y of each row; its class or value; 1 for a test row; planes of the straight line. */
  positions: Float64Array;
  values: Float64Array;
  inTest: Uint8Array;
  linePlanes: Uint8Array;
  trainRows: Int32Array;
}

/** One picture of the network in training. */
export interface Frame {
  type: "Frame";
  edit: number;
  number: number;
  passes: number;
  passesASecond: number;
  /** The loss that is minimised, at these weights: with the penalty. */
  penalised: number;
  gradientNorm: number;
  scores: Scores;
  layers: number[];
  /** All weights, as Python's: W row by row, then b, layer by layer. */
  weights: Float64Array;
  nPlanes: number;
  planes: Uint8Array;
  /** The shown hidden units' views, 128 is zero; and the one that is looked at. */
  views: Uint8Array;
  shownUnits: number[];
  lookedAt: { unit: readonly [number, number]; view: Uint8Array; highest: number } | null;
  curve: Curve;
  recent: Float32Array;
  /** Rows of each class (down) called which (across); of the test rows, if there are any. */
  confusion: number[][] | null;
  /** What was done so far, the current phase last: followed, it gives these weights. */
  past: Phase[];
}

/** The course so far: what was minimised, and the losses that were measured on the way. */
export interface Curve {
  passes: Float32Array;
  low: Float32Array;
  high: Float32Array;
  norm: Float32Array;
  measuredAt: Float32Array;
  train: Float32Array;
  test: Float32Array;
}

export interface SweepPanel {
  units: number;
  /** Means over the folds. */
  loss: number;
  score: number;
  passes: number;
  planes: Uint8Array;
}

/** What the sweep says, once it has ended. */
export interface SweepVerdict {
  /** The size that is recommended: 0 is the straight line; null where there is nothing to judge by. */
  recommended: number | null;
  best: number;
  /** By how much the best loses less than the line, and its interval. */
  gain: number;
  interval: [number, number];
  beatsLine: boolean;
  folds: number;
}

export interface SweepFrame {
  type: "SweepFrame";
  edit: number;
  running: boolean;
  share: number;
  nPlanes: number;
  line: { loss: number; score: number };
  panels: SweepPanel[];
  verdict: SweepVerdict | null;
}

/** A toy set in small, for its button. */
export interface Thumbnail {
  source: Source;
  regression: boolean;
  positions: Float32Array;
  values: Float32Array;
}

export type Report =
  | { type: "Ready"; fused: boolean }
  | { type: "Thumbnails"; sets: Thumbnail[] }
  | Rows
  /** There is nothing to train on: why, in words; the drawn points are shown by the page. */
  | { type: "NoRows"; edit: number; problem: Problem }
  | Frame
  | { type: "Situation"; edit: number; playing: boolean; catchingUp: boolean; stopReason: string | null }
  | { type: "Findings"; edit: number; findings: Finding[]; bestPass: number | null }
  | SweepFrame
  | { type: "Refused"; edit: number; problem: Problem }
  /** The engine or the Worker cannot go on. */
  | { type: "Failed"; message: string };
