/** Play, pause, step, reset; how far and how fast. */
import { button, choiceField, make, numberField } from "../element";
import { LIMITS } from "../messages";
import { grouped, rough } from "../numbers";
import { READABLE, seldom } from "../seldom";
import type { State } from "../state";

const PACES: readonly (readonly [string, string])[] = [
  ["10", "10 a second"],
  ["100", "100 a second"],
  ["1000", "1,000 a second"],
  ["2000", "2,000 a second"],
  ["10000", "10,000 a second"],
  ["0", "as fast as it goes"],
];

export function transport(state: State): HTMLElement {
  const play = button("Play", () => state.send({ type: state.playing ? "Pause" : "Play" }), "primary play");
  const step = button("Step", () => state.send({ type: "Step" }));
  const reset = button("Reset", () => state.send({ type: "Reset" }));
  const passes = make("output", { class: "passes", "aria-label": "Passes done" }, "0");
  const speed = make("output", { class: "speed", "aria-label": "Passes a second" }, "0");
  const pace = choiceField("Pace", PACES, (value) => state.change((s) => ({ ...s, pace: Number(value) })));
  const limit = numberField("Stop after", LIMITS.max_iter, 1, (value) =>
    state.change((s) => ({ ...s, training: { ...s.training, max_iter: value } })),
  );
  state.on("Situation", (report) => {
    play.textContent = report.playing ? "Pause" : "Play";
    const known = PACES.some(([value]) => value === String(report.settings.pace));
    if (known) pace.show(String(report.settings.pace));
    limit.show(report.settings.training.max_iter);
    if (!report.playing) speed.textContent = "0";
  });
  const count = seldom(READABLE, () => {
    const frame = state.last("Frame")!;
    passes.textContent = grouped(frame.n_iter);
    speed.textContent = state.playing ? rough(frame.passes_a_second) : "0";
  });
  state.on("Frame", count);
  return make(
    "div",
    { class: "transport", role: "group", "aria-label": "Training" },
    make("div", { class: "buttons" }, play, step, reset),
    make("div", { class: "count" }, passes, make("span", {}, "passes")),
    make("div", { class: "count" }, speed, make("span", {}, "a second")),
    pace.element,
    limit.element,
  );
}
