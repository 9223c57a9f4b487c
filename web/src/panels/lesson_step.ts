/** The fields of one step of a lesson that is being made. */
import { button, checkField, choiceField, make, newId, numberField } from "../element";
import { FINDINGS } from "../engine/names.generated";
import type { Lab } from "../lab_state";
import type { Recipe } from "../recipe";
import { AIMS, type Aim, type Change, type LessonStep, type LessonText } from "../recipe/lesson";
import { difference } from "../recipe/link";

/** What a text may tell of the lab, and how it is written there. */
const NUMBERS = { train_loss: ".4f", test_loss: ".4f", train_accuracy: "percent", test_accuracy: "percent", passes: "," } as const;
type NumberName = keyof typeof NUMBERS;

export function stepFields(
  lab: Lab,
  step: LessonStep,
  number: number,
  /** The lab as it is when the step is entered. */
  beginning: () => Recipe,
  written: (text: string) => LessonText,
  drop: () => void,
): HTMLElement {
  const { say } = lab;
  const text = make("textarea", { rows: 4, maxlength: 4000, placeholder: say("lesson.editor.text.help") });
  text.value = step.text[say.language] ?? "";
  const readText = (): void => void (step.text = written(text.value));
  const set = button(say(step.set ? "lesson.editor.set_done" : "lesson.editor.set"), () => {
    step.set = asItStands(lab, beginning());
    set.textContent = say("lesson.editor.set_done");
  });
  return make(
    "fieldset",
    {},
    make("legend", {}, say("lesson.editor.step", { number })),
    textField(say("lesson.editor.text", { number }), text, readText),
    ...numberFields(lab, step, number, text, readText),
    make("div", { class: "row" }, set, button(say("lesson.editor.drop", { number }), drop, "small")),
    doFields(lab, step, number, beginning),
    aimFields(lab, step, number),
  );
}

export function textField(label: string, input: HTMLInputElement | HTMLTextAreaElement, onInput: (text: string) => void): HTMLElement {
  input.id = newId("lesson");
  input.addEventListener("input", () => onInput(input.value));
  return make("div", { class: "lesson-field" }, make("label", { for: input.id }, label), input);
}

/** All of it, with what is as usual: the reader may have changed anything before the step is entered. */
function asItStands(lab: Lab, before: Recipe): Change {
  const { data, network, training, past, view } = lab.whole;
  const { language: _, playing: __, ...shown } = view;
  const { table, ...rows } = data;
  return { data: table === before.data.table ? rows : data, network, training, past, view: shown };
}

/** "Do it for me": whether there is such a button, and what it changes. */
function doFields(lab: Lab, step: LessonStep, number: number, beginning: () => Recipe): HTMLElement {
  const { say } = lab;
  const take = button(say("lesson.editor.do.now"), () => {
    const parts = ({ data, network, training }: Recipe): Pick<Recipe, "data" | "network" | "training"> => ({ data, network, training });
    step.do = (difference(parts(lab.recipe), parts(beginning())) as Change | undefined) ?? {};
    show();
    if (Object.keys(step.do).length === 0) lab.tell(say("lesson.editor.do.nothing"));
  });
  const offered = checkField(say("lesson.editor.do", { number }), (is) => {
    step.do = is ? {} : null;
    show();
  });
  const show = (): void => {
    offered.show(step.do !== null);
    take.hidden = step.do === null;
    take.textContent = say(step.do && Object.keys(step.do).length > 0 ? "lesson.editor.do.done" : "lesson.editor.do.now");
  };
  show();
  return make("div", { class: "row" }, offered.element, take);
}

/** Numbers of the lab in the text, each by its name in braces; and what they are. */
function numberFields(lab: Lab, step: LessonStep, number: number, text: HTMLTextAreaElement, readText: () => void): HTMLElement[] {
  const { say } = lab;
  let chosen: NumberName = "train_loss";
  const values = make("div", { class: "columns" });
  const show = (): void => {
    const fields = (Object.keys(step.numbers) as NumberName[]).map((name) => {
      const field = numberField({
        label: say("lesson.editor.number.value", { number, what: say(`lesson.number.${name}`) }),
        limits: [-1e12, 1e12],
        step: "any",
        complaint: say("field.out_of_limits", { least: -1e12, most: 1e12 }),
        onChange: (value) => (step.numbers[name] = value),
      });
      field.show(step.numbers[name]!);
      return field.element;
    });
    values.replaceChildren(...fields);
  };
  const which = choiceField<NumberName>({
    label: say("lesson.editor.number", { number }),
    choices: (Object.keys(NUMBERS) as NumberName[]).map((name) => [name, say(`lesson.number.${name}`)]),
    onChange: (name) => (chosen = name),
  });
  const put = button(
    say("lesson.editor.number.put"),
    () => {
      const value = numberOf(lab, chosen);
      if (value === null) return lab.tell(say("lesson.editor.number.none"));
      step.numbers[chosen] = value;
      text.setRangeText(`{${chosen}:${NUMBERS[chosen]}}`, text.selectionStart, text.selectionEnd, "end");
      readText();
      text.focus();
      show();
    },
    "small",
  );
  show();
  return [make("div", { class: "row" }, which.element, put), values];
}

function numberOf({ last: { frame } }: Lab, name: NumberName): number | null {
  if (!frame) return null;
  const { trainLoss, testLoss, trainScore, testScore } = frame.scores;
  return { train_loss: trainLoss, test_loss: testLoss, train_accuracy: trainScore, test_accuracy: testScore, passes: frame.passes }[name];
}

/** By what the step is done. */
function aimFields(lab: Lab, step: LessonStep, number: number): HTMLElement {
  const { say } = lab;
  const amount = numberField({
    label: say("lesson.editor.is", { number }),
    limits: [-1e12, 1e12],
    step: "any",
    complaint: say("field.out_of_limits", { least: -1e12, most: 1e12 }),
    onChange: (is) => step.until && (step.until = { ...step.until, is }),
  });
  const kinds = choiceField({
    label: say("lesson.editor.which", { number }),
    choices: [["none", say("tutor.quiet")], ...FINDINGS.map((kind): [string, string] => [kind, say(`finding.${kind}.title`)])],
    onChange: (is) => step.until && (step.until = { ...step.until, is }),
  });
  const show = (): void => {
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
      show();
    },
  });
  aim.show(step.until?.what ?? "none");
  show();
  return make("div", { class: "columns" }, aim.element, amount.element, kinds.element);
}
