import { expect, test } from "vitest";
import { cured, upTo } from "../src/cures";
import type { Finding } from "../src/findings";
import { DEFAULTS, type Phase } from "../src/recipe";

function finding(change: Finding["change"]): Finding {
  return { kind: "oscillating", message: [], cure: { key: "", values: {} }, change, standardizes: false };
}

test("a cure is a change of the recipe, and begins from the weights as they stand", () => {
  const recipe = { ...DEFAULTS, past: [{ set: [], training: DEFAULTS.training, passes: 7 }] };
  const wanted = cured(finding({ learning_rate_init: 0.25, learning_rate: "cosine" }), recipe, null);
  expect(wanted?.training).toEqual({ ...DEFAULTS.training, learning_rate: 0.25, schedule: "cosine" });
  expect(wanted?.past).toEqual([]);
});

test("early stopping is to stop where the test loss was lowest", () => {
  expect(cured(finding({ early_stopping: true, early_stopping_on: "loss" }), DEFAULTS, 120)?.training.passes).toBe(120);
  expect(cured(finding({ early_stopping: true }), DEFAULTS, null)).toBeNull();
});

test("an activation is changed in every layer", () => {
  const hidden = [DEFAULTS.network.hidden[0]!, { units: 4, activation: "relu" as const }];
  const recipe = { ...DEFAULTS, network: { ...DEFAULTS.network, hidden } };
  const wanted = cured(finding({ activation: "leaky_relu" }), recipe, null);
  expect(wanted?.network.hidden.map((layer) => layer.activation)).toEqual(["leaky_relu", "leaky_relu"]);
});

test.each([{ class_weight: "balanced" }, { learning_rate_init: 1e9 }, { learning_rate_init: 0.5 }])(
  "what the lab cannot set, or has already, has no button: %j",
  (change) => expect(cured(finding(change), DEFAULTS, null)).toBeNull(),
);

test("the way to an earlier pass is the course up to it, with what was set by hand on the way", () => {
  const phase = (passes: number): Phase => ({ set: [[passes, 1]], training: DEFAULTS.training, passes });
  const past = [phase(10), phase(20), phase(30)];
  expect(upTo(past, 25)).toEqual([phase(10), { ...phase(20), passes: 15 }]);
  expect(upTo(past, 10)).toEqual([phase(10)]);
  expect(upTo(past, 99)).toEqual(past);
});
