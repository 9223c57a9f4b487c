/** Which rows: the gallery, drawn points, a table of one's own. */
import { button, checkField, choiceField, make, numberField, panel, type Field } from "../element";
import { LIMITS, USUAL_NOISE, type DataChoice } from "../messages";
import { counted } from "../numbers";
import type { State } from "../state";

const SOURCES: [DataChoice["source"], string][] = [
  ["moons", "moons"],
  ["circles", "circles"],
  ["spirals", "spirals"],
  ["xor", "xor"],
  ["blobs", "blobs"],
  ["iris", "iris"],
  ["wine", "wine"],
  ["breast_cancer", "breast cancer"],
  ["digits", "digits"],
  ["drawn", "draw your own"],
  ["table", "your table"],
];
const TOYS = ["moons", "circles", "spirals", "xor", "blobs"];
const MOST_CHARACTERS = 3_000_000;

export function dataPanel(state: State, tell: (message: string) => void): HTMLElement {
  const edit = (change: Partial<DataChoice>): void =>
    state.change((s) => ({ ...s, data: { ...s.data, ...change } }));
  const source = choiceField("Data set", SOURCES, (value) => {
    if (value === "drawn" || (value === "table" && !state.last("Situation")?.file)) {
      waitingFor = value;
      showTools(value);
      if (value === "drawn" && (state.last("Situation")?.drawn.length ?? 0) > 1) edit({ source: "drawn" });
      return;
    }
    waitingFor = null;
    const noise = Object.entries(USUAL_NOISE).find(([name]) => name === value)?.[1] ?? state.settings.data.noise;
    edit({ source: value, noise, target: null, features: null, shown: null });
  });
  const size = numberField("Points", LIMITS.n_samples, 1, (value) => edit({ n_samples: value }));
  const noise = numberField("Noise", LIMITS.noise, "any", (value) => edit({ noise: value }));
  const classes = numberField("Classes", LIMITS.n_classes, 1, (value) => edit({ n_classes: value }));
  const seed = numberField("Data seed", LIMITS.seed, 1, (value) => edit({ seed: value }));
  const test = numberField("Test share", LIMITS.test_share, "any", (value) => edit({ test_share: value }));
  const table = tableTools(state, tell);
  const columns = columnChoice(state, edit);
  const summary = make("p", { class: "summary" }, " ");

  const showTools = (value: DataChoice["source"]): void => {
    const toy = TOYS.includes(value);
    for (const field of [size, noise]) field.element.hidden = !toy;
    classes.element.hidden = value !== "blobs" && value !== "spirals";
    table.hidden = value !== "table";
    columns.element.hidden = toy || value === "drawn";
    root.classList.toggle("is-drawing", value === "drawn");
    root.dispatchEvent(new CustomEvent("drawing", { bubbles: true, detail: value === "drawn" }));
    source.show(value);
  };

  // "Draw your own" and "your table" are chosen before there is anything to send.
  let waitingFor: DataChoice["source"] | null = null;
  state.on("Situation", ({ settings: { data } }) => {
    size.show(data.n_samples);
    noise.show(data.noise);
    classes.show(data.n_classes);
    seed.show(data.seed);
    test.show(data.test_share);
    if (waitingFor === data.source) waitingFor = null;
    showTools(waitingFor ?? data.source);
  });
  state.on("Points", (points) => {
    const tested = points.n_test > 0 ? `, ${points.n_test} of them kept for testing` : ", none kept for testing";
    summary.textContent = `${counted(points.n, "row")} of ${counted(points.classes.length, "class").replace("classs", "classes")}${tested}.`;
  });

  const root = panel(
    "Data",
    "data",
    make("div", { class: "fields" }, source.element, size.element, noise.element, classes.element, test.element, seed.element),
    table,
    columns.element,
    summary,
  );
  return root;
}

/** The text of a file, or null where it is not UTF-8: replacement marks would make one label of two. */
function decoded(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function tableTools(state: State, tell: (message: string) => void): HTMLElement {
  const file = make("input", { type: "file", accept: ".csv,.tsv,text/csv", "aria-label": "Upload a CSV file" });
  const text = make("textarea", {
    rows: 4,
    "aria-label": "Paste a table",
    placeholder: "size,weight,species\n1.2,3.4,cat\n…",
    spellcheck: "false",
  });
  const upload = (name: string, content: string): void => {
    if (content.length > MOST_CHARACTERS) {
      tell("The lab takes tables of 3 MB at most. For larger ones there is `moonlet study`.");
      return;
    }
    state.ask({ type: "Upload", name: name.slice(0, 200), text: content });
  };
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    // Its size is known before anything of it is read.
    if (chosen.size > MOST_CHARACTERS) tell("The lab takes tables of 3 MB at most. For larger ones there is `moonlet study`.");
    else {
      const text = decoded(await chosen.arrayBuffer());
      if (text === null) tell("This file is not UTF-8 text. Save it as UTF-8, or open it by `moonlet lab FILE --encoding NAME`.");
      else upload(chosen.name, text);
    }
    file.value = "";
  });
  const paste = button("Use this table", () => upload("pasted table", text.value), "small");
  return make("div", { class: "table-tools" }, file, text, paste);
}

function columnChoice(state: State, edit: (change: Partial<DataChoice>) => void): { element: HTMLElement } {
  const target = choiceField<string>("Target", [], (value) => edit({ target: value, features: null, shown: null }));
  const across = choiceField<string>("Across", [], (value) => show(0, Number(value)));
  const up = choiceField<string>("Up", [], (value) => show(1, Number(value)));
  const boxes = make("div", { class: "boxes" });
  let shown: [number, number] = [0, 1];
  const show = (axis: 0 | 1, feature: number): void => {
    const other = shown[1 - axis]!;
    const swapped = other === feature ? shown[axis]! : other;
    edit({ shown: axis === 0 ? [feature, swapped] : [swapped, feature] });
  };
  let known = "";
  state.on("Points", (points) => {
    const names = [...points.columns.map((column) => column.name), points.target];
    target.offer(names.map((name) => [name, name]));
    target.show(points.target);
    const numeric = new Map(points.columns.map((column) => [column.name, column.numeric]));
    const axes: [string, string][] = points.features
      .map((name, i): [string, string] => [String(i), name])
      .filter(([, name]) => numeric.get(name) ?? true);
    across.offer(axes);
    up.offer(axes);
    shown = [points.features.indexOf(points.axes[0]), points.features.indexOf(points.axes[1])];
    across.show(String(shown[0]));
    up.show(String(shown[1]));
    const key = JSON.stringify([points.columns, points.features]);
    if (key === known) return;
    known = key;
    const fields: Field<boolean>[] = points.columns.map((column) =>
      checkField(column.name, () => {
        const chosen = points.columns.filter((_, i) => (fields[i]!.input as HTMLInputElement).checked).map((c) => c.name);
        edit({ features: chosen, shown: null });
      }),
    );
    fields.forEach((field, i) => field.show(points.features.includes(points.columns[i]!.name)));
    boxes.replaceChildren(...fields.map((field) => field.element));
  });
  return {
    element: make(
      "div",
      { class: "columns" },
      make("div", { class: "fields" }, target.element, across.element, up.element),
      make("details", {}, make("summary", {}, "Features"), make("fieldset", {}, make("legend", {}, "Train on these columns"), boxes)),
    ),
  };
}
