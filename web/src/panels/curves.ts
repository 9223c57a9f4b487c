/** Loss and gradient as they went. */
import { floats } from "../buffers";
import { curve } from "../curve";
import { Chart } from "../drawing/curves";
import { checkField, choiceField, make, panel } from "../element";
import { loss } from "../numbers";
import { READABLE, seldom } from "../seldom";
import type { State } from "../state";

export function curvesPanel(state: State): HTMLElement {
  const whole = new Chart(
    [
      { label: "train, highest", colour: "faint" },
      { label: "train", colour: "train" },
      { label: "test", colour: "test", dash: [6, 4] },
    ],
    "pass",
  );
  const recent = new Chart([{ label: "train", colour: "train" }], "pass");
  const gradient = new Chart([{ label: "gradient norm", colour: "train" }], "pass", 120);
  gradient.scale(true);
  const numbers = make("p", { class: "numbers" }, " ");
  const span = choiceField<"whole" | "recent">(
    "Show",
    [
      ["whole", "the whole run"],
      ["recent", "the last 60 passes"],
    ],
    (value) => {
      whole.element.hidden = value !== "whole";
      recent.element.hidden = value !== "recent";
    },
  );
  recent.element.hidden = true;
  const logarithmic = checkField("Logarithmic", (value) => whole.scale(value));
  let course: Float32Array = new Float32Array();
  let last: Float32Array = new Float32Array();
  const draw = seldom(READABLE, () => {
    const frame = state.last("Frame")!;
    const { train_loss, test_loss } = frame.scores;
    numbers.textContent = `train ${loss(train_loss)} (${loss(frame.loss)} with penalty) · test ${loss(test_loss)}`;
    const all = curve(course, frame.n_curve);
    whole.set([all.passes, all.high, all.low, all.test]);
    gradient.set([all.passes, all.gradientNorm]);
    recent.set([Array.from(last, (_, i) => frame.n_iter - last.length + 1 + i), last]);
  });
  state.on("Frame", (_, buffers) => {
    [course, last] = [floats(buffers, 3), floats(buffers, 4)];
    draw();
  });
  return panel(
    "Loss",
    "curves",
    numbers,
    make("div", { class: "chart-head" }, span.element, logarithmic.element),
    whole.element,
    recent.element,
    make("h3", {}, "Gradient norm"),
    gradient.element,
  );
}
