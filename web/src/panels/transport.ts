/** Play, pause, step, reset, undo; how far and how fast. */
import { button, choiceField, lockable, make, numberField, unseen } from "../element";
import type { Lab } from "../lab_state";
import { grouped, rough } from "../numbers";
import { LIMITS, type Control } from "../recipe";
import { READABLE, seldom } from "../seldom";

const PACES = [10, 100, 1000, 2000, 10_000, 0] as const;

export function transport(lab: Lab): HTMLElement {
  const { say } = lab;
  const wrapped = (control: Control, made: HTMLElement): HTMLElement => lockable(control, "bare", made);
  const play = button(say("transport.play"), () => void (lab.playing ? lab.pause() : lab.play()), "primary play");
  const step = button(say("transport.step"), () => void lab.step());
  const reset = button(say("transport.reset"), () => void lab.reset());
  const undo = icon("↶", say("transport.undo"), () => lab.undo());
  const redo = icon("↷", say("transport.redo"), () => lab.redo());
  const passes = make("output", { class: "passes", "aria-label": say("transport.passes_done") }, "0");
  const speed = make("output", { class: "speed", "aria-label": say("transport.passes_a_second") }, "0");
  const pace = choiceField({
    label: say("transport.pace"),
    control: "transport.pace",
    choices: PACES.map((n) => [String(n), n ? say("transport.pace_of", { n }) : say("transport.pace_free")] as const),
    onChange: (value) => lab.change((r) => ({ ...r, view: { ...r.view, pace: Number(value) } })),
  });
  const limit = numberField({
    label: say("transport.limit"),
    control: "transport.limit",
    limits: LIMITS.passes,
    step: 1,
    complaint: say("field.out_of_limits", { least: LIMITS.passes[0], most: LIMITS.passes[1] }),
    onChange: (value) => lab.change((r) => ({ ...r, training: { ...r.training, passes: value } })),
  });
  lab.on("recipe", (recipe) => {
    const known = PACES.some((n) => n === recipe.view.pace);
    if (!known) pace.offer([...PACES, recipe.view.pace].map((n) => [String(n), n ? say("transport.pace_of", { n }) : say("transport.pace_free")] as const));
    pace.show(String(recipe.view.pace));
    limit.show(recipe.training.passes);
    undo.disabled = !lab.canUndo;
    redo.disabled = !lab.canRedo;
  });
  lab.on("situation", ({ playing }) => {
    play.textContent = playing ? say("transport.pause") : say("transport.play");
    undo.disabled = !lab.canUndo;
    if (!playing) speed.textContent = "0";
  });
  const count = seldom(READABLE, () => {
    const frame = lab.last.frame;
    passes.textContent = frame ? grouped(frame.passes) : "0";
    speed.textContent = frame && lab.playing ? rough(frame.passesASecond) : "0";
  });
  lab.on("frame", count);
  lab.on("norows", count);
  return make(
    "div",
    { class: "transport", role: "group", "aria-label": say("transport.title"), "data-control": "transport" },
    make(
      "div",
      { class: "buttons" },
      wrapped("transport.play", play),
      wrapped("transport.step", step),
      wrapped("transport.reset", reset),
      undo,
      redo,
    ),
    make("div", { class: "count" }, passes, make("span", {}, say("transport.passes"))),
    make("div", { class: "count" }, speed, make("span", {}, say("transport.a_second"))),
    pace.element,
    limit.element,
  );
}

function icon(sign: string, name: string, act: () => void): HTMLButtonElement {
  const made = button("", act, "icon");
  made.title = name;
  made.append(make("span", { "aria-hidden": "true" }, sign), unseen(name));
  return made;
}
