/** The page's half of the promise that it trains networks to Python's bits. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Engine } from "../src/engine/engine";
import { usableBuild, type Build } from "../src/engine/probe";
import { train, type Recipe } from "./trained";

const recipes = JSON.parse(await readFile("../tests/engine/page_bits.json", "utf8")) as Recipe[];
const engineOf = async (build: Build) => Engine.create(await readFile("engine/relaxed.wasm"), build);

describe.skipIf(usableBuild() === "plain")("the fused build", () => {
  it("gives every recorded network Python's bits, in the midst of training and at its end", async () => {
    const engine = await engineOf("relaxed");
    const other = [];
    for (const recipe of recipes) {
      const { state, hash } = await train(engine, recipe);
      if (state !== recipe.state || hash !== recipe.hash) other.push(recipe);
    }
    expect(other).toEqual([]);
    expect(recipes.length).toBeGreaterThanOrEqual(60);
  });
});

describe("the plain build", () => {
  it("learns as well, to other last digits", async () => {
    const engine = await engineOf("plain");
    expect(engine.fused).toBe(false);
    const tutorial = recipes.find(({ hidden }) => hidden[0] === 3) as Recipe;
    expect((await train(engine, tutorial)).hash).not.toBe(tutorial.hash);
  });
});
