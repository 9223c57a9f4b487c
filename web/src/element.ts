/** Elements and form fields, made in one line. */
import type { Control } from "./recipe";
import type { Say } from "./words";

type Attributes = Record<string, string | number | boolean | ((event: Event) => void)>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

let made = 0;

/** A name that no other element of the document has. */
export function newId(stem: string): string {
  made += 1;
  return `moonlet-${stem}-${made}`;
}

export interface Field<T> {
  element: HTMLElement;
  input: HTMLInputElement | HTMLSelectElement;
  /** Show a value, but never under the hands of who is typing. */
  show(value: T): void;
}

/** What a field is called, what its question mark says, and what lessons call it. */
export interface Named {
  label: string;
  control?: Control;
  help?: { say: Say; title: string; text: string };
}

/** Words that are there for screen readers, and out of sight. */
export function unseen(text: string): HTMLElement {
  return make("span", { class: "unseen" }, text);
}

/** A small square of a colour, beside the name of what has it. */
export function swatch(colour: string): HTMLElement {
  const square = make("span", { class: "swatch", "aria-hidden": "true" });
  square.style.background = colour;
  return square;
}

/** What a lesson may lock: a disabled fieldset disables all that is in it, and is no group of its own. */
export function lockable(control: Control | undefined, kind: string, ...children: (Node | string)[]): HTMLElement {
  return make("fieldset", { class: kind, role: "presentation", ...(control ? { "data-control": control } : {}) }, ...children);
}

/** A question mark, and the words that it shows and hides. */
export function helpFor({ say, title, text }: NonNullable<Named["help"]>): { button: HTMLElement; words: HTMLElement } {
  const id = newId("help");
  const words = make("p", { id, class: "help-words", hidden: true }, text);
  const button = make(
    "button",
    {
      type: "button",
      class: "help",
      "aria-expanded": "false",
      "aria-controls": id,
      click: () => {
        words.hidden = !words.hidden;
        button.setAttribute("aria-expanded", String(!words.hidden));
      },
    },
    make("span", { "aria-hidden": "true" }, "?"),
    unseen(say("help.about", { title })),
  );
  return { button, words };
}

function labelled({ label, control, help }: Named, input: HTMLElement, ...beside: Node[]): HTMLElement {
  const id = newId("field");
  input.id = id;
  const explained = help && helpFor(help);
  const head = make("div", { class: "field-head" }, make("label", { for: id }, label));
  if (explained) head.append(explained.button);
  return lockable(control, "field", head, make("div", { class: "field-body" }, input, ...beside), ...(explained ? [explained.words] : []));
}

interface NumberOptions extends Named {
  limits: readonly [number, number];
  step: number | "any";
  /** Said where a number is out of the limits. */
  complaint: string;
  /** Where the slider begins and ends; "log" where its steps are factors. */
  slider?: readonly [from: number, to: number, scale: "linear" | "log"];
  onChange: (value: number) => void;
}

export function numberField(options: NumberOptions): Field<number> {
  const { limits, step, onChange } = options;
  const [min, max] = limits;
  const input = make("input", { type: "number", min, max, step, inputmode: "decimal", autocomplete: "off" });
  let typing = false;
  input.addEventListener("input", () => (typing = true));
  input.addEventListener("blur", () => (typing = false));
  input.addEventListener("change", () => {
    typing = false;
    const value = Number(input.value);
    const fits = input.value !== "" && value >= min && value <= max;
    input.setCustomValidity(fits ? "" : options.complaint);
    if (fits) onChange(step === 1 ? Math.round(value) : value);
    else input.reportValidity();
  });
  const slider = options.slider && makeSlider(options.slider, step, onChange);
  return {
    element: labelled(options, input, ...(slider ? [slider.input] : [])),
    input,
    show(value) {
      slider?.show(value);
      if (typing) return;
      input.value = String(value);
      input.setCustomValidity("");
    },
  };
}

/** For the pointer: keys and screen readers have the number's own field, and need no second one. */
function makeSlider(
  [from, to, scale]: NonNullable<NumberOptions["slider"]>,
  step: number | "any",
  onChange: (value: number) => void,
): { input: HTMLInputElement; show(value: number): void } {
  const forth = (value: number): number => (scale === "log" ? Math.log10(Math.max(value, from)) : value);
  const input = make("input", {
    type: "range",
    min: forth(from),
    max: forth(to),
    step: scale === "log" ? 0.01 : step === "any" ? (to - from) / 100 : step,
    tabindex: "-1",
    "aria-hidden": "true",
  });
  let dragging = false;
  input.addEventListener("input", () => {
    dragging = true;
    const at = Number(input.value);
    const value = scale === "log" ? Number((10 ** at).toPrecision(2)) : Number(at.toPrecision(4));
    onChange(step === 1 ? Math.round(value) : value);
  });
  input.addEventListener("change", () => (dragging = false));
  return {
    input,
    show(value) {
      if (!dragging) input.value = String(forth(value));
    },
  };
}

export interface Choice<T> extends Field<T> {
  offer(options: readonly (readonly [T, string])[]): void;
}

export function choiceField<T extends string>(
  options: Named & { choices: readonly (readonly [T, string])[]; onChange: (value: T) => void },
): Choice<T> {
  const input = make("select");
  input.addEventListener("change", () => options.onChange(input.value as T));
  let offered = "";
  const offer = (wanted: readonly (readonly [T, string])[]): void => {
    const text = JSON.stringify(wanted);
    if (text === offered) return;
    offered = text;
    const value = input.value;
    input.replaceChildren(...wanted.map(([key, name]) => make("option", { value: key }, name)));
    if (value) input.value = value;
  };
  offer(options.choices);
  return {
    element: labelled(options, input),
    input,
    offer,
    show(value) {
      input.value = value;
    },
  };
}

export function checkField(label: string, onChange: (value: boolean) => void, control?: Control): Field<boolean> {
  const input = make("input", { type: "checkbox" });
  input.addEventListener("change", () => onChange(input.checked));
  const element = lockable(control, "check", make("label", {}, input, label));
  return {
    element,
    input,
    show(value) {
      input.checked = value;
    },
  };
}

export function button(label: string, onClick: () => void, kind = ""): HTMLButtonElement {
  return make("button", { type: "button", class: kind, click: onClick }, label);
}

export function panel(title: string, control: Control, kind: string, ...children: (Node | string)[]): HTMLElement {
  const id = newId("title");
  return make(
    "section",
    { class: `panel ${kind}`, "aria-labelledby": id, "data-control": control },
    make("h2", { id }, title),
    ...children,
  );
}
