/** From a recipe to what the engine takes: the network's shape, and how a phase is trained. */
import type { NetworkSpec, Training } from "../engine/engine";
import { WITH_RATE } from "../engine/names.generated";
import type { NetworkRecipe, TrainingRecipe } from "../recipe";

export function networkSpec(
  nInputs: number,
  nClasses: number,
  network: NetworkRecipe,
  loss: TrainingRecipe["loss"],
): NetworkSpec {
  const regression = nClasses === 0;
  const one = regression || (nClasses === 2 && network.output === "auto");
  return {
    layer_sizes: [nInputs, ...network.hidden.map((layer) => layer.units), one ? 1 : nClasses],
    activations: network.hidden.map((layer) => layer.activation),
    output: regression ? "identity" : one ? "sigmoid" : "softmax",
    ...(regression ? { loss } : {}),
  };
}

/** When a phase ends: at its limit, but for solvers and schedules with an end of their own. */
export function stopRule(training: TrainingRecipe, limit: number): { tol: number; n_iter_no_change: number; max_fun: number } {
  if (!WITH_RATE.includes(training.solver)) return { tol: 1e-6, n_iter_no_change: 10, max_fun: 10 * limit + 100 };
  if (training.schedule === "adaptive") return { tol: 1e-4, n_iter_no_change: 10, max_fun: 15_000 };
  return { tol: 0, n_iter_no_change: limit, max_fun: 15_000 };
}

/** A phase in the engine's words; `limit` are its passes at most. */
export function trainingSpec(training: TrainingRecipe, limit: number, nRows: number, seed: number): Training {
  const { solver, learning_rate, schedule, alpha, l1_ratio, dropout, batch_size } = training;
  return {
    solver,
    learning_rate_init: learning_rate,
    schedule,
    batch_size: Math.min(batch_size, nRows),
    seed,
    alpha,
    l1_ratio,
    // Without a rate no loss is descended that changes from pass to pass.
    dropout: WITH_RATE.includes(solver) ? dropout : 0,
    max_iter: limit,
    ...stopRule(training, limit),
  };
}

/** What the penalty adds to the mean loss over n rows at these weights. */
export function penalty(spec: NetworkSpec, weights: Float64Array, training: TrainingRecipe, n: number): number {
  let [squares, sizes, at] = [0, 0, 0];
  spec.layer_sizes.slice(1).forEach((fanOut, layer) => {
    const end = at + spec.layer_sizes[layer]! * fanOut;
    for (; at < end; at++) {
      squares += weights[at]! * weights[at]!;
      sizes += Math.abs(weights[at]!);
    }
    at += fanOut; // biases are not penalised
  });
  const { alpha, l1_ratio } = training;
  return (alpha / n) * (l1_ratio * sizes + ((1 - l1_ratio) / 2) * squares);
}
