/** What the network is like; all of it may be changed while it trains. */
import { button, choiceField, helpFor, lockable, make, newId, numberField, panel, unseen } from "../element";
import type { Lab } from "../lab_state";
import { ACTIVATIONS, INITS, LIMITS, MOST_LAYERS, type Layer, type NetworkRecipe } from "../recipe";

export function networkPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const edit = (change: Partial<NetworkRecipe>): void => lab.change((r) => ({ ...r, network: { ...r.network, ...change } }));
  const layers = make("ol", { class: "layers" });
  const hidden = (): Layer[] => lab.recipe.network.hidden;
  const less = button("", () => edit({ hidden: hidden().slice(0, -1) }), "small");
  const more = button("", () => edit({ hidden: [...hidden(), hidden().at(-1) ?? { units: 8, activation: "tanh" }] }), "small");
  less.append(make("span", { "aria-hidden": "true" }, "−"), unseen(say("network.fewer")));
  more.append(make("span", { "aria-hidden": "true" }, "+"), unseen(say("network.more")));
  const count = make("span", { class: "layer-count", "aria-live": "polite" });
  const output = choiceField({
    label: say("network.output"),
    control: "network.output",
    help: { say, title: say("network.output"), text: say("network.output.help") },
    choices: [
      ["auto", say("network.output.auto")],
      ["softmax", say("network.output.softmax")],
    ],
    onChange: (value) => edit({ output: value }),
  });
  const init = choiceField({
    label: say("network.init"),
    control: "network.init",
    help: { say, title: say("network.init"), text: say("glossary.init.meaning") },
    choices: INITS.map((name) => [name, say(`network.init.${name}`)] as const),
    onChange: (value) => edit({ init: value }),
  });
  const seed = numberField({
    label: say("network.seed"),
    control: "network.seed",
    help: { say, title: say("network.seed"), text: say("glossary.seed.meaning") },
    limits: LIMITS.seed,
    step: 1,
    complaint: say("field.out_of_limits", { least: LIMITS.seed[0], most: LIMITS.seed[1] }),
    onChange: (value) => edit({ seed: value }),
  });
  const rows: LayerRow[] = [];
  lab.on("recipe", ({ network }) => {
    while (rows.length > network.hidden.length) rows.pop()!.element.remove();
    while (rows.length < network.hidden.length) {
      const row = layerRow(lab, rows.length, (index, change) =>
        edit({ hidden: hidden().map((layer, i) => (i === index ? { ...layer, ...change } : layer)) }),
      );
      rows.push(row);
      layers.append(row.element);
    }
    network.hidden.forEach((layer, index) => rows[index]!.show(layer));
    count.textContent = network.hidden.length === 0 ? say("network.no_layer") : say("network.layers", { n: network.hidden.length });
    less.disabled = network.hidden.length === 0;
    more.disabled = network.hidden.length >= MOST_LAYERS;
    output.show(network.output);
    init.show(network.init);
    seed.show(network.seed);
  });
  lab.on("rows", ({ regression }) => (output.element.hidden = regression));
  const help = helpFor({ say, title: say("network.title"), text: say("network.help") });
  return panel(
    say("network.title"),
    "network",
    "network",
    lockable("network.layers", "layer-head", less, make("span", { class: "layer-middle" }, count, help.button), more),
    help.words,
    layers,
    make(
      "details",
      {},
      make("summary", {}, say("network.start")),
      make("div", { class: "fields" }, init.element, seed.element, output.element),
    ),
  );
}

interface LayerRow {
  element: HTMLElement;
  show(layer: Layer): void;
}

function layerRow({ say }: Lab, index: number, edit: (index: number, change: Partial<Layer>) => void): LayerRow {
  const title = newId("layer");
  const number = index + 1;
  const units = numberField({
    label: say("network.units_of", { number }),
    control: "network.units",
    limits: LIMITS.units,
    step: 1,
    complaint: say("field.out_of_limits", { least: LIMITS.units[0], most: LIMITS.units[1] }),
    onChange: (value) => edit(index, { units: value }),
  });
  const activation = choiceField({
    label: say("network.activation_of", { number }),
    control: "network.activation",
    choices: ACTIVATIONS.map((name) => [name, say(`network.activation.${name}`)] as const),
    onChange: (value) => edit(index, { activation: value }),
  });
  const element = make(
    "li",
    { "aria-labelledby": title },
    make("span", { id: title, class: "layer-title" }, say("network.layer", { number })),
    units.element,
    activation.element,
  );
  return {
    element,
    show(layer) {
      units.show(layer.units);
      activation.show(layer.activation);
    },
  };
}
