/** Whatever the engine is told, it answers with words and can be used afterwards. */
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { Calls } from "../src/engine/calls";
import { Engine, EngineError, type Training } from "../src/engine/engine";
import { plainBuild } from "../src/engine/plain";
import type { Build } from "../src/engine/probe";

const bytesOf = () => readFile("engine/relaxed.wasm");

/** Small numbers, to draw the same hostilities every time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

// On a machine that is busy they take their time.
const PATIENCE = 60_000;

describe.each<Build>(["relaxed", "plain"])("the %s build", { timeout: PATIENCE }, (build) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.create(await bytesOf(), build);
  });

  const small = () => {
    const network = engine.network({ layer_sizes: [2, 3, 1], activations: ["tanh"], output: "sigmoid" });
    const { X, y } = engine.toy("moons", { n_samples: 50, noise: 0.2, random_state: 0 });
    const rows = engine.rows(X, 2, y, 1);
    return { network, rows, weights: engine.start(network, "lecun_normal", 0).weights };
  };
  const trained = (training: Training = { solver: "gd", learning_rate_init: 0.5, max_iter: 50 }) => {
    const { network, rows, weights } = small();
    return engine.trainer(network, rows, weights, training);
  };

  it.each<[string, () => unknown, RegExp]>([
    ["a layer of no units", () => engine.network({ layer_sizes: [2, 0, 1], activations: ["tanh"], output: "sigmoid" }), /a layer's size must be a whole number from 1/],
    ["half a unit", () => engine.network({ layer_sizes: [2, 1.5, 1], activations: ["tanh"], output: "sigmoid" }), /Got 1.5/],
    ["more units than memory", () => engine.network({ layer_sizes: [2 ** 24, 2 ** 24], activations: [], output: "sigmoid" }), /larger than any memory/],
    ["a missing activation", () => engine.network({ layer_sizes: [2, 3, 1], activations: [], output: "sigmoid" }), /do not fit together/],
    ["an unknown activation", () => engine.network({ layer_sizes: [2, 3, 1], activations: ["sign" as "tanh"], output: "sigmoid" }), /unknown activation: sign/],
    ["a loss of another output", () => engine.network({ layer_sizes: [2, 1], activations: [], output: "sigmoid", loss: "huber" }), /has no loss huber/],
    ["one unit of softmax", () => engine.network({ layer_sizes: [2, 1], activations: [], output: "softmax" }), /at least two outputs/],
    ["an impossible level", () => engine.network({ layer_sizes: [2, 1], activations: [], output: "identity", loss: "quantile", loss_parameter: 1 }), /in \(0, 1\) for quantile/],
    ["inputs that are NaN", () => engine.rows(Float64Array.of(1, NaN), 2), /finite numbers. Got NaN in place 1/],
    ["too few inputs", () => engine.rows(new Float64Array(5), 2), /a whole number from 1/],
    ["negative weights", () => engine.rows(new Float64Array(2), 1, new Float64Array(2), 1, Float64Array.of(1, -1)), /0 or more/],
    ["weights that are all 0", () => engine.rows(new Float64Array(2), 1, new Float64Array(2), 1, new Float64Array(2)), /above 0/],
    ["a rate of 0", () => trained({ solver: "gd", learning_rate_init: 0 }), /learning_rate_init must be a number in \(0, inf\). Got 0/],
    ["a setting that there is not", () => trained({ solver: "gd", rate: 1 } as unknown as Training), /no setting rate/],
    ["an unknown solver", () => trained({ solver: "newton" as "gd" }), /unknown solver: newton/],
    ["dropout in lbfgs", () => trained({ solver: "lbfgs", dropout: 0.5 }), /dropout/],
    ["dropout of everything", () => trained({ solver: "gd", dropout: 1 }), /dropout must be a number in \[0, 1\)/],
    ["early stopping without rows", () => trained({ solver: "adam", early_stopping: "loss" }), /needs rows to validate on/],
    ["passes that are no number", () => trained().run({ passes: NaN }), /the number of passes/],
    ["a state of nothing", () => trained().setState(new Uint8Array()), /not of such a trainer/],
    ["an unknown toy", () => engine.toy("stars" as "moons", { n_samples: 5, noise: 0, random_state: 0 }), /unknown toy set: stars/],
    ["a seed below 0", () => engine.toy("moons", { n_samples: 5, noise: 0, random_state: -1 }), /random_state must be a whole number/],
    ["noise that is NaN", () => engine.toy("moons", { n_samples: 5, noise: NaN, random_state: 0 }), /noise must be a number/],
    ["an unknown function", () => engine.apply("arsinh" as "sin", new Float64Array(1)), /unknown function: arsinh/],
    ["an unknown scheme", () => engine.start(small().network, "he" as "he_normal", 0), /unknown init: he/],
  ])("says what is wrong with %s", (_what, act, words) => {
    expect(act).toThrow(EngineError);
    expect(act).toThrow(words);
    expect(engine.dead).toBe(false);
    const trainer = trained();
    expect(trainer.run({})).toBe(50);
    trainer.free();
  });

  it("refuses rows of another width, and what has been freed", () => {
    const { network, weights } = small();
    const wide = engine.rows(new Float64Array(6), 3, new Float64Array(2), 1);
    expect(() => engine.predict(network, weights, wide)).toThrow(/not those of the rows/);
    expect(() => engine.predict(network, weights.subarray(1), wide)).toThrow(EngineError);
    network.free();
    expect(() => engine.start(network, "he_normal", 0)).toThrow(/no network that the engine holds/);
    expect(engine.dead).toBe(false);
  });

  it("tells that memory is at an end, and goes on when some is free again", () => {
    expect(() => engine.rows(new Float64Array(2 ** 27), 1)).toThrow(/larger than any memory/);
    const most = engine.rows(new Float64Array(3 * 2 ** 25), 1);
    const random = engine.random(0);
    expect(() => random.permutation(2 ** 26)).toThrow(/memory|bad_alloc/);
    most.free();
    expect(engine.dead).toBe(false);
    expect(trained().run({})).toBe(50);
  });

  it("takes any bytes for a state, or refuses them and changes nothing", () => {
    const below = generator(1);
    for (const solver of ["gd", "sgd", "adam", "lbfgs"] as const) {
      const trainer = trained({ solver, max_iter: 1000, tol: 0, learning_rate_init: 0.01 });
      trainer.run({ passes: 5 });
      const good = trainer.state();
      for (let i = 0; i < 150; i++) {
        const bad = good.slice(0, below(4) === 0 ? below(good.length) : good.length);
        for (let k = 0; k <= below(4) && bad.length > 0; k++) bad[below(bad.length)] = below(256);
        const before = trainer.state();
        try {
          trainer.setState(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
          expect(trainer.state()).toEqual(before);
        }
        trainer.run({ passes: 2 });
        trainer.weights();
      }
      expect(engine.dead).toBe(false);
      trainer.setState(good);
      trainer.free();
    }
  });

  it("answers any call of its interface with bytes or words", async () => {
    const calls = await Calls.of(build === "plain" ? plainBuild(await bytesOf()) : await bytesOf());
    const below = generator(2);
    const names = ["network", "rows", "trainer", "run", "progress", "weights", "curve", "reopen", "state",
      "set_state", "free", "start", "toy", "random", "permutation", "predict", "pictures", "measure",
      "gradient", "apply", "findings"]; // prettier-ignore
    const numbers = [0, 1, 2, 3, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32 + 1, 1e300, 7];
    const texts = ["", "tanh", "softmax", "gd", "solver=gd", "alpha,l1", "moons", "he_normal", ",,,", "\0", "sin"];
    const one = <T>(all: readonly T[]): T => all[below(all.length)] as T;
    const block = () =>
      below(2) ? Float64Array.from({ length: below(8) }, () => one(numbers)) : below(3) ? one(texts) : new Uint8Array(below(20));
    for (let i = 0; i < 10000; i++) {
      const given = Array.from({ length: below(5) }, () => one(numbers));
      const blocks = Array.from({ length: below(5) }, block);
      try {
        calls.call(one(names), given, blocks).bytes();
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
      expect(calls.dead).toBe(false);
    }
    expect(calls.call("toy", [4, 0, 2, 0], ["moons"]).numbers()).toHaveLength(13);
  });
});
