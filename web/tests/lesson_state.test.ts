/** When a step of a lesson is done: counts and accuracies reach from below, losses from above, sizes exactly. */
import { expect, test } from "vitest";
import type { Lab } from "../src/lab_state";
import { enter, isDone, paragraphs, placeIn } from "../src/lesson_state";
import type { Aim } from "../src/recipe/lesson";
import { DEFAULTS } from "../src/recipe";

const SEEN = {
  frame: { passes: 500, scores: { trainLoss: 0.25, testLoss: 0.5, trainScore: 0.75, testScore: 0.625 } },
  findings: { findings: [{ kind: "dead_units" }, { kind: "slow" }] },
  situation: { stopReason: null },
  sweep: { verdict: null },
};

/** As much of a lab as a lesson asks. */
function lab(last: object = {}, hidden: readonly number[] = [3, 4]): Lab {
  const network = { ...DEFAULTS.network, hidden: hidden.map((units) => ({ units, activation: "tanh" })) };
  const steps = [{ text: {}, set: { data: { seed: 7 } }, do: null, until: null, numbers: {} }];
  const made = { last, recipe: { ...DEFAULTS, network, lesson: { title: {}, steps } }, say: { language: "en" }, replace: (recipe: unknown) => (made.recipe = recipe as never) };
  return made as unknown as Lab;
}

test.each<[Aim["what"], number, number]>([
  ["passes", 500, 501],
  ["train_loss", 0.25, 0.24],
  ["test_loss", 0.5, 0.49],
  ["train_accuracy", 0.75, 0.76],
  ["test_accuracy", 0.625, 0.63],
])("%s of %f are enough, and %f are not there", (what, reached, beyond) => {
  expect([reached, beyond].map((is) => isDone(lab(SEEN), { what, is }))).toEqual([true, false]);
  expect(isDone(lab(), { what, is: what.endsWith("loss") ? 1e9 : 1e-9 })).toBe(false);
});

test("layers and units are counted, all of them and no more", () => {
  const done = (what: "layers" | "units", hidden: number[]): number[] => [0, 1, 2, 3, 7, 8].filter((is) => isDone(lab({}, hidden), { what, is }));
  expect([done("layers", [3, 4]), done("layers", [7]), done("layers", [])]).toEqual([[2], [1], [0]]);
  expect([done("units", [3, 4]), done("units", [8]), done("units", [])]).toEqual([[7], [8], [0]]);
});

test("a finding is one of those that are told; that there is none is known at the end", () => {
  const told = (is: string, last: object): boolean => isDone(lab({ ...SEEN, ...last }), { what: "finding", is });
  expect([told("slow", {}), told("over_fitting", {}), told("none", {})]).toEqual([true, false, false]);
  const nothing = { findings: { findings: [] } };
  const ended = { situation: { stopReason: "converged" } };
  expect([told("none", nothing), told("none", ended), told("none", { ...nothing, ...ended })]).toEqual([false, false, true]);
  expect(told("slow", { findings: undefined })).toBe(false);
});

test("a sweep is done when it has a verdict", () => {
  const done = (sweep: unknown): boolean => isDone(lab({ sweep }), { what: "sweep", is: "done" });
  expect([done(undefined), done({ verdict: null }), done({ verdict: {} })]).toEqual([false, false, true]);
});

test("the picture of the network before a step opened its own is none of it", () => {
  const reader = lab({ ...SEEN });
  const aim: Aim = { what: "passes", is: 500 };
  enter(reader, 0);
  expect([reader.recipe.data.seed, isDone(reader, aim)]).toEqual([7, false]);
  reader.last.frame = { ...reader.last.frame! };
  expect(isDone(reader, aim)).toBe(true);
});

test("the reader stands where they stood while the lesson is the same, copied or not, and else at its begin", () => {
  const reader = lab() as { recipe: Lab["recipe"] } & Lab;
  expect(placeIn(reader)).toMatchObject({ step: 0, done: false });
  enter(reader, 2);
  reader.recipe = structuredClone(reader.recipe);
  expect(placeIn(reader)).toMatchObject({ step: 2, lesson: reader.recipe.lesson });
  reader.recipe = { ...reader.recipe, lesson: { ...reader.recipe.lesson!, steps: [] } };
  expect(placeIn(reader)).toMatchObject({ step: 0, lesson: { steps: [] } });
});

test("without a lesson there is no place in one, and no step to enter", () => {
  const free = lab() as { recipe: Lab["recipe"] } & Lab;
  free.recipe = { ...free.recipe, lesson: null };
  enter(free, 0);
  expect(placeIn(free)).toBeNull();
});

test("a text is in the reader's language or the one that it has, in paragraphs, with its numbers", () => {
  expect(paragraphs({ en: "At {loss:.2f}, {none}.\n\n \n And then. ", zh: "一" }, lab(), { loss: 0.125 })).toEqual(["At 0.12, {none}.", "And then."]);
  expect(paragraphs({ zh: "一" } as never, lab())).toEqual(["一"]);
});
