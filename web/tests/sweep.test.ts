import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { Engine } from "../src/engine/engine";
import { usableBuild } from "../src/engine/probe";
import { DEFAULTS } from "../src/recipe";
import { loadRows } from "../src/worker/rows";
import { Sweep } from "../src/worker/sweep";

test("the verdict waits for the folds, and not for the pictures", { timeout: 60_000 }, async () => {
  const engine = await Engine.create(await readFile("engine/relaxed.wasm"), usableBuild());
  // More passes than a minute has room for.
  const recipe = { ...DEFAULTS, data: { ...DEFAULTS.data, points: 100 }, training: { ...DEFAULTS.training, passes: 1_000_000 } };
  const sweep = new Sweep(engine, loadRows(engine, recipe.data, null), recipe);
  let frame = sweep.snapshot(0);
  while (frame.verdict === null) {
    for (let slice = 0; slice < 10; slice++) sweep.advance(0.012);
    frame = sweep.snapshot(0);
  }
  expect(frame.verdict.folds).toBe(15);
  expect(frame.panels.every(({ loss, passes }) => Number.isFinite(loss) && passes > 0)).toBe(true);
  expect(frame.running).toBe(true);
});
