/** "Make a lesson of this": texts, what each step opens with and waits for, what is hidden and locked. */
import { button, make } from "../element";
import type { Lab } from "../lab_state";
import { changed, enter } from "../lesson_state";
import { RecipeError, type Control, type Recipe } from "../recipe";
import type { Lesson, LessonStep, LessonText } from "../recipe/lesson";
import { brief, encode } from "../recipe/link";
import { stepFields, textField } from "./lesson_step";
import { save } from "./take";
import { withheldChoice } from "./withheld_choice";

const STEP: LessonStep = { text: { en: null, zh: null }, set: null, do: null, until: null, numbers: {} };

export function lessonEditor(lab: Lab, close: () => void): HTMLElement {
  const { say } = lab;
  const start = lab.whole;
  const lesson: Lesson = { title: { en: null, zh: null }, steps: [structuredClone(STEP)] };
  const withheld = { hidden: [] as Control[], locked: [] as Control[] };
  const written = (text: string): LessonText => ({ en: null, zh: null, [say.language]: text || null });
  const made = (): Recipe => ({ ...start, ...withheld, lesson });
  /** The lab where a reader enters a step who has done all that the steps before it ask. */
  const beginning = (at: number): Recipe =>
    lesson.steps.slice(0, at + 1).reduce((recipe, step, i) => {
      const set = step.set ? changed(recipe, step.set) : recipe;
      return i < at && step.do ? changed(set, step.do) : set;
    }, start);

  const title = textField(say("lesson.editor.title"), make("input", { type: "text", maxlength: 200 }), (text) => (lesson.title = written(text)));
  const steps = make("div", { class: "lesson-steps" });
  const show = (): void => {
    steps.replaceChildren(
      ...lesson.steps.map((step, i) =>
        stepFields(lab, step, i + 1, () => beginning(i), written, () => {
          lesson.steps.splice(i, 1);
          show();
        }),
      ),
    );
  };
  const add = button(say("lesson.editor.add"), () => {
    lesson.steps.push(structuredClone(STEP));
    show();
  });
  show();

  const link = make("input", { type: "text", readonly: true, "aria-label": say("lesson.editor.link_here"), hidden: true });
  const copy = async (): Promise<void> => {
    if (!lab.home.link) return;
    try {
      link.value = lab.home.link(await encode(made())).address;
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      lab.tell(say("lesson.editor.too_long"));
      return;
    }
    link.hidden = false;
    link.select();
    // Where the clipboard is not allowed the text stands there, selected.
    navigator.clipboard?.writeText(link.value).then(
      () => lab.tell(say("lesson.editor.copied")),
      () => {},
    );
  };
  const attempt = (): void => {
    lab.replace(made());
    enter(lab, 0);
  };
  const file = (): void => save(new Blob([JSON.stringify(brief(made()), null, 2)], { type: "application/json" }), "lesson.json");
  return make(
    "div",
    { class: "lesson-editor", role: "group", "aria-label": say("lesson.editor") },
    title,
    steps,
    add,
    withheldChoice(lab, "hidden", (controls) => (withheld.hidden = controls)),
    withheldChoice(lab, "locked", (controls) => (withheld.locked = controls)),
    make(
      "div",
      { class: "row" },
      button(say("lesson.editor.try"), attempt, "primary"),
      ...(lab.home.link ? [button(say("lesson.editor.link"), () => void copy())] : []),
      button(say("lesson.editor.save"), file),
      button(say("lesson.editor.close"), close),
    ),
    link,
  );
}
