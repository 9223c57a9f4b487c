/** "Make a lesson of this": texts, what each step opens with and waits for, what is hidden and locked. */
import { button, checkField, choiceField, make, newId, numberField } from "../element";
import { KINDS } from "../findings";
import type { Lab } from "../lab_state";
import { enter } from "../lesson_state";
import { CONTROLS, RecipeError, type Control, type Recipe } from "../recipe";
import { AIMS, type Aim, type Change, type Lesson, type LessonStep, type LessonText } from "../recipe/lesson";
import { brief, encode } from "../recipe/link";
import { save } from "./take";

const PANELS = CONTROLS.filter((name) => !name.includes(".") && name !== "lesson");
const STEP: LessonStep = { text: { en: null, zh: null }, set: null, do: null, until: null, numbers: {} };

export function lessonEditor(lab: Lab, close: () => void): HTMLElement {
  const { say } = lab;
  const start = lab.whole;
  const lesson: Lesson = { title: { en: null, zh: null }, steps: [structuredClone(STEP)] };
  const withheld = { hidden: [] as Control[], locked: [] as Control[] };
  const written = (text: string): LessonText => ({ en: null, zh: null, [say.language]: text || null });
  const made = (): Recipe => ({ ...start, ...withheld, lesson });

  const title = textField(say("lesson.editor.title"), make("input", { type: "text", maxlength: 200 }), (text) => (lesson.title = written(text)));
  const steps = make("div", { class: "lesson-steps" });
  const show = (): void => {
    steps.replaceChildren(
      ...lesson.steps.map((step, i) =>
        stepFields(lab, step, i + 1, written, () => {
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
  const boxes = (kind: "hidden" | "locked"): HTMLElement => {
    const fields = PANELS.map((name) => {
      const field = checkField(name, (is) => (withheld[kind] = is ? [...withheld[kind], name] : withheld[kind].filter((one) => one !== name)));
      return field.element;
    });
    return make("details", {}, make("summary", {}, say(`lesson.editor.${kind}`)), make("div", { class: "boxes" }, ...fields));
  };
  return make(
    "div",
    { class: "lesson-editor", role: "group", "aria-label": say("lesson.editor") },
    title,
    steps,
    add,
    boxes("hidden"),
    boxes("locked"),
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

function stepFields(lab: Lab, step: LessonStep, number: number, written: (text: string) => LessonText, drop: () => void): HTMLElement {
  const { say } = lab;
  const text = make("textarea", { rows: 4, maxlength: 4000, placeholder: say("lesson.editor.text.help") });
  text.value = step.text[say.language] ?? "";
  const set = button(say(step.set ? "lesson.editor.set_done" : "lesson.editor.set"), () => {
    const { lesson: _, hidden: __, locked: ___, ...bare } = brief(lab.whole);
    step.set = { past: [], ...bare } as Change;
    set.textContent = say("lesson.editor.set_done");
  });
  const amount = numberField({
    label: say("lesson.editor.is", { number }),
    limits: [-1e12, 1e12],
    step: "any",
    complaint: say("field.out_of_limits", { least: -1e12, most: 1e12 }),
    onChange: (is) => step.until && (step.until = { ...step.until, is }),
  });
  const kinds = choiceField({
    label: say("lesson.editor.which", { number }),
    choices: [["none", say("tutor.quiet")], ...KINDS.map((kind): [string, string] => [kind, say(`finding.${kind}.title`)])],
    onChange: (is) => step.until && (step.until = { ...step.until, is }),
  });
  const showAmount = (): void => {
    const what = step.until?.what;
    kinds.element.hidden = what !== "finding";
    amount.element.hidden = what === undefined || what === "finding" || what === "sweep";
    if (typeof step.until?.is === "number") amount.show(step.until.is);
    else if (step.until) kinds.show(step.until.is);
  };
  const aim = choiceField<Aim["what"] | "none">({
    label: say("lesson.editor.aim", { number }),
    choices: (["none", ...AIMS] as const).map((what): [Aim["what"] | "none", string] => [what, say(`lesson.aim.${what}`)]),
    onChange: (what) => {
      step.until = what === "none" ? null : { what, is: what === "finding" ? "none" : what === "passes" ? 1000 : 1 };
      showAmount();
    },
  });
  aim.show(step.until?.what ?? "none");
  showAmount();
  return make(
    "fieldset",
    {},
    make("legend", {}, say("lesson.editor.step", { number })),
    textField(say("lesson.editor.text", { number }), text, (now) => (step.text = written(now))),
    make("div", { class: "row" }, set, button(say("lesson.editor.drop", { number }), drop, "small")),
    make("div", { class: "columns" }, aim.element, amount.element, kinds.element),
  );
}

function textField(label: string, input: HTMLInputElement | HTMLTextAreaElement, onInput: (text: string) => void): HTMLElement {
  input.id = newId("lesson");
  input.addEventListener("input", () => onInput(input.value));
  return make("div", { class: "lesson-field" }, make("label", { for: input.id }, label), input);
}
