/** The picture and what is read off it: probabilities, classes, a unit that is looked at. */
import { boundaries } from "../drawing/contour";
import { classColour, css, prefersDark } from "../drawing/colours";
import { Plane } from "../drawing/plane";
import { checkField, make, panel, swatch } from "../element";
import type { Lab } from "../lab_state";
import type { ViewRecipe } from "../recipe";
import { percent, score, short } from "../numbers";
import { GRID, type Rows } from "../worker/protocol";
import { drawingTools } from "./drawing_tools";

export interface Picture {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
}

export const NOTHING = { planes: new Uint8Array(), inTest: new Uint8Array(), line: [] };
/** Half a side of the drawing area while there is nothing in it. */
export const REACH = 3.1;

export function picturePanel(lab: Lab): Picture {
  const { say } = lab;
  const canvas = make("canvas", { class: "plane", role: "img", "aria-label": say("picture.title") });
  const plane = new Plane(canvas);
  const readout = make("p", { class: "readout" }, " ");
  const legend = make("ul", { class: "legend", "aria-label": say("picture.classes") });
  const hint = make("p", { class: "hint held" });
  const toggle = (name: "line" | "test" | "discrete"): ReturnType<typeof checkField> =>
    checkField(say(`picture.${name}`), (value) => lab.change((r) => ({ ...r, view: { ...r.view, [name]: value } })));
  const line = toggle("line");
  const test = toggle("test");
  const discrete = toggle("discrete");

  const read = (x: number, y: number): void => {
    const rows = lab.last.rows;
    const found = plane.probabilitiesAt(x, y);
    if (!rows || found.length === 0) return;
    const place = `${x.toFixed(2)}, ${y.toFixed(2)}: `;
    if (rows.regression) {
      const [low, high] = rows.range;
      const value = low + found[1]! * (high - low);
      const { center, spread } = rows.scaling ?? { center: 0, spread: 1 };
      readout.textContent = place + say("picture.value", { value: short(value * spread + center) });
      return;
    }
    const best = found.indexOf(Math.max(...found));
    readout.textContent = place + say("picture.probability", { share: percent(found[best], say.language), name: String(rows.classes[best] ?? best) });
  };
  const drawing = drawingTools(lab, plane, canvas, read);
  canvas.addEventListener("pointermove", (event) => {
    const at = plane.dataAt(event.offsetX, event.offsetY);
    if (at) read(...at);
    else readout.textContent = " ";
  });
  canvas.addEventListener("pointerleave", () => (readout.textContent = " "));

  const describe = (): void => {
    const { frame, rows } = lab.last;
    const words =
      frame && rows
        ? say(rows.regression ? "picture.regression_after" : "picture.after", {
            n: frame.passes,
            share: score(frame.scores.trainScore, rows.regression, say.language),
          })
        : say("picture.empty");
    canvas.setAttribute("aria-label", drawing.isOn() ? `${say("draw.area")}. ${words}` : words);
  };
  let shownView: ViewRecipe | null = null;
  lab.on("recipe", ({ view }) => {
    line.show(view.line);
    test.show(view.test);
    discrete.show(view.discrete);
    if (shownView?.line === view.line && shownView.test === view.test && shownView.discrete === view.discrete) return;
    shownView = view;
    plane.show(view);
  });
  lab.on("rows", (rows) => {
    plane.setPoints({
      positions: rows.positions,
      values: rows.values,
      range: rows.regression ? rows.range : null,
      inTest: rows.inTest,
      bounds: rows.bounds,
      axes: rows.axes,
      line: rows.regression ? [] : boundaries(rows.linePlanes, rows.classes.length === 2 ? 1 : rows.classes.length, GRID),
    });
    line.element.hidden = rows.regression;
    legend.replaceChildren(...(rows.regression ? scale(rows) : rows.classes.map((name, index) => labelled(css(classColour(index, prefersDark())), String(name)))));
    hint.textContent = rows.held > 0 ? say("picture.held", { n: rows.held }) : "";
  });
  lab.on("norows", () => {
    plane.setPlanes(NOTHING.planes, 1);
    const drawn = lab.recipe.data.source === "drawn" ? lab.recipe.data.drawn : [];
    plane.setPoints({
      positions: new Float64Array(drawn.flatMap(([x, y]) => [x, y])),
      values: new Float64Array(drawn.map(([, , label]) => label)),
      range: null,
      inTest: new Uint8Array(drawn.length),
      bounds: [-REACH, REACH, -REACH, REACH],
      axes: ["x₁", "x₂"],
      line: [],
    });
    legend.replaceChildren();
    describe();
  });
  lab.on("frame", (frame) => {
    plane.unit = frame.lookedAt;
    plane.setPlanes(frame.planes, frame.nPlanes);
    if (frame.passes % 50 === 0 || !lab.playing) describe();
  });
  lab.on("situation", describe);

  const element = panel(
    say("picture.title"),
    "picture",
    "picture",
    make("div", { class: "picture-head" }, legend, make("div", { class: "toggles" }, line.element, test.element, discrete.element)),
    canvas,
    readout,
    hint,
    drawing.element,
  );
  return { element, canvas };
}

function labelled(colour: string, name: string): HTMLElement {
  return make("li", {}, swatch(colour), name);
}

function scale(rows: Rows): HTMLElement[] {
  const { center, spread } = rows.scaling ?? { center: 0, spread: 1 };
  const ends = rows.range.map((value) => short(value * spread + center));
  return [labelled(css(classColour(0, prefersDark())), ends[0]!), labelled(css(classColour(1, prefersDark())), ends[1]!)];
}
