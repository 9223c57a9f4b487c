/** Inside the network: units and weights. */
import { bytes, floats } from "../buffers";
import { Diagram, type DiagramData } from "../drawing/diagram";
import { make, panel } from "../element";
import { SHOWN_UNITS } from "../messages";
import { counted } from "../numbers";
import { seldom } from "../seldom";
import type { State } from "../state";

const EACH = 50; // milliseconds between two drawings: half of the frames do for pictures this small

export function insidePanel(state: State): HTMLElement {
  const canvas = make("canvas", { class: "diagram", role: "img", "aria-label": "The network" });
  const diagram = new Diagram(canvas);
  let data: DiagramData;
  const draw = seldom(EACH, () => diagram.set(data));
  let described = "";
  state.on("Frame", (frame, buffers) => {
    const points = state.last("Points");
    if (!points) return;
    const first = frame.layers[0]!;
    const last = frame.layers.at(-1)!;
    data = {
      layers: frame.layers,
      shown: [Math.min(first, SHOWN_UNITS), ...frame.shown, Math.min(last, SHOWN_UNITS)],
      views: bytes(buffers, 1),
      weights: floats(buffers, 2),
      inputs: first === points.features.length ? points.features : points.features.map((_, i) => `#${i + 1}`),
      outputs: last === 1 ? [points.classes[1] ?? ""] : points.classes,
    };
    draw();
    const words = `The network: ${frame.layers.join(" to ")} units, ${counted(countWeights(frame.layers), "weight")}`;
    if (words !== described) canvas.setAttribute("aria-label", (described = words));
  });
  return panel(
    "Inside the network",
    "inside",
    canvas,
    make("p", { class: "hint" }, "Each square is what a unit gives over the picture; lines are weights, thicker when larger: orange lifts, blue lowers."),
  );
}

function countWeights(layers: readonly number[]): number {
  return layers.slice(1).reduce((sum, size, i) => sum + (layers[i]! + 1) * size, 0);
}
