/** What tests/lab/browser/test_engine.py and the benchmark of the page call in a browser. */
import { Engine } from "../src/engine/engine";
import { usableBuild, type Build } from "../src/engine/probe";
import { train, type Recipe } from "./trained";

export { Engine, usableBuild };

/** The hashes of each recipe, by the build that is at that address. */
export async function trainAll(
  recipes: Recipe[],
  build: Build,
  address: string,
): Promise<Pick<Recipe, "state" | "hash">[]> {
  const engine = await Engine.create(await (await fetch(address)).arrayBuffer(), build);
  const found = [];
  for (const recipe of recipes) found.push(await train(engine, recipe));
  return found;
}
