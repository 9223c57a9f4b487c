/** From a finding of the tutor to the recipe that heeds it. */
import type { Finding } from "./findings";
import { parse, RecipeError, type Phase, type Recipe } from "./recipe";

/**
 * The recipe after a finding's change; null if the lab has no such setting.
 *
 * Early stopping, which the lab has no setting for, is to stop at `bestPass`.
 */
export function cured(finding: Finding, recipe: Recipe, bestPass: number | null): Recipe | null {
  const training: Record<string, unknown> = {};
  let network: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(finding.change)) {
    if (name === "learning_rate") training["schedule"] = value;
    else if (name === "learning_rate_init") training["learning_rate"] = value;
    else if (name === "max_iter") training["passes"] = Math.min(Number(value), 1_000_000);
    else if (name === "early_stopping" && bestPass !== null) training["passes"] = Math.max(bestPass, 1);
    else if (name === "early_stopping_on" && bestPass !== null) continue;
    else if (["alpha", "solver", "batch_size", "dropout"].includes(name)) training[name] = value;
    else if (name === "init") network = { ...network, init: value };
    else if (name === "activation") network = { ...network, hidden: recipe.network.hidden.map((layer) => ({ ...layer, activation: value })) };
    else return null;
  }
  const { table } = recipe.data;
  try {
    // A cure may lie beyond what the page can set.
    const wanted = parse({
      ...recipe,
      data: { ...recipe.data, table: null },
      network: { ...recipe.network, ...network },
      training: { ...recipe.training, ...training },
      past: [],
    });
    const isSame = (part: "network" | "training"): boolean => JSON.stringify(wanted[part]) === JSON.stringify(recipe[part]);
    return isSame("network") && isSame("training") ? null : { ...wanted, data: { ...recipe.data, table } };
  } catch (error) {
    if (error instanceof RecipeError) return null;
    throw error;
  }
}

/** The first so many passes of a course: who trains along them is where it was then. */
export function upTo(past: readonly Phase[], passes: number): Phase[] {
  let left = passes;
  const kept: Phase[] = [];
  for (const phase of past) {
    if (left <= 0) break;
    kept.push({ ...phase, passes: Math.min(phase.passes, left) });
    left -= phase.passes;
  }
  return kept;
}
