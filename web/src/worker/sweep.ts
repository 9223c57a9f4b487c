/** The sweep: seven sizes of one hidden layer side by side, judged by cross-validation against the line. */
import { folds } from "../data/split";
import type { Engine } from "../engine/engine";
import type { NetworkRecipe, Recipe, TrainingRecipe } from "../recipe";
import { judge } from "./paired";
import { pictureOf, planesOf } from "./picture";
import { SWEEP_GRID, SWEEP_SIZES, type SweepFrame, type SweepPanel, type SweepVerdict } from "./protocol";
import type { Rows } from "./rows";
import { Run } from "./run";

/** Seconds that the pictures take at least: they are there to be watched. */
const SHOWN_FOR = 2;
/** Their share of the time while the sizes are judged: the verdict is what is waited for. */
const SHOWN_SHARE = 1 / 4;
/** As the study: three cuts into five folds, and networks trained to their end by what is quickest at it. */
const CUTS = 3;
const FOLDS = 5;
const TO_THE_END: Partial<TrainingRecipe> = { solver: "lbfgs", schedule: "constant", dropout: 0, passes: 500 };

interface Judged {
  size: number;
  cut: number;
  fold: number;
}

export class Sweep {
  stopped = false;
  private readonly shown: Run[];
  private readonly waiting: Judged[] = [];
  private now: { run: Run; judged: Judged } | null = null;
  /** Of the line and each size, fold by fold. */
  private readonly losses: number[][] = [0, ...SWEEP_SIZES].map(() => []);
  private readonly scores: number[][] = [0, ...SWEEP_SIZES].map(() => []);
  /** Of each cut, the fold of every row. */
  private readonly cuts: Int32Array[];
  private readonly nFolds: number;
  private readonly whole: Pick<Rows, "Xtrain" | "y" | "train">;
  private readonly began = performance.now();
  private readonly grid;
  private readonly cells = SWEEP_GRID * SWEEP_GRID;

  constructor(
    private readonly engine: Engine,
    private readonly rows: Rows,
    private readonly recipe: Recipe,
  ) {
    const { train, test, Xtrain, Xtest } = rows;
    const X = new Float64Array(Xtrain.length + Xtest.length);
    X.set(Xtrain);
    X.set(Xtest, Xtrain.length);
    this.whole = { Xtrain: X, train: Int32Array.from([...train, ...test]), y: rows.y };
    const classes = rows.regression ? null : Int32Array.from(this.whole.train, (row) => rows.y[row]!);
    this.nFolds = Math.max(2, Math.min(FOLDS, rarest(classes, this.whole.train.length)));
    const random = engine.random(recipe.data.seed);
    this.cuts = Array.from({ length: CUTS }, () => folds(this.whole.train.length, classes, this.nFolds, random));
    random.free();
    for (let cut = 0; cut < CUTS; cut++) {
      for (let fold = 0; fold < this.nFolds; fold++) {
        for (let size = 0; size <= SWEEP_SIZES.length; size++) this.waiting.push({ size, cut, fold });
      }
    }
    this.shown = SWEEP_SIZES.map((units) => new Run(engine, rows, this.network(units), recipe.training, false));
    this.grid = engine.rows(rows.grid(SWEEP_GRID), rows.inputs.length);
  }

  get running(): boolean {
    const left = this.now !== null || this.waiting.length > 0 || this.shown.some((run) => !run.finished);
    return !this.stopped && left;
  }

  free(): void {
    for (const run of this.shown) run.free();
    this.now?.run.free();
    this.now = null;
    this.grid.free();
  }

  /** Train for that long: the folds, and with what time they leave the networks that are shown, each at about one pass. */
  advance(seconds: number): void {
    const until = performance.now() + 1000 * seconds;
    const left = (): number => (until - performance.now()) / 1000;
    const share = this.now === null && this.waiting.length === 0 ? 1 : SHOWN_SHARE;
    const due = ((performance.now() - this.began) / 1000 / SHOWN_FOR) * this.recipe.training.passes;
    for (;;) {
      const behind = this.shown.filter((run) => !run.finished && run.passes < due);
      if (behind.length === 0 || left() <= seconds * (1 - share)) break;
      const slowest = behind.reduce((least, run) => (run.passes < least.passes ? run : least));
      slowest.advance(Math.max(1, Math.ceil(due - slowest.passes)), left() / behind.length);
    }
    while (left() > 0 && (this.now !== null || this.waiting.length > 0)) this.advanceFolds(left());
  }

  snapshot(edit: number): SweepFrame {
    const panels = this.shown.map((run, i): SweepPanel => {
      const weights = run.weights();
      const pictures = this.engine.pictures(run.network, weights, this.grid, pictureOf(run.spec, null));
      const { planes } = planesOf(run.spec, pictures, this.cells, this.rows.range);
      return { units: SWEEP_SIZES[i]!, ...this.means(i + 1), passes: run.passes, planes };
    });
    const nOutputs = this.shown[0]!.spec.layer_sizes.at(-1)!;
    const total = CUTS * this.nFolds * this.losses.length;
    const judged = this.losses.reduce((sum, row) => sum + row.length, 0) / total;
    const trained = Math.min(...this.shown.map((run) => (run.finished ? 1 : run.passes / run.training.passes)));
    return {
      type: "SweepFrame",
      edit,
      running: this.running,
      share: this.running ? Math.min(judged, trained) : 1,
      nPlanes: nOutputs === 2 ? 1 : nOutputs,
      line: this.means(0),
      panels,
      verdict: judged === 1 ? this.verdict() : null,
    };
  }

  private verdict(): SweepVerdict {
    const n = this.whole.train.length;
    const nValid = n / this.nFolds;
    const { enough, best, gain, beatsLine } = judge(this.losses, n - nValid, nValid);
    const size = (i: number): number => (i === 0 ? 0 : SWEEP_SIZES[i - 1]!);
    return {
      recommended: size(enough),
      best: size(best),
      gain: gain.difference,
      interval: gain.interval,
      beatsLine,
      folds: CUTS * this.nFolds,
    };
  }

  private means(i: number): { loss: number; score: number } {
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    return { loss: mean(this.losses[i]!), score: mean(this.scores[i]!) };
  }

  private advanceFolds(seconds: number): void {
    this.now ??= this.begin(this.waiting.shift()!);
    const { run, judged } = this.now;
    run.advance(Infinity, seconds);
    if (!run.finished) return;
    const found = this.engine.measure(run.network, run.weights(), run.held.test!);
    this.losses[judged.size]!.push(found.loss);
    this.scores[judged.size]!.push(found.score);
    run.free();
    this.now = null;
  }

  private begin(judged: Judged): { run: Run; judged: Judged } {
    const units = judged.size === 0 ? 0 : SWEEP_SIZES[judged.size - 1]!;
    return { run: new Run(this.engine, this.part(judged), this.network(units), { ...this.recipe.training, ...TO_THE_END }, false), judged };
  }

  /** The rows of all folds but one, and this one to judge by. */
  private part({ cut, fold }: Judged): Rows {
    const folds = this.cuts[cut]!;
    const { Xtrain, train } = this.whole;
    const width = this.rows.inputs.length;
    const pick = (isIn: (i: number) => boolean): { X: Float64Array; rows: Int32Array } => {
      const places = Array.from(train.keys()).filter(isIn);
      const X = new Float64Array(places.length * width);
      places.forEach((place, i) => X.set(Xtrain.subarray(place * width, (place + 1) * width), i * width));
      return { X, rows: Int32Array.from(places, (place) => train[place]!) };
    };
    const kept = pick((i) => folds[i] !== fold);
    const out = pick((i) => folds[i] === fold);
    return { ...this.rows, train: kept.rows, test: out.rows, Xtrain: kept.X, Xtest: out.X };
  }

  /** One hidden layer of the first one's activation; none for the straight line. */
  private network(units: number): NetworkRecipe {
    const activation = this.recipe.network.hidden[0]?.activation ?? "tanh";
    return { ...this.recipe.network, hidden: units === 0 ? [] : [{ units, activation }] };
  }
}

/** How many rows the rarest class has. */
function rarest(classes: Int32Array | null, n: number): number {
  if (classes === null) return n;
  const counts: number[] = [];
  for (const one of classes) counts[one] = (counts[one] ?? 0) + 1;
  return Math.min(...counts.filter((count) => count > 0));
}
