/**
 * The engine as the page's Worker knows it: the same sources as Python's, compiled to WebAssembly.
 *
 * Matrices are Float64Arrays, row by row. A network's weights are one flat vector: W row by row
 * (inputs down, units across), then b, layer by layer, as Python's `NetworkSpec.pack` lays it out.
 */
import type { Activation, Init, Loss, Schedule, Solver, Source } from "../recipe";

export interface NetworkSpec {
  /** Units of every layer, inputs and outputs counted. */
  layers: readonly number[];
  activations: readonly Activation[];
  output: "sigmoid" | "softmax" | "identity";
}

/** How a network is trained; the words of Python's SolverSpec, StopRule and TrainingSpec. */
export interface TrainingSpec {
  network: NetworkSpec;
  /** Of a regression; of classes it is always the log loss. */
  loss: Loss | "log_loss";
  solver: Solver;
  learningRate: number;
  schedule: Schedule;
  batchSize: number;
  alpha: number;
  l1: number;
  dropout: number;
  maxIter: number;
  tol: number;
  nIterNoChange: number;
  maxFun: number;
  /** Of shuffles and dropout, as `start` gives it. */
  seed: number;
}

export type StopReason = "converged" | "max_iter" | "diverged" | "max_fun" | "interrupted" | string;

export interface Trainer {
  /** Go on for so many passes or so long, whichever is less. */
  run(maxPasses: number, maxSeconds: number): void;
  readonly nIter: number;
  /** Null while it can go on. */
  readonly stopReason: StopReason | null;
  /** The last pass's: penalised, as it is minimised. */
  readonly loss: number;
  weights(): Float64Array;
  /** The penalised loss, and the gradient's norm, with which each pass from number `pass` on began. */
  lossesSince(pass: number): Float64Array;
  normsSince(pass: number): Float64Array;
  /** Let it go on to a later end, where nothing depends on where that is. */
  reopen(maxIter: number): void;
  free(): void;
}

/** What the tutor says: which finding, the numbers in its words, and the change that cures it. */
export interface Finding {
  kind: string;
  values: Record<string, number | string>;
  /** Python's parameters and their new values. */
  change: Record<string, number | string | boolean>;
}

export interface Random {
  /** numpy's RandomState(seed).permutation(n). */
  permutation(n: number): Int32Array;
}

export interface Engine {
  /** Whether it multiplies and adds in one step, so that it gives Python's bits. */
  readonly fused: boolean;
  /** A toy set as `moonlet.data.load` draws it, bit for bit: X of n rows x 2, and class or value. */
  toy(
    source: Source,
    options: { points: number; noise: number; classes: number; seed: number },
  ): { X: Float64Array; y: Float64Array };
  random(seed: number): Random;
  sine(values: Float64Array): Float64Array;
  /** Starting weights, and the seed of the shuffles after them. */
  start(network: NetworkSpec, init: Init, seed: number): { weights: Float64Array; seed: number };
  /** X has layers[0] columns, targets layers.at(-1). */
  trainer(spec: TrainingSpec, X: Float64Array, targets: Float64Array, weights: Float64Array): Trainer;
  /** Outputs of rows, row by row. */
  predict(network: NetworkSpec, weights: Float64Array, X: Float64Array): Float64Array;
  /** What every hidden unit gives for rows: for each hidden layer rows x units. */
  units(network: NetworkSpec, weights: Float64Array, X: Float64Array): Float64Array[];
  /** What the tutor says of a phase of training; `tested` are losses on held-out rows at passes of this phase. */
  examine(
    trainer: Trainer,
    tested: { passes: Float64Array; losses: Float64Array },
    classNames: readonly string[],
  ): Finding[];
}
