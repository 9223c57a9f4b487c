/** What the page trains, by the engine that it carries: what is learned, where it ends, and the way back. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { Engine } from "../src/engine/engine";
import { usableBuild } from "../src/engine/probe";
import { DEFAULTS, type Recipe } from "../src/recipe";
import { Experiment } from "../src/worker/experiment";
import { GRID, type Frame } from "../src/worker/protocol";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create(await readFile("engine/relaxed.wasm"), usableBuild());
});

function recipe(data: Partial<Recipe["data"]>, training: Partial<Recipe["training"]> = {}): Recipe {
  return { ...DEFAULTS, data: { ...DEFAULTS.data, points: 150, ...data }, training: { ...DEFAULTS.training, passes: 60, ...training } };
}

function begun(of: Recipe): Experiment {
  const made = new Experiment(engine);
  made.take(of, null, false);
  return made;
}

const frame = (of: Experiment): Frame => of.snapshot(0, 0)!;

/** Pass by pass: by `play` a clock would decide how many. */
function step(of: Experiment, passes: number): Frame {
  for (let pass = 0; pass < passes; pass++) of.step();
  return frame(of);
}

test("three classes, two and numbers are learned, and each row is called something", () => {
  const blobs = begun(recipe({ source: "blobs", noise: 0.5 }));
  const before = frame(blobs);
  const after = step(blobs, 60);
  expect([before.passes, after.passes]).toEqual([0, 60]);
  expect(after.scores.trainLoss).toBeLessThan(0.5 * before.scores.trainLoss);
  expect(after.scores.testScore!).toBeGreaterThan(0.9);
  const called = after.confusion!.flat().reduce((sum, n) => sum + n);
  expect([after.confusion!.length, called]).toEqual([3, 45]);
  const right = after.confusion!.reduce((sum, row, k) => sum + row[k]!, 0) / called;
  expect(right).toBeCloseTo(after.scores.testScore!, 9);
  expect(step(begun(recipe({})), 60).scores.testScore!).toBeGreaterThan(0.75);
  const plane = step(begun(recipe({ source: "plane" }, { solver: "lbfgs" })), 40);
  expect(plane.confusion).toBeNull();
  expect(plane.scores.testScore!).toBeGreaterThan(0.9);
});

test("at its last pass a training takes no further one, and says so; set back, it does, and learns the same", () => {
  const made = begun(recipe({}, { passes: 5 }));
  const start = frame(made).weights;
  const end = step(made, 5);
  expect([end.passes, made.stopReason]).toEqual([5, "max_iter"]);
  for (const more of [() => made.step(), () => made.play()]) expect(more).toThrow("problem.all_passes");
  expect(frame(made).passes).toBe(5);
  made.reset();
  expect(frame(made).weights).toEqual(start);
  expect(step(made, 5).weights).toEqual(end.weights);
});

test("what has left the finite numbers, or has converged, goes on no more, and says why", () => {
  for (const [training, why] of [[{ learning_rate: 1e300 }, "diverged"], [{ solver: "lbfgs", alpha: 1000, passes: 500 }, "converged"]] as const) {
    const made = begun(recipe({}, training));
    while (made.stopReason === null) made.step();
    expect(made.stopReason).toBe(why);
    for (const more of [() => made.step(), () => made.play()]) expect(more).toThrow(`problem.ended_${why}`);
  }
});

test("where there is nothing to train on, nothing is done, and that is said", () => {
  for (const ask of [(of: Experiment) => of.step(), (of: Experiment) => of.play(), (of: Experiment) => of.reset()]) {
    expect(() => ask(new Experiment(engine))).toThrow("problem.nothing_to_train");
  }
  const none = new Experiment(engine);
  expect([none.snapshot(0, 0), none.rowsReport(0), none.findings(), none.advance(0.01)]).toEqual([null, null, null, false]);
});

test("who follows a past of two phases and a weight set by hand comes to the same weights", () => {
  const first = recipe({});
  const made = begun(first);
  step(made, 7);
  made.take({ ...first, training: { ...first.training, learning_rate: 0.1 } }, null, false);
  step(made, 6);
  made.setWeight([2, 1.5]);
  const wanted = step(made, 4);
  expect(wanted.past.map(({ passes, set }) => [passes, set.length])).toEqual([[7, 0], [6, 0], [4, 1]]);
  const again = new Experiment(engine);
  again.take({ ...first, training: wanted.past.at(-1)!.training, past: wanted.past }, null, true);
  expect([again.catchingUp, again.wantsTraining]).toEqual([true, true]);
  while (again.catchingUp) again.advance(1);
  expect([frame(again).passes, frame(again).weights]).toEqual([17, wanted.weights]);
});

test("other rows begin anew, another view does not", () => {
  const first = recipe({});
  const made = begun(first);
  step(made, 3);
  expect(made.take({ ...first, view: { ...first.view, discrete: true } }, null, false)).toBe(false);
  expect(frame(made).passes).toBe(3);
  expect(made.take({ ...first, network: { ...first.network, seed: 1 } }, null, false)).toBe(false);
  expect(frame(made).passes).toBe(0);
  step(made, 3);
  expect(made.take({ ...first, data: { ...first.data, seed: 1 } }, null, false)).toBe(true);
  expect(frame(made).passes).toBe(0);
});

test("played, it trains until its last pass and no further, and then wants no more", () => {
  const made = begun(recipe({}, { passes: 5 }));
  expect([made.wantsTraining, made.advance(1)]).toEqual([false, false]);
  made.play();
  expect(made.wantsTraining).toBe(true);
  const until = performance.now() + 10_000;
  while (!made.advance(0.02)) expect(performance.now()).toBeLessThan(until);
  expect([frame(made).passes, made.playing, made.wantsTraining]).toEqual([5, false, false]);
});

test("the tutor says nothing of what has not begun, and finds a rate that is far too high", () => {
  const made = begun(recipe({}, { learning_rate: 500 }));
  expect(made.findings()).toEqual({ json: "[]", bestPass: 0 });
  step(made, 30);
  expect(JSON.parse(made.findings()!.json)).not.toEqual([]);
  const better = begun(recipe({}));
  step(better, 30);
  expect(better.findings()!.bestPass).toBeGreaterThan(0);
});

test("a unit that is looked at is shown as large as the picture, and one that is not there is not", () => {
  const made = begun(recipe({}));
  const { planes } = step(made, 20);
  for (const unit of [0, 1, 2]) {
    made.lookedAt = [0, unit];
    const { lookedAt, planes: now } = frame(made);
    expect([lookedAt!.unit, lookedAt!.view.length]).toEqual([[0, unit], GRID * GRID]);
    expect(new Set(lookedAt!.view).size).toBeGreaterThan(5);
    expect(now).toEqual(planes);
  }
  for (const gone of [[0, 3], [1, 0]] as const) {
    made.lookedAt = gone;
    expect(frame(made).lookedAt).toBeNull();
  }
});
