/** A capacity study of the current rows, where the home can run one. */
import { tableOf } from "../data/points";
import { button, make, panel } from "../element";
import type { Study } from "../home";
import type { Lab } from "../lab_state";

export function studyPanel(lab: Lab, study: Study): HTMLElement {
  const { say } = lab;
  let running = false;
  const words = make("p", { class: "verdict", role: "status" }, say("study.hint"));
  const open = make("a", { class: "button", target: "_blank", rel: "noopener", hidden: true }, say("study.open"));
  const begin = (): void => {
    const table = tableOf(lab);
    const rows = lab.last.rows;
    if (!table || !rows) return;
    const features = lab.recipe.data.features;
    const { seed } = lab.recipe.data;
    show(true, say("study.begun"));
    study.start({ table, target: rows.target || table.target, features, seed, language: say.language }, (note) => {
      show(note.state === "running", note.text);
      open.hidden = note.report === null;
      if (note.report !== null) open.href = note.report;
    });
  };
  const stop = (): void => {
    study.stop();
    show(false, say("study.hint"));
  };
  const start = button(say("study.start"), () => (running ? stop() : begin()), "primary");
  const show = (is: boolean, text: string): void => {
    running = is;
    start.textContent = running ? say("study.stop") : say("study.start");
    words.textContent = text;
    if (running) open.hidden = true;
  };
  return panel(say("study.title"), "study", "study", make("div", { class: "row" }, start, open), words);
}
