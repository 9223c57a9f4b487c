/** What the page trains: its recipe, its rows, its network, and the way to a state of before. */
import type { Engine, Rows as EngineRows } from "../engine/engine";
import type { Phase, Recipe } from "../recipe";
import type { Table } from "../table/table";
import { straightLine } from "./line";
import { confusion, pictureOf, planesOf, shownUnits, unitView, unitViews } from "./picture";
import { ProblemError } from "./problem";
import { GRID, UNIT_GRID, type Frame, type Rows as RowsReport } from "./protocol";
import { loadRows, type Rows } from "./rows";
import { Run } from "./run";
import { Speed } from "./speed";
import { Sweep } from "./sweep";

interface Scene {
  rows: Rows;
  grid: EngineRows;
  unitGrid: EngineRows;
  report: RowsReport;
}

export class Experiment {
  playing = false;
  sweep: Sweep | null = null;
  lookedAt: readonly [number, number] | null = null;
  private scene: Scene | null = null;
  private run: Run | null = null;
  private recipe: Recipe | null = null;
  private table: Table | null = null;
  private replay: Phase[] = [];
  private readonly speed = new Speed();

  constructor(private readonly engine: Engine) {}

  get wantsTraining(): boolean {
    return (this.sweep?.running ?? false) || this.catchingUp || (this.playing && this.run !== null && !this.run.finished);
  }

  /** Whether a restored state is being trained again. */
  get catchingUp(): boolean {
    return this.replay.length > 0;
  }

  get stopReason(): string | null {
    return this.run?.stopReason ?? null;
  }

  /**
   * Let this be the recipe; tell whether the rows are others. `anew`: along its past from the start.
   *
   * Throws where there is nothing to train on: then nothing is, and nothing old is shown as new.
   */
  take(recipe: Recipe, table: Table | null, anew: boolean): boolean {
    const old = this.recipe;
    const differs = (part: "data" | "network" | "training"): boolean => JSON.stringify(recipe[part]) !== JSON.stringify(old?.[part]);
    const newRows = this.scene === null || table !== null || differs("data");
    this.recipe = recipe;
    this.table = table ?? this.table;
    if (newRows) this.load(recipe, this.table);
    if (newRows || anew || this.run === null || differs("network") || recipe.training.loss !== old?.training.loss) this.begin(recipe, anew);
    else if (differs("training")) {
      this.replay = [];
      this.run.change(recipe.training);
    }
    this.speed.restart();
    return newRows;
  }

  play(): void {
    const run = this.needRun();
    this.refuseAtEnd(run);
    this.replay = [];
    this.playing = true;
    this.speed.restart();
  }

  pause(): void {
    this.playing = false;
    this.replay = [];
  }

  step(): void {
    this.pause();
    const run = this.needRun();
    this.refuseAtEnd(run);
    run.advance(1, 10);
  }

  reset(): void {
    this.pause();
    this.needRun().restart();
  }

  setWeight(set: readonly [number, number]): void {
    this.replay = [];
    this.needRun().setWeight(set);
  }

  startSweep(): void {
    this.pause();
    this.needRun();
    this.endSweep();
    this.sweep = new Sweep(this.engine, this.scene!.rows, this.recipe!);
  }

  /** Train for that long; tell whether something ended that the page must hear of. */
  advance(seconds: number): boolean {
    if (this.sweep?.running) {
      this.sweep.advance(seconds);
      return !this.sweep.running;
    }
    const run = this.run;
    if (run === null) return false;
    if (this.catchingUp) return this.catchUp(run, seconds);
    const allowed = this.speed.allowed(this.recipe!.view.pace);
    if (allowed === 0) return false;
    this.speed.count(run.advance(allowed, seconds));
    if (run.finished) this.playing = false;
    return run.finished;
  }

  rowsReport(edit: number): RowsReport | null {
    return this.scene && { ...this.scene.report, edit };
  }

  findings(): { json: string; bestPass: number | null } | null {
    if (this.run === null || this.catchingUp) return null;
    const { trainer, watched } = this.run.forTutor();
    return { json: trainer.passes === 0 ? "[]" : this.engine.findings(trainer, watched), bestPass: this.run.bestPass };
  }

  snapshot(edit: number, number: number): Frame | null {
    const { run, scene } = this;
    if (run === null || scene === null) return null;
    const weights = run.weights();
    const looked = this.lookedAt !== null && this.lookedAt[1] < (run.spec.layer_sizes.slice(1, -1)[this.lookedAt[0]] ?? 0) ? this.lookedAt : null;
    const pictures = this.engine.pictures(run.network, weights, scene.grid, pictureOf(run.spec, looked));
    const { planes, nPlanes } = planesOf(run.spec, pictures, scene.grid.n, scene.rows.range);
    const lookedAt = looked && { unit: looked, ...unitView(run.spec, pictures.subarray(0, scene.grid.n), looked[0]) };
    const views = unitViews(run.spec, this.engine.pictures(run.network, weights, scene.unitGrid), scene.unitGrid.n);
    const scores = run.scores(weights);
    const curve = run.curve();
    return {
      type: "Frame",
      edit,
      number,
      passes: run.passes,
      passesASecond: this.playing ? this.speed.passesASecond : 0,
      penalised: run.penalised(weights, scores.trainLoss),
      gradientNorm: curve.norm.at(-1) ?? NaN,
      scores,
      layers: [...run.spec.layer_sizes],
      weights,
      nPlanes,
      planes,
      views,
      shownUnits: shownUnits(run.spec),
      lookedAt,
      curve,
      recent: run.recent(),
      confusion: this.confusion(run, scene.rows, weights),
      past: this.catchingUp ? this.recipe!.past : run.past(),
    };
  }

  private confusion(run: Run, rows: Rows, weights: Float64Array): number[][] | null {
    if (rows.regression) return null;
    const [held, part] = run.held.test ? [run.held.test, rows.test] : [run.held.train, rows.train];
    const classes = Int32Array.from(part, (row) => rows.y[row]!);
    return confusion(this.engine, run.network, weights, held, classes, rows.classes.length);
  }

  private load(recipe: Recipe, table: Table | null): void {
    this.endSweep();
    this.run?.free();
    this.run = null;
    this.scene?.grid.free();
    this.scene?.unitGrid.free();
    this.scene = null;
    const rows = loadRows(this.engine, recipe.data, table);
    const grid = this.engine.rows(rows.grid(GRID), rows.inputs.length);
    const unitGrid = this.engine.rows(rows.grid(UNIT_GRID), rows.inputs.length);
    const line = straightLine(this.engine, rows, grid);
    this.scene = { rows, grid, unitGrid, report: report(rows, line) };
  }

  private begin(recipe: Recipe, anew: boolean): void {
    this.endSweep();
    this.run?.free();
    this.run = null;
    const past = anew ? recipe.past : [];
    this.run = new Run(this.engine, this.scene!.rows, recipe.network, past[0]?.training ?? recipe.training);
    this.replay = [...past];
    if (anew) this.playing = false;
    this.enterPhase();
  }

  private endSweep(): void {
    this.sweep?.free();
    this.sweep = null;
  }

  /** Train on along the phases of a restored state; tell whether its end is reached. */
  private catchUp(run: Run, seconds: number): boolean {
    const past = run.past();
    const left = this.replay[0]!.passes - past.at(-1)!.passes;
    if (left > 0 && !run.finished) {
      run.advance(left, seconds);
      return false;
    }
    this.replay.shift();
    if (this.replay.length > 0) {
      run.change(this.replay[0]!.training);
      this.enterPhase();
      return false;
    }
    run.change(this.recipe!.training);
    return true;
  }

  /** Set the weights that were set by hand where the phase to come begins. */
  private enterPhase(): void {
    for (const set of this.replay[0]?.set ?? []) this.run!.setWeight(set);
  }

  private needRun(): Run {
    if (this.run === null) throw new ProblemError("problem.nothing_to_train");
    return this.run;
  }

  private refuseAtEnd(run: Run): void {
    if (run.stopReason === "max_iter") throw new ProblemError("problem.all_passes", { n: run.passes });
    if (run.stopReason !== null) throw new ProblemError(`problem.ended_${run.stopReason}`);
  }
}

function report(rows: Rows, line: { scores: RowsReport["line"]; planes: Uint8Array }): RowsReport {
  const inTest = new Uint8Array(rows.y.length);
  for (const row of rows.test) inTest[row] = 1;
  const { name, regression, columns, target, targets, features, inputs, axes, shown, bounds, range, scaling, positions } = rows;
  return {
    ...{ type: "Rows", edit: 0, name, regression, columns, target, targets, features, inputs, axes, shown, bounds, range, scaling, positions },
    n: rows.y.length,
    nTrain: rows.train.length,
    nTest: rows.test.length,
    classes: [...rows.classes],
    held: features.length - 2,
    line: line.scores,
    values: rows.y,
    inTest,
    linePlanes: line.planes,
    trainRows: rows.tableRows ? rows.train.map((row) => rows.tableRows![row]!) : rows.train,
  };
}
