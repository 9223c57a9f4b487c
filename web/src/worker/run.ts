/** One network in training, from its start through every change that was made on the way. */
import type { Engine, Network, Rows as EngineRows, NetworkSpec, Trainer } from "../engine/engine";
import type { NetworkRecipe, Phase, SetWeight, TrainingRecipe } from "../recipe";
import { Course } from "./curve";
import type { Curve, Scores } from "./protocol";
import type { Rows } from "./rows";
import { OPEN_ENDED } from "../engine/names.generated";
import { networkSpec, penalty, trainingSpec } from "./spec";

/** How many times at most the rows are measured on the way. */
const MEASURED = 400;

/** What a network is trained on and judged by, in the engine's memory. */
export class Held {
  readonly train: EngineRows;
  readonly test: EngineRows | null;

  constructor(engine: Engine, rows: Pick<Rows, "Xtrain" | "Xtest" | "y" | "train" | "test">, spec: NetworkSpec) {
    const nInputs = spec.layer_sizes[0]!;
    const nOutputs = spec.layer_sizes.at(-1)!;
    const targets = (part: Int32Array): Float64Array => {
      const made = new Float64Array(part.length * nOutputs);
      part.forEach((row, i) => {
        if (nOutputs === 1) made[i] = rows.y[row]!;
        else made[i * nOutputs + rows.y[row]!] = 1;
      });
      return made;
    };
    this.train = engine.rows(rows.Xtrain, nInputs, targets(rows.train), nOutputs);
    this.test = rows.test.length ? engine.rows(rows.Xtest, nInputs, targets(rows.test), nOutputs) : null;
  }

  free(): void {
    this.train.free();
    this.test?.free();
  }
}

/**
 * A change of how it is trained begins a new phase from the weights as they stand; so does a
 * weight set by hand. The phases are the recipe: who follows it gets the same weights.
 */
export class Run {
  readonly spec: NetworkSpec;
  readonly network: Network;
  readonly held: Held;
  private trainer!: Trainer;
  private phases: Phase[] = [];
  private set: SetWeight[] = [];
  private course = new Course();
  private measured: { at: number; train: number; test: number }[] = [];
  private measureEach = 1;
  private done = 0;
  private shuffleSeed = 0;
  private limit = 1;

  constructor(
    private readonly engine: Engine,
    readonly rows: Rows,
    private readonly choice: NetworkRecipe,
    public training: TrainingRecipe,
    /** Whether the rows are measured on the way, for the curves. */
    private readonly isWatched = true,
  ) {
    this.spec = networkSpec(rows.inputs.length, rows.classes.length, choice, training.loss);
    this.network = engine.network(this.spec, true);
    this.held = new Held(engine, rows, this.spec);
    this.begin(this.firstWeights());
  }

  free(): void {
    this.trainer.free();
    this.held.free();
    this.network.free();
  }

  /** Passes done since the network's start. */
  get passes(): number {
    return this.done + this.trainer.passes;
  }

  get stopReason(): string | null {
    return this.trainer.stopReason;
  }

  get finished(): boolean {
    return this.stopReason !== null;
  }

  weights(): Float64Array<ArrayBuffer> {
    return this.trainer.weights();
  }

  /** Train for so many passes or seconds, whichever is less; tell how many were done. */
  advance(mostPasses: number, seconds: number): number {
    const [began, before] = [performance.now(), this.passes];
    const end = before + mostPasses;
    while (!this.finished && this.passes < end) {
      const left = seconds * 1000 - (performance.now() - began);
      if (left <= 0) break;
      const toMeasure = !this.isWatched ? Infinity : this.measureEach - (this.passes % this.measureEach);
      const passes = Math.min(toMeasure, end - this.passes);
      this.trainer.run({ ...(passes < Infinity ? { passes } : {}), ms: left });
      if (this.passes % this.measureEach === 0 || this.finished) this.measure();
    }
    return this.passes - before;
  }

  /** Go on under another choice; a new phase unless nothing depends on the old one. */
  change(training: TrainingRecipe): void {
    const old = this.training;
    if (JSON.stringify(training) === JSON.stringify(old)) return;
    if (this.stopReason === "diverged" || (this.passes === 0 && this.set.length === 0)) {
      this.restart(training);
      return;
    }
    const onlyLonger = JSON.stringify({ ...training, passes: old.passes }) === JSON.stringify(old);
    if (onlyLonger && OPEN_ENDED.includes(training.schedule) && training.passes > this.passes) {
      this.training = training;
      this.setStride();
      this.limit = training.passes - this.done;
      this.trainer.reopen(this.limit);
      return;
    }
    this.endPhase();
    this.training = training;
    this.beginFrom(this.weights());
  }

  /** Set one weight by hand, and go on from there. */
  setWeight(set: SetWeight): void {
    const weights = this.weights();
    if (set[0] >= weights.length) return;
    this.endPhase();
    weights[set[0]] = set[1];
    this.set.push(set);
    this.beginFrom(weights);
  }

  /** Back to the starting weights. */
  restart(training = this.training): void {
    this.training = training;
    this.phases = [];
    this.set = [];
    this.course = new Course();
    this.measured = [];
    this.trainer.free();
    this.done = 0;
    this.begin(this.firstWeights());
  }

  /** All phases, the current one last, however short. */
  past(): Phase[] {
    return [...this.phases, { set: this.set, training: this.training, passes: this.trainer.passes }];
  }

  /** The current phase's trainer, and what was measured in it, for the tutor. */
  forTutor(): { trainer: Trainer; watched: { passes: Float64Array<ArrayBuffer>; losses: Float64Array<ArrayBuffer> } } {
    const here = this.rows.test.length ? this.measured.filter(({ at }) => at > this.done) : [];
    return {
      trainer: this.trainer,
      watched: {
        passes: Float64Array.from(here, ({ at }) => at - this.done),
        losses: Float64Array.from(here, ({ test }) => test),
      },
    };
  }

  /** Where the loss on the test rows was lowest, as far as it was looked at. */
  get bestPass(): number | null {
    if (!this.rows.test.length || !this.measured.length) return null;
    return this.measured.reduce((best, one) => (one.test < best.test ? one : best)).at;
  }

  curve(): Curve {
    this.follow();
    return {
      ...this.course.points(),
      measuredAt: new Float32Array(this.measured.map(({ at }) => at)),
      train: new Float32Array(this.measured.map(({ train }) => train)),
      test: new Float32Array(this.measured.map(({ test }) => test)),
    };
  }

  recent(): Float32Array {
    return Float32Array.from(this.course.recent);
  }

  scores(weights: Float64Array): Scores {
    const train = this.engine.measure(this.network, weights, this.held.train);
    const test = this.held.test && this.engine.measure(this.network, weights, this.held.test);
    return {
      trainLoss: train.loss,
      trainScore: train.score,
      testLoss: test?.loss ?? null,
      testScore: test?.score ?? null,
    };
  }

  /** The loss that is minimised, at these weights. */
  penalised(weights: Float64Array, trainLoss: number): number {
    return trainLoss + penalty(this.spec, weights, this.training, this.rows.train.length);
  }

  private endPhase(): void {
    this.follow();
    if (this.trainer.passes === 0) return; // its set weights go over into the next one
    this.phases.push({ set: this.set, training: this.training, passes: this.trainer.passes });
    this.set = [];
  }

  private beginFrom(weights: Float64Array): void {
    this.trainer.free();
    this.done = this.phases.reduce((sum, phase) => sum + phase.passes, 0);
    this.begin(weights);
  }

  private begin(weights: Float64Array): void {
    this.limit = Math.max(this.training.passes - this.done, 1);
    const spec = trainingSpec(this.training, this.limit, this.rows.train.length, this.shuffleSeed);
    this.trainer = this.engine.trainer(this.network, this.held.train, weights, spec);
    this.setStride();
    this.measure();
  }

  private setStride(): void {
    this.measureEach = Math.max(1, Math.floor(this.training.passes / MEASURED));
  }

  private measure(): void {
    if (!this.isWatched) return;
    const { trainLoss, testLoss } = this.scores(this.weights());
    if (this.measured.at(-1)?.at === this.passes) this.measured.pop();
    this.measured.push({ at: this.passes, train: trainLoss, test: testLoss ?? NaN });
  }

  /** Bring the course up to the passes that were done since it was looked at last. */
  private follow(): void {
    const from = this.course.nPasses - this.done;
    this.course.extend(this.trainer.lossCurve(from), this.trainer.gradientNormCurve(from));
  }

  private firstWeights(): Float64Array {
    const { weights, shuffleSeed } = this.engine.start(this.network, this.choice.init, this.choice.seed);
    this.shuffleSeed = shuffleSeed;
    return weights;
  }
}
