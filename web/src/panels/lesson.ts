/** The lesson: its text in steps, beside a lab that opens as each step asks; or the lessons there are. */
import { button, choiceField, make, panel } from "../element";
import type { Lab } from "../lab_state";
import { doIt, enter, isDone, paragraphs, placeIn } from "../lesson_state";
import { lessonRecipe, LESSONS } from "../lessons";
import type { LessonText } from "../recipe/lesson";
import { lessonEditor } from "./lesson_editor";

export function lessonPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const shelf = lessonShelf(lab);
  const page = make("div", { class: "lesson-page", "aria-live": "polite" });
  const done = make("p", { class: "lesson-done", role: "status" });
  const act = button(say("lesson.do"), () => {
    const change = placeIn(lab)?.lesson.steps[placeIn(lab)!.step]?.do;
    if (change) attempt(() => doIt(lab, change));
  });
  const back = button(say("lesson.back"), () => go(-1));
  const next = button(say("lesson.next"), () => go(1), "primary");
  const again = button(say("lesson.again"), () => go(0));
  const leave = button(say("lesson.leave"), () => {
    lab.change((recipe) => ({ ...recipe, lesson: null, hidden: [], locked: [] }));
  });
  const reader = make("div", { class: "lesson-reader" }, page, done, make("div", { class: "row" }, act, back, next, again, leave));

  const attempt = (what: () => void): void => {
    try {
      what();
    } catch (error) {
      lab.tell(say("lesson.wrong_step", { problem: (error as Error).message }));
    }
  };
  const go = (by: number): void => {
    const place = placeIn(lab);
    if (!place) return;
    const step = Math.min(Math.max(place.step + by, 0), place.lesson.steps.length);
    attempt(() => enter(lab, step));
    show();
    look();
    page.querySelector<HTMLElement>("h3")?.focus();
  };
  let shown = "";
  const show = (): void => {
    const place = placeIn(lab);
    shelf.hidden = place !== null;
    reader.hidden = place === null;
    if (!place) return;
    const { lesson, step } = place;
    const here = lesson.steps[step];
    const key = JSON.stringify([lesson.title, step, say.language]);
    if (key !== shown) {
      shown = key;
      const at = here ? say("lesson.step", { number: step + 1, n: lesson.steps.length }) : say("lesson.ended");
      const title = paragraphs(lesson.title, lab).join(" ");
      const told = here ? paragraphs(here.text, lab, here.numbers) : [];
      page.replaceChildren(make("h3", { tabindex: "-1" }, `${title} `, make("span", {}, at)), ...told.map((text) => make("p", {}, text)));
    }
    act.hidden = !here?.do;
    back.disabled = step === 0;
    again.hidden = !here?.set;
    next.hidden = !here;
    done.textContent = place.done ? say("lesson.done") : "";
  };
  const look = (): void => {
    const place = placeIn(lab);
    const aim = place?.lesson.steps[place.step]?.until;
    if (!place || !aim || place.done || !isDone(lab, aim)) return;
    place.done = true;
    show();
  };
  for (const kind of ["frame", "findings", "situation", "sweep"] as const) lab.on(kind, look);
  lab.on("recipe", () => {
    show();
    look();
  });
  return panel(say("lesson.title"), "lesson", "lesson", shelf, reader);
}

/** The lessons that the page brings, and the way to one of your own. */
function lessonShelf(lab: Lab): HTMLElement {
  const { say } = lab;
  const names = [...LESSONS].map(([name, recipe]): [string, string] => {
    const title = (recipe as { lesson: { title: LessonText } }).lesson.title;
    return [name, paragraphs(title, lab).join(" ")];
  });
  let chosen = names[0]?.[0] ?? "";
  const choice = choiceField({
    label: say("lesson.choose"),
    help: { say, title: say("lesson.choose"), text: say("lesson.choose.help") },
    choices: names,
    onChange: (name) => (chosen = name),
  });
  const open = button(
    say("lesson.open"),
    () => {
      const recipe = lessonRecipe(chosen);
      lab.replace({ ...recipe, view: { ...recipe.view, language: lab.recipe.view.language } });
      enter(lab, 0);
    },
    "primary",
  );
  const place = make("div", { hidden: true });
  const write = button(say("lesson.make"), () => {
    place.replaceChildren(lessonEditor(lab, () => (place.hidden = true)));
    place.hidden = false;
  });
  return make("div", { class: "lesson-shelf" }, make("div", { class: "row" }, choice.element, open, write), place);
}
