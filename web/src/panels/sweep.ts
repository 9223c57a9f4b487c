/** The sweep: seven sizes as small multiples. */
import { bytes } from "../buffers";
import { boundaries, joined } from "../drawing/contour";
import { Surface } from "../drawing/canvas";
import { palette, prefersDark } from "../drawing/colours";
import { marker } from "../drawing/markers";
import { shade } from "../drawing/shading";
import { button, make, panel } from "../element";
import { SWEEP_GRID, SWEEP_SIZES } from "../messages";
import { counted, loss } from "../numbers";
import type { State } from "../state";
import { floats } from "../buffers";

interface Multiple {
  element: HTMLElement;
  show(planes: Uint8Array, nPlanes: number, words: string, recommended: boolean): void;
  redraw(): void;
}

interface Spots {
  positions: Float32Array;
  classes: Uint8Array;
  bounds: readonly [number, number, number, number];
}

export function sweepPanel(state: State): HTMLElement {
  const start = button("Start the sweep", () => state.send({ type: running ? "StopSweep" : "StartSweep" }), "primary");
  const reason = make("p", { class: "reason", role: "status" }, "Train seven sizes side by side, as they stand above.");
  const bar = make("progress", { max: 1, value: 0, "aria-label": "Sweep" });
  let running = false;
  let spots: Spots | null = null;
  const multiples = SWEEP_SIZES.map((units) => multiple(units, () => spots));
  state.on("Points", (points, buffers) => {
    spots = { positions: floats(buffers, 0), classes: bytes(buffers, 1), bounds: points.bounds };
    for (const one of multiples) one.show(new Uint8Array(), 1, "–", false);
    reason.textContent = "Train seven sizes side by side, as they stand above.";
    bar.value = 0;
    running = false;
    start.textContent = "Start the sweep";
  });
  state.on("SweepFrame", (frame, buffers) => {
    running = frame.running;
    start.textContent = running ? "Stop the sweep" : "Start the sweep";
    bar.value = frame.share;
    frame.panels.forEach((one, i) => {
      const words = `train ${loss(one.scores.train_loss)}, test ${loss(one.scores.test_loss)}`;
      multiples[i]!.show(bytes(buffers, i), frame.n_planes, words, one.units === frame.recommended);
    });
    reason.textContent = frame.running ? `So far: ${frame.reason}` : frame.reason;
  });
  return panel(
    "The sweep",
    "sweep wide",
    make("div", { class: "row" }, start, bar, reason),
    make("ul", { class: "multiples" }, ...multiples.map((one) => one.element)),
  );
}

function multiple(units: number, spots: () => Spots | null): Multiple {
  const canvas = make("canvas", { class: "multiple", "aria-hidden": "true" });
  const small = document.createElement("canvas");
  const words = make("span", { class: "losses" }, "–");
  const badge = make("span", { class: "badge", hidden: true }, "recommended");
  const element = make("li", {}, canvas, make("p", {}, make("strong", {}, counted(units, "unit")), badge), words);
  let planes = new Uint8Array();
  let nPlanes = 1;
  const surface = new Surface(canvas, () => {
    const { context: c, width, height } = surface;
    const colours = palette(prefersDark());
    c.clearRect(0, 0, width, height);
    if (planes.length > 0) {
      shade(small, planes, nPlanes, SWEEP_GRID, colours);
      c.imageSmoothingQuality = "high";
      c.drawImage(small, 0, 0, width, height);
      c.beginPath();
      for (const stroke of joined(boundaries(planes, nPlanes, SWEEP_GRID))) {
        stroke.forEach(([x, y], i) => {
          if (i === 0) c.moveTo(x * width, (1 - y) * height);
          else c.lineTo(x * width, (1 - y) * height);
        });
      }
      c.strokeStyle = colours.ink;
      c.lineWidth = 1.5;
      c.stroke();
    }
    const at = spots();
    if (!at) return;
    const [x0, x1, y0, y1] = at.bounds;
    const every = Math.ceil(at.classes.length / 400);
    for (let i = 0; i < at.classes.length; i += every) {
      const x = ((at.positions[2 * i]! - x0) / (x1 - x0)) * width;
      const y = (1 - (at.positions[2 * i + 1]! - y0) / (y1 - y0)) * height;
      marker(c, x, y, 1.9, at.classes[i]!, false, colours);
    }
  });
  return {
    element,
    show(shown, count, text, recommended) {
      planes = new Uint8Array(shown);
      nPlanes = count;
      words.textContent = text;
      badge.hidden = !recommended;
      element.classList.toggle("is-recommended", recommended);
      surface.redraw();
    },
    redraw: () => surface.redraw(),
  };
}
