/** Trains what a recipe of tests/engine/page_bits.json names, and hashes it as Python does. */
import type { Engine, Init, NetworkSpec, Toy, ToyOptions, Training } from "../src/engine/engine";

export interface Recipe {
  toy: Toy;
  options: ToyOptions;
  hidden: number[];
  activations: NetworkSpec["activations"];
  output: NetworkSpec["output"];
  loss: NetworkSpec["loss"] | null;
  loss_parameter: number | null;
  init: Init;
  seed: number;
  watch: boolean;
  training: Training;
  /** Of the state half-way, and of what is learned at the end. */
  state: string;
  hash: string;
}

const hash = async (parts: Uint8Array<ArrayBuffer>[]): Promise<string> => {
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  const digits = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("").slice(0, 20);
};

export async function train(engine: Engine, recipe: Recipe): Promise<Pick<Recipe, "state" | "hash">> {
  const { X, y } = engine.toy(recipe.toy, recipe.options);
  const nClasses = Math.max(2, Math.max(...y) + 1);
  const nOutputs = recipe.output === "softmax" ? nClasses : 1;
  const targets = new Float64Array(y.length * nOutputs);
  y.forEach((value, row) => {
    if (recipe.output === "softmax") targets[row * nOutputs + value] = 1;
    else targets[row] = recipe.output === "exp" ? Math.abs(value) : value;
  });
  const network = engine.network(
    {
      layer_sizes: [2, ...recipe.hidden, nOutputs],
      activations: recipe.activations,
      output: recipe.output,
      ...(recipe.loss ? { loss: recipe.loss } : {}),
      ...(recipe.loss_parameter === null ? {} : { loss_parameter: recipe.loss_parameter }),
    },
    (recipe.training.dropout ?? 0) > 0,
  );
  const start = engine.start(network, recipe.init, recipe.seed);
  const third = recipe.watch ? Math.floor(y.length / 3) : 0;
  const rows = engine.rows(X.subarray(2 * third), 2, targets.subarray(third * nOutputs), nOutputs);
  const watched = third
    ? engine.rows(X.subarray(0, 2 * third), 2, targets.subarray(0, third * nOutputs), nOutputs)
    : null;
  const training = { ...recipe.training, seed: start.shuffleSeed };
  const trainer = engine.trainer(network, rows, start.weights, training, watched);
  const half = Math.floor((training.max_iter as number) / 2);
  while (trainer.stopReason === null && trainer.passes < half)
    trainer.run({ ms: 3, passes: half - trainer.passes });
  const halfway = trainer.state();
  // From another start, with that state: it is all that going on depends on.
  const other = engine.trainer(network, rows, start.weights.map(() => 0.1), training, watched);
  other.setState(halfway);
  trainer.free();
  while (other.stopReason === null) other.run({ ms: 3 });
  const parts = [
    other.weights(),
    other.lossCurve(),
    other.gradientNormCurve(),
    other.validationLossCurve(),
    other.validationScoreCurve(),
  ].map((values) => new Uint8Array(values.buffer));
  parts.push(new TextEncoder().encode(String(other.stopReason)));
  for (const held of [other, rows, network, ...(watched ? [watched] : [])]) held.free();
  // A state ends with the seconds that it took.
  return { state: await hash([halfway.subarray(0, -8)]), hash: await hash(parts) };
}
