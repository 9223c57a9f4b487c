/** The straight line: logistic, softmax or linear regression on the training rows. */
import type { Engine, Rows as EngineRows } from "../engine/engine";
import { DEFAULTS } from "../recipe";
import { pictureOf, planesOf } from "./picture";
import type { Scores } from "./protocol";
import type { Rows } from "./rows";
import { Run } from "./run";

/** scikit-learn's usual penalty: alpha=1 is C=1. */
const TRAINING = { ...DEFAULTS.training, solver: "lbfgs", alpha: 1, l1_ratio: 0, passes: 1000 } as const;

export function straightLine(
  engine: Engine,
  rows: Rows,
  grid: EngineRows,
): { scores: Scores; planes: Uint8Array<ArrayBuffer> } {
  const run = new Run(engine, rows, { ...DEFAULTS.network, hidden: [] }, TRAINING, false);
  try {
    run.advance(Infinity, Infinity);
    const weights = run.weights();
    const pictures = engine.pictures(run.network, weights, grid, pictureOf(run.spec, null));
    const { planes } = planesOf(run.spec, pictures, grid.n, rows.range);
    return { scores: run.scores(weights), planes };
  } finally {
    run.free();
  }
}
