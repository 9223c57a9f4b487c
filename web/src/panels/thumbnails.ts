/** The toy sets in small, to choose one by its looks. */
import { Surface } from "../drawing/canvas";
import { palette, prefersDark, shareColour } from "../drawing/colours";
import { marker } from "../drawing/markers";
import { css } from "../drawing/colours";
import { make, unseen } from "../element";
import type { Lab } from "../lab_state";
import type { Source } from "../recipe";
import type { Thumbnail } from "../worker/protocol";

export function thumbnails(lab: Lab, choose: (source: Source) => void): HTMLElement {
  const box = make("div", { class: "thumbnails", role: "group", "aria-label": lab.say("data.gallery") });
  let buttons: [Source, HTMLElement][] = [];
  const press = (): void => {
    for (const [source, button] of buttons) button.setAttribute("aria-pressed", String(lab.recipe.data.source === source));
  };
  lab.on("thumbnails", (sets) => {
    buttons = sets.map((set) => [set.source, thumbnail(lab, set, choose)]);
    box.replaceChildren(...buttons.map(([, button]) => button));
    press();
  });
  lab.on("recipe", press);
  return box;
}

function thumbnail({ say }: Lab, set: Thumbnail, choose: (source: Source) => void): HTMLElement {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const name = say(`data.source.${set.source}`);
  const surface = new Surface(canvas, () => {
    const { context: c, width, height } = surface;
    const colours = palette(prefersDark());
    c.clearRect(0, 0, width, height);
    const axis = (at: 0 | 1): [number, number] => {
      const values = set.positions.filter((_, i) => i % 2 === at);
      return [Math.min(...values), Math.max(...values)];
    };
    const [[x0, x1], [y0, y1]] = [axis(0), axis(1)];
    const [low, high] = [Math.min(...set.values), Math.max(...set.values)];
    for (let i = 0; i < set.values.length; i++) {
      const x = 3 + ((set.positions[2 * i]! - x0) / (x1 - x0)) * (width - 6);
      const y = height - 3 - ((set.positions[2 * i + 1]! - y0) / (y1 - y0)) * (height - 6);
      if (set.regression) {
        c.fillStyle = css(shareColour((set.values[i]! - low) / (high - low), colours));
        c.fillRect(x - 1.5, y - 1.5, 3, 3);
      } else marker(c, x, y, 1.6, set.values[i]!, false, colours);
    }
  });
  return make("button", { type: "button", class: "thumbnail", title: name, "aria-pressed": "false", click: () => choose(set.source) }, canvas, unseen(name));
}
