/** One unit's bias and weights, to read and to set by hand. */
import { offsets } from "../drawing/diagram";
import { button, lockable, make, newId } from "../element";
import type { Lab } from "../lab_state";
import type { Frame } from "../worker/protocol";

const MOST = 1e6;

export interface UnitCard {
  element: HTMLElement;
  /** Of this hidden (or output) layer and unit; null: of none. */
  show(unit: readonly [number, number] | null): void;
  update(frame: Frame): void;
  focusWeight(from: number): void;
}

export function unitCard(lab: Lab, onClose: () => void): UnitCard {
  const { say } = lab;
  const title = make("h3", {}, " ");
  const list = make("div", { class: "weights" });
  const close = button(say("inside.close"), onClose, "small");
  const nothing = make("p", { class: "quiet" }, say("inside.choose"));
  const inner = lockable("inside.weights", "card-inner", make("div", { class: "row" }, title, close), list);
  const element = make("div", { class: "unit-card" }, nothing, inner);
  inner.hidden = true;
  let shown: readonly [number, number] | null = null;
  let fields: { input: HTMLInputElement; at: number }[] = [];
  let builtFor = "";

  const build = (frame: Frame): void => {
    if (!shown) return;
    const [layer, unit] = shown;
    const [fanIn, fanOut] = [frame.layers[layer], frame.layers[layer + 1]];
    if (fanIn === undefined || fanOut === undefined || unit >= fanOut) return;
    const key = `${frame.layers.join()} ${shown.join()} ${lab.last.rows?.inputs.join() ?? ""}`;
    if (key === builtFor) return;
    builtFor = key;
    const begin = offsets(frame.layers)[layer]!;
    const isOutput = layer === frame.layers.length - 2;
    title.textContent = isOutput ? say("inside.output_unit", { unit: unit + 1 }) : say("inside.unit", { unit: unit + 1, layer: layer + 1 });
    const from = (i: number): string =>
      layer === 0 ? say("inside.weight_of", { from: lab.last.rows?.inputs[i] ?? String(i + 1) }) : say("inside.weight_of_unit", { unit: i + 1 });
    fields = [
      { label: say("inside.bias"), at: begin + fanIn * fanOut + unit },
      ...Array.from({ length: fanIn }, (_, i) => ({ label: from(i), at: begin + i * fanOut + unit })),
    ].map(({ label, at }) => ({ at, ...weightField(label, (value) => lab.setWeight([at, value])) }));
    list.replaceChildren(...fields.map(({ input }) => input.parentElement!));
  };
  const weightField = (label: string, set: (value: number) => void): { input: HTMLInputElement } => {
    const id = newId("weight");
    const input = make("input", { id, type: "number", step: "any", min: -MOST, max: MOST });
    input.addEventListener("change", () => {
      const value = Number(input.value);
      if (input.value !== "" && Math.abs(value) <= MOST) set(value);
    });
    make("div", { class: "weight" }, make("label", { for: id }, label), input);
    return { input };
  };
  const isTyping = (input: HTMLInputElement): boolean => (input.getRootNode() as Document | ShadowRoot).activeElement === input;

  return {
    element,
    show(unit) {
      // A weight that is being typed keeps its card.
      if (unit === null && fields.some(({ input }) => isTyping(input))) return;
      shown = unit;
      nothing.hidden = unit !== null;
      inner.hidden = unit === null;
      const frame = lab.last.frame;
      if (frame) this.update(frame);
    },
    update(frame) {
      if (!shown) return;
      build(frame);
      for (const { input, at } of fields) {
        const value = frame.weights[at];
        if (value !== undefined && !isTyping(input)) input.value = String(Number(value.toPrecision(6)));
      }
    },
    focusWeight(from) {
      fields[from + 1]?.input.focus({ preventScroll: true });
    },
  };
}
