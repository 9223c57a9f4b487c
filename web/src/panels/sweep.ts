/** The sweep: seven sizes as small multiples, beside what the straight line does. */
import { Surface } from "../drawing/canvas";
import { palette, prefersDark, shareColour } from "../drawing/colours";
import { boundaries } from "../drawing/contour";
import { marker, valueMarker } from "../drawing/markers";
import { shade } from "../drawing/shading";
import { button, make, panel } from "../element";
import type { Lab } from "../lab_state";
import { loss, scoreByName, short } from "../numbers";
import { SWEEP_GRID, SWEEP_SIZES, type Rows, type SweepFrame, type SweepPanel } from "../worker/protocol";

const MOST_POINTS = 400;

export function sweepPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  let running = false;
  const start = button(say("sweep.start"), () => (running ? lab.stopSweep() : lab.startSweep()), "primary");
  const reason = make("p", { class: "reason", role: "status" }, say("sweep.hint"));
  const bar = make("progress", { max: 1, value: 0, "aria-label": say("sweep.title") });
  const multiples = SWEEP_SIZES.map((units) => multiple(lab, units));
  lab.on("rows", () => multiples.forEach((one) => one.clear()));
  lab.on("sweep", (frame) => {
    running = frame?.running ?? false;
    start.textContent = running ? say("sweep.stop") : say("sweep.start");
    bar.value = frame?.share ?? 0;
    reason.textContent = frame ? verdictOf(lab, frame) : say("sweep.hint");
    multiples.forEach((one, i) => (frame ? one.show(frame, frame.panels[i]!) : one.clear()));
  });
  lab.on("norows", () => multiples.forEach((one) => one.clear()));
  return panel(
    say("sweep.title"),
    "sweep",
    "sweep wide",
    make("div", { class: "row" }, start, bar, reason),
    make("ul", { class: "multiples" }, ...multiples.map((one) => one.element)),
  );
}

function verdictOf({ say }: Lab, { running, verdict, line }: SweepFrame): string {
  if (!verdict) return running ? say("sweep.running") : say("sweep.stopped");
  const numbers = { folds: verdict.folds, line: loss(line.loss), gain: short(verdict.gain), low: short(verdict.interval[0]), high: short(verdict.interval[1]) };
  const units = { n: verdict.recommended ?? 0, best: verdict.best };
  if (verdict.gain <= 0) return say("sweep.line_is_best", { ...numbers, best: verdict.best });
  if (!verdict.beatsLine) return say("sweep.line_is_enough", { ...numbers, best: verdict.best });
  return say(verdict.recommended === verdict.best ? "sweep.best_is_enough" : "sweep.is_enough", { ...numbers, ...units });
}

interface Multiple {
  element: HTMLElement;
  show(frame: SweepFrame, panel: SweepPanel): void;
  clear(): void;
}

function multiple(lab: Lab, units: number): Multiple {
  const { say } = lab;
  const canvas = make("canvas", { class: "multiple", "aria-hidden": "true" });
  const small = document.createElement("canvas");
  const network = make("span", { class: "losses" }, "–");
  const line = make("span", { class: "losses" }, " ");
  const badge = make("span", { class: "badge", hidden: true }, say("sweep.enough"));
  const element = make("li", {}, canvas, make("p", {}, make("strong", {}, say("sweep.units", { n: units })), badge), network, line);
  let planes = new Uint8Array();
  let nPlanes = 1;
  const surface = new Surface(canvas, () => {
    const { context: c, width, height } = surface;
    const colours = palette(prefersDark());
    const rows = lab.last.rows;
    c.clearRect(0, 0, width, height);
    if (!rows) return;
    if (planes.length > 0) {
      shade(small, planes, nPlanes, SWEEP_GRID, colours);
      c.imageSmoothingQuality = "high";
      c.drawImage(small, 0, 0, width, height);
      if (!rows.regression) strokeBoundary(c, planes, nPlanes, width, height, colours.ink);
    }
    drawPoints(c, rows, width, height);
  });
  return {
    element,
    show(frame, shown) {
      planes = new Uint8Array(shown.planes);
      nPlanes = frame.nPlanes;
      const score = (value: number): string => scoreByName(value, lab.last.rows?.regression ?? false, say.language);
      network.textContent = Number.isFinite(shown.loss) ? say("sweep.network", { loss: loss(shown.loss), score: score(shown.score) }) : "–";
      line.textContent = Number.isFinite(frame.line.loss) ? say("sweep.line", { loss: loss(frame.line.loss), score: score(frame.line.score) }) : " ";
      const recommended = frame.verdict?.recommended === units;
      badge.hidden = !recommended;
      element.classList.toggle("is-recommended", recommended);
      surface.redraw();
    },
    clear() {
      planes = new Uint8Array();
      network.textContent = "–";
      line.textContent = " ";
      badge.hidden = true;
      element.classList.remove("is-recommended");
      surface.redraw();
    },
  };
}

function strokeBoundary(c: CanvasRenderingContext2D, planes: Uint8Array, nPlanes: number, width: number, height: number, ink: string): void {
  c.beginPath();
  for (const [x0, y0, x1, y1] of boundaries(planes, nPlanes, SWEEP_GRID)) {
    c.moveTo(x0 * width, (1 - y0) * height);
    c.lineTo(x1 * width, (1 - y1) * height);
  }
  c.strokeStyle = ink;
  c.lineWidth = 1.5;
  c.stroke();
}

function drawPoints(c: CanvasRenderingContext2D, { bounds: [x0, x1, y0, y1], positions, values, regression, range }: Rows, width: number, height: number): void {
  const colours = palette(prefersDark());
  const every = Math.ceil(values.length / MOST_POINTS);
  for (let i = 0; i < values.length; i += every) {
    const x = ((positions[2 * i]! - x0) / (x1 - x0)) * width;
    const y = (1 - (positions[2 * i + 1]! - y0) / (y1 - y0)) * height;
    if (regression) valueMarker(c, x, y, 1.9, false, shareColour((values[i]! - range[0]) / (range[1] - range[0]), colours), colours);
    else marker(c, x, y, 1.9, values[i]!, false, colours);
  }
}
