/** The lessons that come with the page: web/lessons/NAME.json, each a recipe with its lesson. */
import { parse, type Recipe } from "./recipe";

const FILES = import.meta.glob<unknown>("../lessons/*.json", { eager: true, import: "default" });

/** Their recipes by name, in the order in which they are best read. */
export const LESSONS: ReadonlyMap<string, unknown> = new Map(
  Object.entries(FILES).map(([path, recipe]) => [path.replace(/^.*\/\d*_?|\.json$/g, ""), recipe]),
);

/** The recipe of a lesson. */
export function lessonRecipe(name: string): Recipe {
  const recipe = LESSONS.get(name);
  if (recipe === undefined) throw new Error(`There is no lesson "${name}". There are ${[...LESSONS.keys()].join(", ")}.`);
  return parse(recipe);
}
