/** What the network is like and how it is trained; all of it may be changed while it trains. */
import { button, choiceField, make, newId, numberField, panel } from "../element";
import { CHOICES, LIMITS, type LayerChoice, type NetworkChoice, type TrainingChoice } from "../messages";
import type { State } from "../state";

const MOST_LAYERS = 6;
const named = <T extends string>(values: readonly T[]): [T, string][] => values.map((v) => [v, v.replaceAll("_", " ")]);

export function networkPanel(state: State): HTMLElement {
  const edit = (change: Partial<NetworkChoice>): void =>
    state.change((s) => ({ ...s, network: { ...s.network, ...change } }));
  const layers = make("ol", { class: "layers" });
  const less = button("Fewer layers", () => edit({ hidden: state.settings.network.hidden.slice(0, -1) }), "small");
  const more = button(
    "More layers",
    () => {
      const hidden = state.settings.network.hidden;
      edit({ hidden: [...hidden, hidden.at(-1) ?? { units: 8, activation: "tanh" }] });
    },
    "small",
  );
  less.replaceChildren("−");
  less.setAttribute("aria-label", "Remove a hidden layer");
  more.replaceChildren("+");
  more.setAttribute("aria-label", "Add a hidden layer");
  const count = make("span", { class: "layer-count", "aria-live": "polite" });
  const output = choiceField("Output", [["auto", "one unit for two classes"], ["softmax", "softmax, a unit a class"]], (value) =>
    edit({ output: value }),
  );
  const init = choiceField("Starting weights", named(CHOICES.init), (value) => edit({ init: value }));
  const seed = numberField("Network seed", LIMITS.seed, 1, (value) => edit({ seed: value }));
  const rows: LayerRow[] = [];

  state.on("Situation", ({ settings: { network } }) => {
    const { hidden } = network;
    while (rows.length > hidden.length) rows.pop()!.element.remove();
    while (rows.length < hidden.length) {
      const row = layerRow(rows.length, (index, change) =>
        edit({
          hidden: state.settings.network.hidden.map((layer, i) => (i === index ? { ...layer, ...change } : layer)),
        }),
      );
      rows.push(row);
      layers.append(row.element);
    }
    hidden.forEach((layer, index) => rows[index]!.show(layer));
    count.textContent = hidden.length === 0 ? "No hidden layer: a straight line" : `${hidden.length} hidden ${hidden.length === 1 ? "layer" : "layers"}`;
    less.disabled = hidden.length === 0;
    more.disabled = hidden.length >= MOST_LAYERS;
    output.show(network.output);
    init.show(network.init);
    seed.show(network.seed);
  });

  return panel(
    "Network",
    "network",
    make("div", { class: "layer-head" }, less, count, more),
    layers,
    make("details", {}, make("summary", {}, "Start and output"), make("div", { class: "fields" }, init.element, seed.element, output.element)),
  );
}

export function trainingPanel(state: State): HTMLElement {
  const edit = (change: Partial<TrainingChoice>): void =>
    state.change((s) => ({ ...s, training: { ...s.training, ...change } }));
  const solver = choiceField(
    "Solver",
    [
      ["gd", "gd: all rows each pass"],
      ["sgd", "sgd: batches, momentum"],
      ["adam", "adam: batches"],
      ["lbfgs", "lbfgs: quasi-Newton"],
    ],
    (value) => edit({ solver: value }),
  );
  const rate = numberField("Learning rate", LIMITS.learning_rate_init, "any", (value) => edit({ learning_rate_init: value }));
  const schedule = choiceField("Schedule", named(CHOICES.schedule), (value) => edit({ schedule: value }));
  const batch = numberField("Batch", LIMITS.batch_size, 1, (value) => edit({ batch_size: value }));
  const alpha = numberField("L2 penalty", LIMITS.alpha, "any", (value) => edit({ alpha: value }));
  const dropout = numberField("Dropout", LIMITS.dropout, "any", (value) => edit({ dropout: value }));
  state.on("Situation", ({ settings: { training } }) => {
    solver.show(training.solver);
    rate.show(training.learning_rate_init);
    schedule.show(training.schedule);
    batch.show(training.batch_size);
    alpha.show(training.alpha);
    dropout.show(training.dropout);
    const isLbfgs = training.solver === "lbfgs";
    rate.input.disabled = schedule.input.disabled = dropout.input.disabled = isLbfgs;
    batch.input.disabled = isLbfgs || training.solver === "gd";
  });
  return panel(
    "Training",
    "training",
    make("div", { class: "fields" }, solver.element, rate.element, schedule.element, batch.element, alpha.element, dropout.element),
  );
}

interface LayerRow {
  element: HTMLElement;
  show(layer: LayerChoice): void;
}

function layerRow(index: number, edit: (index: number, change: Partial<LayerChoice>) => void): LayerRow {
  const title = newId("layer");
  const units = numberField("Units", LIMITS.units, 1, (value) => edit(index, { units: value }));
  const activation = choiceField("Activation", named(CHOICES.activation), (value) => edit(index, { activation: value }));
  // The words beside each field are the same in every layer; their names are not.
  units.input.setAttribute("aria-label", `Units of hidden layer ${index + 1}`);
  activation.input.setAttribute("aria-label", `Activation of hidden layer ${index + 1}`);
  const element = make(
    "li",
    { "aria-labelledby": title },
    make("span", { id: title, class: "layer-title" }, `Layer ${index + 1}`),
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
