/** Elements and form fields, made in one line. */
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

function labelled(label: string, input: HTMLElement): HTMLElement {
  const id = newId("field");
  input.id = id;
  return make("div", { class: "field" }, make("label", { for: id }, label), input);
}

export function numberField(
  label: string,
  limits: readonly [number, number],
  step: number | "any",
  onChange: (value: number) => void,
): Field<number> {
  const [min, max] = limits;
  const input = make("input", { type: "number", min, max, step, inputmode: "decimal" });
  let typing = false;
  input.addEventListener("input", () => (typing = true));
  input.addEventListener("blur", () => (typing = false));
  input.addEventListener("change", () => {
    typing = false;
    const value = Number(input.value);
    const fits = input.value !== "" && value >= min && value <= max;
    input.setCustomValidity(fits ? "" : `A number from ${min} to ${max}.`);
    if (fits) onChange(step === 1 ? Math.round(value) : value);
    else input.reportValidity();
  });
  return {
    element: labelled(label, input),
    input,
    show(value) {
      if (typing) return;
      input.value = String(value);
      input.setCustomValidity("");
    },
  };
}

export function choiceField<T extends string>(
  label: string,
  options: readonly (readonly [T, string])[],
  onChange: (value: T) => void,
): Field<T> & { offer(options: readonly (readonly [T, string])[]): void } {
  const input = make("select");
  input.addEventListener("change", () => onChange(input.value as T));
  let offered = "";
  const offer = (wanted: readonly (readonly [T, string])[]): void => {
    const text = JSON.stringify(wanted);
    if (text === offered) return;
    offered = text;
    const value = input.value;
    input.replaceChildren(...wanted.map(([key, name]) => make("option", { value: key }, name)));
    if (value) input.value = value;
  };
  offer(options);
  return {
    element: labelled(label, input),
    input,
    offer,
    show(value) {
      input.value = value;
    },
  };
}

export function checkField(label: string, onChange: (value: boolean) => void): Field<boolean> {
  const input = make("input", { type: "checkbox" });
  input.addEventListener("change", () => onChange(input.checked));
  const element = make("label", { class: "check" }, input, label);
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

export function panel(title: string, kind: string, ...children: (Node | string)[]): HTMLElement {
  const id = newId("title");
  return make(
    "section",
    { class: `panel ${kind}`, "aria-labelledby": id },
    make("h2", { id }, title),
    ...children,
  );
}
