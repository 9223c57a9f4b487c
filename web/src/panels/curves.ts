/** Loss and gradient as they went. */
import { Chart } from "../drawing/curves";
import { checkField, choiceField, make, panel } from "../element";
import type { Lab } from "../lab_state";
import { loss } from "../numbers";
import { READABLE, seldom } from "../seldom";
import type { Frame } from "../worker/protocol";
import { aligned } from "../curve";

export function curvesPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const across = say("curves.pass");
  const whole = new Chart(
    [
      { label: say("curves.minimised"), colour: "faint" },
      { label: say("curves.train"), colour: "train" },
      { label: say("curves.test"), colour: "test", dash: [6, 4] },
    ],
    across,
  );
  const recent = new Chart([{ label: say("curves.minimised"), colour: "faint" }], across);
  const gradient = new Chart([{ label: say("curves.gradient"), colour: "train" }], across, 120);
  gradient.scale(true);
  const numbers = make("p", { class: "numbers" }, " ");
  const span = choiceField<"whole" | "recent">({
    label: say("curves.show"),
    choices: [
      ["whole", say("curves.whole")],
      ["recent", say("curves.recent")],
    ],
    onChange: (value) => {
      whole.element.hidden = value !== "whole";
      recent.element.hidden = value !== "recent";
    },
  });
  recent.element.hidden = true;
  const logarithmic = checkField(say("curves.logarithmic"), (value) => whole.scale(value));
  const draw = seldom(READABLE, () => {
    const frame = lab.last.frame;
    if (!frame) return;
    numbers.textContent = say("curves.numbers", {
      train: loss(frame.scores.trainLoss),
      penalised: loss(frame.penalised),
      test: loss(frame.scores.testLoss),
    });
    const { curve } = frame;
    whole.set(course(frame));
    gradient.set([curve.passes, curve.norm]);
    recent.set([Array.from(frame.recent, (_, i) => frame.passes - frame.recent.length + 1 + i), frame.recent]);
  });
  lab.on("frame", draw);
  lab.on("norows", () => (numbers.textContent = " "));
  return panel(
    say("curves.title"),
    "curves",
    "curves",
    numbers,
    make("div", { class: "chart-head" }, span.element, logarithmic.element),
    whole.element,
    recent.element,
    make("h3", {}, say("curves.gradient")),
    gradient.element,
  );
}

/** What was minimised, at its highest since the point before; and what was measured on the way. */
function course({ curve }: Frame): number[][] {
  return aligned([
    [curve.passes, curve.high],
    [curve.measuredAt, curve.train],
    [curve.measuredAt, curve.test],
  ]);
}
