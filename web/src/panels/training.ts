/** How the network is trained; all of it may be changed while it trains. */
import { choiceField, make, numberField, panel, type Field } from "../element";
import { OF_BATCHES, WITH_RATE } from "../engine/names.generated";
import type { Lab } from "../lab_state";
import { LIMITS, LOSSES, SCHEDULES, SOLVERS, type Control, type TrainingRecipe } from "../recipe";

/** The fields' words in the glossary. */
const WORDS = { solver: "solver", rate: "learning_rate", schedule: "schedule", batch: "batch", alpha: "l2", l1_ratio: "l1", dropout: "dropout", loss: "loss" } as const;

type Numbers = "learning_rate" | "batch_size" | "alpha" | "l1_ratio" | "dropout";

export function trainingPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const edit = (change: Partial<TrainingRecipe>): void => lab.change((r) => ({ ...r, training: { ...r.training, ...change } }));
  const explained = (name: keyof typeof WORDS) => {
    const title = say(`training.${name}`);
    const text = name === "loss" ? say("training.loss.help") : say(`glossary.${WORDS[name]}.meaning`);
    return { label: title, control: `training.${name}` as Control, help: { say, title, text } };
  };
  const number = (
    name: Numbers,
    words: Parameters<typeof explained>[0],
    step: 1 | "any",
    slider: readonly [number, number, "linear" | "log"],
  ): Field<number> => {
    const limits = LIMITS[name];
    const complaint = say("field.out_of_limits", { least: limits[0], most: limits[1] });
    return numberField({ ...explained(words), limits, step, slider, complaint, onChange: (value) => edit({ [name]: value }) });
  };
  const solver = choiceField({
    ...explained("solver"),
    choices: SOLVERS.map((name) => [name, say(`training.solver.${name}`)] as const),
    onChange: (value) => edit({ solver: value }),
  });
  const rate = number("learning_rate", "rate", "any", [0.001, 10, "log"]);
  const schedule = choiceField({ ...explained("schedule"), choices: SCHEDULES.map((name) => [name, say(`training.schedule.${name}`)] as const), onChange: (value) => edit({ schedule: value }) });
  const batch = number("batch_size", "batch", 1, [1, 256, "linear"]);
  const alpha = number("alpha", "alpha", "any", [1e-4, 100, "log"]);
  const l1 = number("l1_ratio", "l1_ratio", "any", [0, 1, "linear"]);
  const dropout = number("dropout", "dropout", "any", [0, 0.9, "linear"]);
  const loss = choiceField({ ...explained("loss"), choices: LOSSES.map((name) => [name, say(`training.loss.${name}`)] as const), onChange: (value) => edit({ loss: value }) });
  lab.on("recipe", ({ training }) => {
    solver.show(training.solver);
    rate.show(training.learning_rate);
    schedule.show(training.schedule);
    batch.show(training.batch_size);
    alpha.show(training.alpha);
    l1.show(training.l1_ratio);
    dropout.show(training.dropout);
    loss.show(training.loss);
    for (const field of [rate, schedule, dropout]) disable(field, !WITH_RATE.includes(training.solver));
    disable(batch, !OF_BATCHES.includes(training.solver));
  });
  lab.on("rows", ({ regression }) => (loss.element.hidden = !regression));
  loss.element.hidden = true;
  return panel(
    say("training.title"),
    "training",
    "training",
    make(
      "div",
      { class: "fields" },
      ...[solver, rate, schedule, batch, alpha, l1, dropout, loss].map((field) => field.element),
    ),
  );
}

/** What the solver makes no use of. */
function disable(field: { element: HTMLElement }, is: boolean): void {
  for (const input of field.element.querySelectorAll<HTMLInputElement>(".field-body > *")) input.disabled = is;
}
