/** The lab at home in a notebook: `moonlet.lab.Lab`, by anywidget. */
import type { Home } from "../home";
import { openLab } from "../lab";
import { written } from "./server";

/** What anywidget hands to a module. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** Show the lab in a cell; gives back how to take it away. */
export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  let told: string | null = null;
  const home: Home = {
    kind: "notebook",
    settled(trained) {
      // The kernel hears of the network when it rests; the table that came from there it has.
      const data = { ...trained.data, table: trained.data.table === ours ? null : trained.data.table };
      told = JSON.stringify({ ...lab.recipe, data });
      model.set("_trained", written({ ...trained, data }));
      model.set("_recipe", told);
      model.save_changes();
    },
  };
  const lab = openLab(el, { home, recipe: opening(), compact: model.get("compact") === true });
  const ours = lab.recipe.data.table;
  function opening(): unknown {
    return JSON.parse(model.get("_recipe") as string);
  }
  const onRecipe = (): void => {
    if (model.get("_recipe") !== told) lab.recipe = opening() as typeof lab.recipe;
  };
  model.on("change:_recipe", onRecipe);
  return () => {
    model.off("change:_recipe", onRecipe);
    lab.close();
  };
}
