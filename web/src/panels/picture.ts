/** The picture and what can be done in it: read probabilities, draw points. */
import { bytes, floats } from "../buffers";
import { boundaries } from "../drawing/contour";
import { classColour, css, prefersDark } from "../drawing/colours";
import { Plane } from "../drawing/plane";
import { button, checkField, make, newId, panel } from "../element";
import { GRID } from "../messages";
import { percent } from "../numbers";
import type { State } from "../state";

export interface Picture {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  setDrawing(drawing: boolean): void;
}

type Drawn = [number, number, number];
const STEP = 1 / 40;
const REACH = 3.1; // of the empty drawing area, as the session has it

export function picturePanel(state: State): Picture {
  const help = newId("help");
  const canvas = make("canvas", { class: "plane", role: "img", "aria-label": "Decision boundary" });
  const plane = new Plane(canvas);
  const readout = make("p", { class: "readout" }, " ");
  const legend = make("ul", { class: "legend", "aria-label": "Classes" });
  const line = checkField("Straight line", (value) => {
    plane.shown = { ...plane.shown, line: value };
    plane.surface.redraw();
  });
  const test = checkField("Test rows", (value) => {
    plane.shown = { ...plane.shown, test: value };
    plane.setPoints(points!);
  });
  line.show(true);
  test.show(true);
  let points: Parameters<Plane["setPoints"]>[0] | null = null;
  let classes: readonly string[] = [];
  let drawing = false;
  let pen = 0;

  // While fewer than two classes are drawn there is nothing to train on: the points alone are shown.
  let onlyDrawn = false;
  const showDrawn = (): void => {
    const all = drawn();
    points = {
      positions: new Float32Array(all.flatMap(([x, y]) => [x, y])),
      classes: new Uint8Array(all.map(([, , colour]) => colour)),
      inTest: new Uint8Array(all.length),
      bounds: [-REACH, REACH, -REACH, REACH],
      axes: ["x0", "x1"],
      line: [],
    };
    plane.setPlanes(new Uint8Array(), 1);
    plane.setPoints(points);
  };
  const drawn = (): Drawn[] => (state.last("Situation")?.drawn ?? []) as Drawn[];
  const say = (x: number, y: number): void => {
    const probabilities = plane.probabilitiesAt(x, y);
    if (probabilities.length === 0) return;
    const best = probabilities.indexOf(Math.max(...probabilities));
    readout.textContent = `${x.toFixed(2)}, ${y.toFixed(2)}: ${percent(probabilities[best])} class ${classes[best] ?? best}`;
  };
  const put = (x: number, y: number): void => {
    state.ask({ type: "Draw", points: [...drawn(), [x, y, pen]] });
  };
  const rub = (x: number, y: number): void => {
    const all = drawn();
    let nearest = -1;
    let least = Infinity;
    all.forEach(([px, py], i) => {
      const distance = Math.hypot(px - x, py - y);
      if (distance < least) [nearest, least] = [i, distance];
    });
    if (nearest >= 0) state.ask({ type: "Draw", points: all.filter((_, i) => i !== nearest) });
  };

  canvas.addEventListener("pointermove", (event) => {
    const at = plane.dataAt(event.offsetX, event.offsetY);
    if (at) say(...at);
    else readout.textContent = " ";
  });
  canvas.addEventListener("pointerleave", () => (readout.textContent = " "));
  canvas.addEventListener("pointerdown", (event) => {
    if (!drawing) return;
    const at = plane.dataAt(event.offsetX, event.offsetY);
    if (!at) return;
    if (event.shiftKey || event.button === 2) rub(...at);
    else put(...at);
  });
  canvas.addEventListener("contextmenu", (event) => drawing && event.preventDefault());
  canvas.addEventListener("keydown", (event) => {
    if (!drawing || !points) return;
    const [x0, x1, y0, y1] = points.bounds;
    const at = plane.crossHair ?? { x: (x0 + x1) / 2, y: (y0 + y1) / 2, colour: pen };
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const move = moves[event.key];
    const far = event.shiftKey ? 5 : 1;
    if (move) {
      at.x = Math.min(x1, Math.max(x0, at.x + move[0] * far * STEP * (x1 - x0)));
      at.y = Math.min(y1, Math.max(y0, at.y + move[1] * far * STEP * (y1 - y0)));
    } else if (event.key === "Enter" || event.key === " ") put(at.x, at.y);
    else if (event.key === "Delete" || event.key === "Backspace") rub(at.x, at.y);
    else if (/^[1-5]$/.test(event.key)) choose(Number(event.key) - 1);
    else return;
    event.preventDefault();
    plane.crossHair = { ...at, colour: pen };
    say(at.x, at.y);
    plane.surface.redraw();
  });
  canvas.addEventListener("blur", () => {
    plane.crossHair = null;
    plane.surface.redraw();
  });

  const pens = Array.from({ length: 5 }, (_, index) => {
    const swatch = make("span", { class: `swatch class-${index}`, "aria-hidden": "true" });
    const pick = button("", () => choose(index), "pen");
    pick.append(swatch, `Class ${index}`);
    pick.setAttribute("aria-pressed", String(index === 0));
    return pick;
  });
  const choose = (index: number): void => {
    pen = index;
    pens.forEach((pick, i) => pick.setAttribute("aria-pressed", String(i === index)));
  };
  const clear = button("Clear points", () => state.ask({ type: "Draw", points: [] }), "small");
  const tools = make(
    "div",
    { class: "pens", role: "group", "aria-label": "Draw points", hidden: true },
    ...pens,
    clear,
    make("p", { id: help, class: "hint" }, "Click to put a point, Shift-click to rub one out. By keyboard: arrows move, Enter puts, Delete rubs out, 1 to 5 choose the class."),
  );

  state.on("Situation", ({ settings: { data }, drawn: all }) => {
    onlyDrawn = drawing && (data.source !== "drawn" || new Set(all.map(([, , c]) => c)).size < 2);
    if (onlyDrawn) showDrawn();
  });
  state.on("Points", (report, buffers) => {
    onlyDrawn = false;
    classes = report.classes;
    points = {
      positions: floats(buffers, 0),
      classes: bytes(buffers, 1),
      inTest: bytes(buffers, 2),
      bounds: report.bounds,
      axes: report.axes,
      line: boundaries(bytes(buffers, 3), classes.length === 2 ? 1 : classes.length, GRID),
    };
    plane.setPoints(points);
    legend.replaceChildren(
      ...classes.map((name, index) => {
        const swatch = make("span", { class: `swatch class-${index}`, "aria-hidden": "true" });
        swatch.style.background = css(classColour(index, prefersDark()));
        return make("li", {}, swatch, name);
      }),
    );
    hint.textContent = report.held ? `The picture shows two features; ${report.held}.` : "";
  });
  const hint = make("p", { class: "hint held" });
  state.on("Frame", (frame, buffers) => {
    if (onlyDrawn) return;
    plane.setPlanes(bytes(buffers, 0), frame.n_planes);
    if (frame.n_iter % 50 === 0 || !state.playing) describe(frame.scores.train_accuracy, frame.n_iter);
  });
  const describe = (accuracy: number, passes: number): void => {
    const words = `Decision boundary after ${passes} passes: ${percent(accuracy)} of the training rows on their side`;
    canvas.setAttribute("aria-label", drawing ? `Drawing area. ${words}` : words);
  };

  const element = panel(
    "Decision boundary",
    "picture",
    make("div", { class: "picture-head" }, legend, make("div", { class: "toggles" }, line.element, test.element)),
    canvas,
    readout,
    hint,
    tools,
  );
  return {
    element,
    canvas,
    setDrawing(wanted) {
      if (wanted === drawing) return;
      drawing = wanted;
      onlyDrawn = wanted && state.settings.data.source !== "drawn";
      if (onlyDrawn) showDrawn();
      tools.hidden = !wanted;
      canvas.classList.toggle("drawing", wanted);
      canvas.setAttribute("role", wanted ? "application" : "img");
      if (wanted) {
        canvas.setAttribute("aria-label", "Drawing area");
        canvas.setAttribute("tabindex", "0");
        canvas.setAttribute("aria-describedby", help);
      } else {
        canvas.removeAttribute("tabindex");
        canvas.removeAttribute("aria-describedby");
      }
    },
  };
}
