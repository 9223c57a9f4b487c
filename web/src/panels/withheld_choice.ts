/** What a lesson hides from its reader, or shows and locks: each control by the name that stands on the page. */
import { checkField, make } from "../element";
import type { Lab } from "../lab_state";
import { CONTROLS, type Control } from "../recipe";
import type { Key, Say } from "../words";

/** Controls that are called by other words than those of their own key. */
const NAMES: Partial<Record<Control, Key>> = {
  "data.test": "data.test_share",
  "data.columns": "columns.train_on",
  "data.draw": "draw.title",
  "network.layers": "control.network.layers",
  "network.units": "control.network.units",
  "network.activation": "control.network.activation",
  "inside.weights": "control.inside.weights",
  language: "lab.language",
};

/** Panels that have fields; of the others there is nothing to lock. */
const LOCKABLE = ["transport", "data", "network", "training", "inside"];

export function controlName(control: Control, say: Say): string {
  const key = NAMES[control] ?? (control.includes(".") ? control : `${control}.title`);
  return say.filled(key, {});
}

/** Boxes to tick; tells of every change what is ticked. */
export function withheldChoice({ say }: Lab, kind: "hidden" | "locked", tell: (controls: Control[]) => void): HTMLElement {
  const isPanel = (name: Control): boolean => !name.includes(".") && name !== "lesson";
  const panels = CONTROLS.filter((name) => isPanel(name) && (kind === "hidden" || LOCKABLE.includes(name)));
  const ticked = new Set<Control>();
  const box = (control: Control, also: (is: boolean) => void = () => {}): ReturnType<typeof checkField> =>
    checkField(controlName(control, say), (is) => {
      if (is) ticked.add(control);
      else ticked.delete(control);
      also(is);
      tell([...ticked]);
    });
  const groups = panels.map((panel) => {
    const parts = CONTROLS.filter((name) => name.startsWith(`${panel}.`)).map((part) => box(part));
    // A panel's own box stands for all that is in it.
    const whole = box(panel, (is) => parts.forEach(({ input }) => (input.disabled = is)));
    return make("div", { class: "withheld" }, whole.element, make("div", { class: "withheld-parts" }, ...parts.map(({ element }) => element)));
  });
  const title = say(`lesson.editor.${kind}`);
  return make("details", {}, make("summary", {}, title), make("div", { class: "boxes", role: "group", "aria-label": title }, ...groups));
}
