import { expect, test } from "vitest";
import { DEFAULTS, parse, RecipeError, TUTORIAL, type Recipe } from "../src/recipe";
import { decode, encode } from "../src/recipe/link";

test("what is left out is as usual", () => {
  expect(parse({})).toEqual(DEFAULTS);
  expect(parse({ version: 1, data: { source: "circles" } }).data).toEqual({ ...DEFAULTS.data, source: "circles" });
});

test("a recipe survives the way into a link and back", async () => {
  const recipe: Recipe = {
    ...TUTORIAL,
    data: { ...TUTORIAL.data, source: "drawn", drawn: [[0.1, -0.2, 0], [1, 1 / 3, 1]], terms: ["x1", "x1*x2"] },
    past: [{ set: [[3, -0.1]], training: { ...TUTORIAL.training, solver: "adam" }, passes: 77 }],
    hidden: ["sweep", "data.noise"],
    lesson: { title: { en: "Möwe", zh: "海鸥" }, steps: [{ text: { en: "Play.", zh: null }, set: { past: [] }, do: null, until: { what: "passes", is: 100 }, numbers: { loss: 0.1 } }] },
  };
  const written = await encode(recipe);
  expect(written).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(await decode(written)).toEqual(recipe);
});

test("a link of what is usual is short", async () => {
  expect((await encode(DEFAULTS)).length).toBeLessThan(40);
});

test("a table survives with its gaps", async () => {
  const table = {
    name: "birds.csv",
    said: { decimal: "," },
    notes: [{ name: "id", kind: "left out", note: "a different label in every row" }],
    target: "bird",
    task: null,
    schema: null,
    columns: [
      { name: "size", kind: "number" as const, from: null, labels: [], cells: [1.5, null, 3] },
      { name: "bird", kind: "category" as const, from: null, labels: ["Möwe", "😀"], cells: [0, 1, null] },
    ],
  };
  const recipe = { ...DEFAULTS, data: { ...DEFAULTS.data, source: "table" as const, table } };
  expect((await decode(await encode(recipe))).data.table).toEqual(table);
});

const hidden = (units: unknown): unknown => ({ network: { hidden: [{ units }] } });

test.each([
  [{ training: { passes: 1e9 } }, "recipe.training.passes must be a number from 1 to 1000000"],
  [{ training: { learning_rate: 0 } }, "recipe.training.learning_rate"],
  [{ training: { learning_rate: "fast" } }, "recipe.training.learning_rate"],
  [{ training: { solver: "rm -rf" } }, "recipe.training.solver must be one of gd, sgd"],
  [hidden(257), "recipe.network.hidden[0].units"],
  [hidden(NaN), "recipe.network.hidden[0].units must be a whole number"],
  [hidden(1.5), "whole number"],
  [{ network: { hidden: Array(7).fill({}) } }, "6 long at most"],
  [{ data: { source: "/etc/passwd" } }, "recipe.data.source must be one of"],
  [{ data: { points: true } }, "recipe.data.points must be a whole number"],
  [{ data: { path: "x" } }, "an object of source"],
  [{ data: { drawn: [[0, 0]] } }, "recipe.data.drawn[0]"],
  [{ data: { drawn: [[1e300, 0, 0]] } }, "recipe.data.drawn[0][0]"],
  [{ data: { drawn: Array(2001).fill([0, 0, 0]) } }, "2000 long at most"],
  [{ data: { table: { name: "\ud800", columns: [] } } }, "must be text"],
  [{ data: { table: { name: "t", columns: [{ name: "a", kind: "number", cells: ["x"] }] } } }, "cells[0]"],
  [{ data: { table: { name: "t", target: "a", columns: [{ name: "a", kind: "category", labels: ["x"], cells: [1] }] } } }, "one of 1 labels"],
  [{ data: { table: { name: "t", target: "b", columns: [{ name: "a", kind: "number", cells: [1] }] } } }, "recipe.data.table.target"],
  [{ data: { table: { columns: [] } } }, "an object with name"],
  [{ version: 2 }, "recipe.version must be one of 1"],
  [{ lesson: { title: {}, steps: [{ until: { what: "passes", is: [] } }] } }, "until.is"],
  [{ hidden: ["everything"] }, "recipe.hidden[0] must be one of"],
  [[], "recipe must be an object"],
  [null, "recipe must be an object"],
])("%j is refused and the field is named", (given, named) => {
  expect(() => parse(given)).toThrow(RecipeError);
  expect(() => parse(given)).toThrow(named);
});

test.each(["", "!", "AAAA", "x".repeat(1000)])("a link that is none is refused: %s", async (link) => {
  await expect(decode(link)).rejects.toThrow(RecipeError);
});

test("a link that swells is refused", async () => {
  const blank = new Blob([" ".repeat(50_000_000)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(blank).arrayBuffer());
  const link = btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(""));
  await expect(decode(link.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""))).rejects.toThrow("unpacked");
});

test("data that are too many for a link are said to be", async () => {
  const values = Array.from({ length: 9000 }, (_, i) => Math.sin(i * i));
  const columns = ["a", "b", "c"].map((name) => ({ name, kind: "number" as const, from: null, labels: [], cells: values }));
  const noisy = columns.map((one, k) => ({ ...one, cells: values.map((v, i) => v * Math.cos(i * (k + 1))) }));
  const table = { name: "large", said: {}, notes: [], target: "a", task: null, schema: null, columns: noisy };
  const recipe = { ...DEFAULTS, data: { ...DEFAULTS.data, table } };
  await expect(encode(recipe)).rejects.toThrow("a link of 100000 characters at most");
});
