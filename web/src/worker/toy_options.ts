import { OF_SEVERAL_CLASSES } from "../engine/names.generated";
import type { DataRecipe, Source } from "../recipe";

/** A toy set's options, as `moonlet.data.load` takes them. */
export function toyOptions(data: DataRecipe): { n_samples: number; noise: number; random_state: number; n_classes?: number } {
  const many = hasClasses(data.source) ? { n_classes: data.classes } : {};
  return { n_samples: data.points, noise: data.noise, random_state: data.seed, ...many };
}

export function hasClasses(source: Source): boolean {
  return OF_SEVERAL_CLASSES.includes(source);
}
