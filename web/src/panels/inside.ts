/** Inside the network: its units and weights, to look at, to read and to change. */
import { Diagram, type DiagramData, type Spot } from "../drawing/diagram";
import { make, panel, unseen } from "../element";
import type { Lab } from "../lab_state";
import { short } from "../numbers";
import { SHOWN_UNITS, type Frame, type Rows } from "../worker/protocol";
import { unitCard } from "./unit_card";

export function insidePanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const canvas = make("canvas", { class: "diagram", role: "img", "aria-label": say("inside.title") });
  const diagram = new Diagram(canvas);
  const units = make("div", { class: "units", role: "group", "aria-label": say("inside.units") });
  const readout = make("p", { class: "readout" }, " ");
  const card = unitCard(lab, () => pin(null));
  let data: DiagramData | null = null;
  let pinned: readonly [number, number] | null = null;

  /** Hidden layer and unit, or the output layer's: what has weights of its own. */
  const look = (at: readonly [number, number] | null): void => {
    const hidden = data && at && at[0] < data.layers.length - 2;
    lab.lookAt(hidden ? at : null);
    diagram.mark({ unit: at });
    card.show(at);
  };
  const pin = (at: readonly [number, number] | null): void => {
    pinned = at;
    for (const button of units.children) {
      const is = pinned !== null && button.getAttribute("data-unit") === pinned.join();
      button.setAttribute("aria-pressed", String(is));
    }
    look(at);
  };

  diagram.onLayout = (spots) => {
    const hadFocus = units.contains(document.activeElement) || units.contains((units.getRootNode() as ShadowRoot).activeElement);
    const made = spots.filter(({ layer }) => layer > 0).map((spot) => unitButton(spot));
    units.replaceChildren(...made);
    made[0]?.setAttribute("tabindex", "0");
    if (hadFocus) made[0]?.focus();
    pin(null);
  };
  const unitButton = ({ layer, unit, x, y, size }: Spot): HTMLElement => {
    const at = [layer - 1, unit] as const;
    const last = layer === (data?.layers.length ?? 0) - 1;
    const name = last ? say("inside.output_unit", { unit: unit + 1 }) : say("inside.unit", { unit: unit + 1, layer });
    const button = make(
      "button",
      {
        type: "button",
        class: "unit",
        tabindex: "-1",
        "aria-pressed": "false",
        "data-unit": at.join(),
        pointerenter: (event) => (event as PointerEvent).pointerType === "mouse" && look(at),
        pointerleave: (event) => (event as PointerEvent).pointerType === "mouse" && look(pinned),
        focus: () => look(at),
        // Who goes on into its card keeps it.
        blur: (event) => (card.element.contains((event as FocusEvent).relatedTarget as Node | null) ? pin(at) : look(pinned)),
        click: () => pin(pinned?.join() === at.join() ? null : at),
        keydown: (event) => move(event as KeyboardEvent, layer, unit),
      },
      unseen(name),
    );
    const edge = Math.max(size, 24);
    Object.assign(button.style, { left: `${x - edge / 2}px`, top: `${y - edge / 2}px`, width: `${edge}px`, height: `${edge}px` });
    return button;
  };
  /** Arrows go from unit to unit: one stop for Tab, not dozens. */
  const move = (event: KeyboardEvent, layer: number, unit: number): void => {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === "Escape") return pin(null);
    const step = steps[event.key];
    if (!step || !data) return;
    event.preventDefault();
    const to = Math.min(Math.max(1, layer + step[0]), data.layers.length - 1);
    const there = Math.min(Math.max(0, step[0] ? unit : unit + step[1]), data.shown[to]! - 1);
    const next = units.querySelector<HTMLElement>(`[data-unit="${to - 1},${there}"]`);
    for (const button of units.children) button.setAttribute("tabindex", "-1");
    next?.setAttribute("tabindex", "0");
    next?.focus();
  };

  const lineAt = (event: PointerEvent): ReturnType<Diagram["lineAt"]> => {
    const line = diagram.lineAt(event.offsetX, event.offsetY);
    diagram.mark({ line: line?.at ?? null });
    const frame = lab.last.frame;
    readout.textContent = line && frame && data ? say("inside.weight", { from: nameOf(line.from), to: nameOf(line.to), value: short(frame.weights[line.at]) }) : " ";
    return line;
  };
  const nameOf = ({ layer, unit }: Spot): string => {
    if (!data) return "";
    if (layer === 0) return data.inputs[unit] ?? "";
    return layer === data.layers.length - 1 ? say("inside.output_unit", { unit: unit + 1 }) : say("inside.unit", { unit: unit + 1, layer });
  };
  canvas.addEventListener("pointermove", lineAt);
  canvas.addEventListener("pointerleave", () => {
    readout.textContent = " ";
    diagram.mark({ line: null });
  });
  canvas.addEventListener("pointerdown", (event) => {
    const line = lineAt(event);
    if (line) {
      pin([line.to.layer - 1, line.to.unit]);
      card.focusWeight(line.from.unit);
    }
  });

  let described = "";
  lab.on("frame", (frame) => {
    const rows = lab.last.rows;
    if (!rows) return;
    data = diagramData(lab, frame, rows);
    diagram.set(data);
    card.update(frame);
    const words = say("inside.description", { layers: frame.layers.join(` ${say("inside.to")} `), n: frame.weights.length });
    if (words !== described) canvas.setAttribute("aria-label", (described = words));
  });
  return panel(
    say("inside.title"),
    "inside",
    "inside",
    make("div", { class: "diagram-box" }, canvas, units),
    readout,
    card.element,
    make("p", { class: "hint" }, say("inside.hint")),
  );
}

function diagramData({ say }: Lab, frame: Frame, rows: Rows): DiagramData {
  const [first, last] = [frame.layers[0]!, frame.layers.at(-1)!];
  const outputs = rows.regression ? [say("inside.value")] : last === 1 ? [String(rows.classes[1] ?? "")] : rows.classes.map(String);
  return {
    layers: frame.layers,
    shown: [Math.min(first, SHOWN_UNITS), ...frame.shownUnits, Math.min(last, SHOWN_UNITS)],
    views: frame.views,
    weights: frame.weights,
    inputs: rows.inputs,
    outputs,
    words: { inputs: say("inside.inputs"), units: (n) => say("inside.n_units", { n }), output: say("inside.output") },
  };
}
