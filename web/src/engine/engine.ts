/** moonlet's engine in the page: the same C++ as Python's, and on most machines the same bits. */
import { Calls, type Block } from "./calls";
import type { Init, NetworkSpec, StopReason, Toy, ToyOptions, Training } from "./names";
import { plainBuild } from "./plain";
import type { Build } from "./probe";

export { EngineError } from "./calls";
export type * from "./names";

const STOP_REASONS: (StopReason | null)[] = [null, "converged", "max_iter", "early_stopping", "diverged"];

/** Something that lives in the engine's memory until it is freed. */
class Held {
  constructor(
    protected readonly calls: Calls,
    readonly handle: number,
  ) {}

  free(): void {
    this.calls.call("free", [this.handle]);
  }
}

/** A network's shape. */
export class Network extends Held {
  constructor(
    calls: Calls,
    readonly spec: NetworkSpec,
    /** Whether it may be trained with dropout. */
    readonly mayDrop: boolean,
  ) {
    const texts = [spec.activations.join(","), spec.output, spec.loss ?? ""];
    const sizes = Float64Array.from(spec.layer_sizes);
    const given = [spec.loss_parameter ?? NaN, Number(mayDrop)];
    super(calls, calls.call("network", given, [sizes, ...texts]).number());
  }

  /** Length of its weights: layer by layer fan_in rows of fan_out weights, then fan_out biases. */
  get length(): number {
    const sizes = this.spec.layer_sizes;
    return sizes.slice(1).reduce((sum, size, layer) => sum + ((sizes[layer] as number) + 1) * size, 0);
  }
}

/** Rows of inputs, and what is to be learned of them. */
export class Rows extends Held {
  readonly n: number;

  constructor(
    calls: Calls,
    X: Float64Array,
    nInputs: number,
    targets: Float64Array,
    nOutputs: number,
    weight: Float64Array,
  ) {
    const n = X.length / nInputs;
    super(calls, calls.call("rows", [n, nInputs, nOutputs], [X, targets, weight]).number());
    this.n = n;
  }
}

/** A network in training: run in slices, read between them. */
export class Trainer extends Held {
  private now!: Float64Array;

  constructor(
    calls: Calls,
    network: Network,
    rows: Rows,
    weights: Float64Array,
    training: Training,
    validation: Rows | null,
  ) {
    const numbers: [string, number][] = [];
    const choices: string[] = [];
    for (const [name, value] of Object.entries(training) as [string, unknown][]) {
      if (typeof value === "string") choices.push(`${name}=${value}`);
      else if (value !== undefined) numbers.push([name, Number(value)]);
    }
    const blocks: Block[] = [
      weights,
      numbers.map(([name]) => name).join(","),
      Float64Array.from(numbers, ([, value]) => value),
      choices.join(","),
    ];
    const handles = [network.handle, rows.handle, validation?.handle ?? 0];
    super(calls, calls.call("trainer", handles, blocks).number());
    this.look();
  }

  /**
   * Trains for so many passes or milliseconds, whichever is less; how many passes were done.
   *
   * Whole passes only: one that takes longer than that is not broken off.
   */
  run(budget: { passes?: number; ms?: number }): number {
    const { passes = -1, ms = Infinity } = budget;
    const done = this.calls.call("run", [this.handle, passes, ms / 1000]).number();
    this.look();
    return done;
  }

  private look(): void {
    this.now = this.calls.call("progress", [this.handle]).numbers();
  }

  /** Passes done. */
  get passes(): number {
    return this.now[0] as number;
  }

  /** Mean over rows, penalty included; of mini-batches the mean over the last pass. */
  get loss(): number {
    return this.now[1] as number;
  }

  /** The learning rate of the next pass; NaN for lbfgs. */
  get rate(): number {
    return this.now[2] as number;
  }

  /** Time spent in training. */
  get seconds(): number {
    return this.now[3] as number;
  }

  /** Why it ended; null while it can go on. */
  get stopReason(): StopReason | null {
    return STOP_REASONS[this.now[4] as number] ?? null;
  }

  weights(): Float64Array<ArrayBuffer> {
    return this.calls.call("weights", [this.handle]).numbers();
  }

  /** The loss with which each pass began, from that pass on. */
  lossCurve(from = 0): Float64Array<ArrayBuffer> {
    return this.curve(0, from);
  }

  gradientNormCurve(from = 0): Float64Array<ArrayBuffer> {
    return this.curve(1, from);
  }

  /** After each pass, where validation rows are given. */
  validationLossCurve(from = 0): Float64Array<ArrayBuffer> {
    return this.curve(2, from);
  }

  validationScoreCurve(from = 0): Float64Array<ArrayBuffer> {
    return this.curve(3, from);
  }

  private curve(which: number, from: number): Float64Array<ArrayBuffer> {
    return this.calls.call("curve", [this.handle, which, from]).numbers();
  }

  /** Goes on after an end, up to so many passes. */
  reopen(maxIter: number): void {
    this.calls.call("reopen", [this.handle, maxIter]);
    this.look();
  }

  /** All that going on depends on: the bytes of Python's `moonlet.engine.Trainer.state`. */
  state(): Uint8Array<ArrayBuffer> {
    return this.calls.call("state", [this.handle]).bytes();
  }

  /** A state that is refused changes nothing. */
  setState(bytes: Uint8Array): void {
    this.calls.call("set_state", [this.handle], [bytes]);
    this.look();
  }
}

/** NumPy's RandomState, to the bit. */
export class Random extends Held {
  constructor(calls: Calls, seed: number) {
    super(calls, calls.call("random", [seed]).number());
  }

  /** The numbers from 0 to n - 1 in a random order. */
  permutation(n: number): Float64Array<ArrayBuffer> {
    return this.calls.call("permutation", [this.handle, n]).numbers();
  }
}

/** Points of a toy set; `y` are classes or, for regression, numbers. */
export interface ToyPoints {
  /** Row by row: x0, x1. */
  X: Float64Array;
  y: Float64Array;
  regression: boolean;
}

export class Engine {
  private constructor(
    private readonly calls: Calls,
    readonly build: Build,
  ) {}

  /** From the engine's bytes, as the build that `usableBuild` names. */
  static async create(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>, build: Build): Promise<Engine> {
    return new Engine(await Calls.of(build === "plain" ? plainBuild(new Uint8Array(bytes)) : bytes), build);
  }

  /** Whether products are added without being rounded before, as Python's engine does: then bits agree. */
  get fused(): boolean {
    return this.build === "relaxed";
  }

  /** Whether it met a fault it cannot go on from: make another. */
  get dead(): boolean {
    return this.calls.dead;
  }

  network(spec: NetworkSpec, mayDrop = false): Network {
    return new Network(this.calls, spec, mayDrop);
  }

  /** Rows of the matrix X; without targets they are only to be answered. */
  rows(
    X: Float64Array,
    nInputs: number,
    targets: Float64Array = new Float64Array(),
    nOutputs = 0,
    weight: Float64Array = new Float64Array(),
  ): Rows {
    return new Rows(this.calls, X, nInputs, targets, nOutputs, weight);
  }

  trainer(
    network: Network,
    rows: Rows,
    weights: Float64Array,
    training: Training,
    validation: Rows | null = null,
  ): Trainer {
    return new Trainer(this.calls, network, rows, weights, training, validation);
  }

  random(seed: number): Random {
    return new Random(this.calls, seed);
  }

  /** Where training starts, and the seed of the shuffles: as Python draws them from `random_state`. */
  start(network: Network, init: Init, seed: number): { weights: Float64Array; shuffleSeed: number } {
    const drawn = this.calls.call("start", [network.handle, seed], [init]).numbers();
    return { shuffleSeed: drawn[0] as number, weights: drawn.subarray(1).slice() };
  }

  /** The points of `moonlet.data.load`, to the bit. */
  toy(name: Toy, options: ToyOptions): ToyPoints {
    const { n_samples, noise, n_classes = 2, random_state } = options;
    const drawn = this.calls.call("toy", [n_samples, noise, n_classes, random_state], [name]).numbers();
    const n = (drawn.length - 1) / 3;
    return { regression: drawn[0] === 1, X: drawn.slice(1, 1 + 2 * n), y: drawn.slice(1 + 2 * n) };
  }

  /** What the network gives for each row, after its output function, row by row. */
  predict(network: Network, weights: Float64Array, rows: Rows): Float64Array<ArrayBuffer> {
    return this.calls.call("predict", [network.handle, rows.handle], [weights]).numbers();
  }

  /**
   * A plane of `rows.n` values for every hidden unit, layer by layer, and then for every output; from one of them on.
   *
   * They lie in the engine's memory: to be read before it is asked anything else.
   */
  pictures(network: Network, weights: Float64Array, rows: Rows, first = 0): Float32Array<ArrayBuffer> {
    return this.calls.call("pictures", [network.handle, rows.handle, first], [weights]).floats();
  }

  /** The mean loss without penalty (of classes: decision 0013's), and accuracy or R squared. */
  measure(network: Network, weights: Float64Array, rows: Rows): { loss: number; score: number } {
    const found = this.calls.call("measure", [network.handle, rows.handle], [weights]).numbers();
    return { loss: found[0] as number, score: found[1] as number };
  }

  /** The loss with its penalty, and its gradient, laid out as the weights are. */
  gradient(
    network: Network,
    weights: Float64Array,
    rows: Rows,
    alpha: number,
  ): { loss: number; gradient: Float64Array } {
    const found = this.calls.call("gradient", [network.handle, rows.handle, alpha], [weights]).numbers();
    return { loss: found[0] as number, gradient: found.subarray(1).slice() };
  }

  /** The engine's own sine or cosine of each, whose bits Python has as well. */
  apply(name: "sin" | "cos", values: Float64Array): Float64Array<ArrayBuffer> {
    return this.calls.call("apply", [], [name, values]).numbers();
  }

  /** What the tutor says of a training, as JSON; `watched` are passes and the test rows' losses there. */
  findings(trainer: Trainer, watched = { passes: new Float64Array(), losses: new Float64Array() }): string {
    return this.calls.call("findings", [trainer.handle], [watched.passes, watched.losses]).text();
  }
}
