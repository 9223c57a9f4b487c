/** The parameters with which Python's estimators do what a phase of training did. */
import type { Trained } from "../home";
import type { Phase, Recipe, TrainingRecipe } from "../recipe";
import type { Frame, Rows } from "../worker/protocol";
import { OF_BATCHES, OPEN_ENDED, WITH_RATE } from "../engine/names.generated";
import { stopRule } from "../worker/spec";

export type Parameters = Record<string, unknown>;

/** A phase, with the passes that it was begun to do at most. */
export interface Limited extends Phase {
  limit: number;
}

/** What was done, phase by phase; weights that were set last of all make a phase of no passes. */
export function limited(past: readonly Phase[]): Limited[] {
  let done = 0;
  return past.map((phase) => {
    const limit = Math.max(phase.training.passes - done, 1);
    done += phase.passes;
    return { ...phase, limit };
  });
}

/** Of the network: what does not change from phase to phase. */
export function networkParameters(recipe: Recipe, regression: boolean): Parameters {
  const { hidden, output, init, seed } = recipe.network;
  const activations = hidden.map((layer) => layer.activation);
  const same = new Set(activations).size === 1;
  return {
    hidden_layer_sizes: hidden.map((layer) => layer.units),
    ...(activations.length ? { activation: same ? activations[0] : activations } : {}),
    ...(regression ? { loss: recipe.training.loss } : { output }),
    init,
    random_state: seed,
  };
}

export function trainingParameters({ training, passes, limit }: Limited, nTrain: number): Parameters {
  // An open-ended rate is the same whatever the limit; there the passes done are the limit.
  const most = OPEN_ENDED.includes(training.schedule) ? Math.max(passes, 1) : limit;
  const stop = stopRule(training, limit);
  const { solver, alpha, l1_ratio } = training;
  const hasRate = WITH_RATE.includes(solver);
  return {
    solver,
    alpha,
    l1_ratio,
    ...(hasRate ? { learning_rate_init: training.learning_rate, learning_rate: training.schedule, dropout: training.dropout } : {}),
    ...(OF_BATCHES.includes(solver) ? { batch_size: Math.min(training.batch_size, nTrain) } : {}),
    max_iter: most,
    tol: stop.tol,
    ...(hasRate ? { n_iter_no_change: Math.min(stop.n_iter_no_change, most) } : { max_fun: stop.max_fun }),
  };
}

/** Whether a falling rate was interrupted: `fit` cannot end in the midst of it. */
export function interrupted(phases: readonly Limited[]): TrainingRecipe | null {
  const cut = phases.find(({ training, passes, limit }) => !OPEN_ENDED.includes(training.schedule) && WITH_RATE.includes(training.solver) && passes < limit);
  return cut?.training ?? null;
}

/** The network as it stands, for Python. */
export function trainedOf(recipe: Recipe, frame: Frame, rows: Rows, stopReason: string | null): Trained {
  const last = limited(recipe.past).at(-1) ?? { set: [], training: recipe.training, passes: 0, limit: recipe.training.passes };
  return {
    parameters: { ...networkParameters(recipe, rows.regression), ...trainingParameters(last, rows.nTrain) },
    regression: rows.regression,
    weights: frame.weights,
    nIter: frame.passes,
    lossCurve: Float64Array.from(frame.curve.low),
    gradientNormCurve: Float64Array.from(frame.curve.norm),
    stopReason,
    classes: rows.classes,
    data: recipe.data,
    features: rows.inputs,
    trainRows: rows.trainRows,
  };
}
