/** Which rows: the gallery, drawn points, a table of one's own. */
import { choiceField, lockable, make, numberField, panel, type Field } from "../element";
import { USUAL_NOISE } from "../engine/names.generated";
import type { Lab } from "../lab_state";
import {
  BUNDLED,
  LIMITS,
  SOURCES,
  TOYS,
  type Control,
  type DataRecipe,
  type Source,
} from "../recipe";
import { hasClasses } from "../worker/toy_options";
import { columnChoice } from "./columns";
import { tableTools } from "./table_tools";
import { termsChoice } from "./terms";
import { thumbnails } from "./thumbnails";

const NOISE: Partial<Record<Source, number>> = USUAL_NOISE;
const isToy = (source: Source): boolean => TOYS.some((toy) => toy === source);
const isBundled = (source: Source): boolean => BUNDLED.some((one) => one === source);

/** The data as another source has them, with the noise that it has by itself. */
export function withSource(data: DataRecipe, source: Source): DataRecipe {
  return {
    ...data,
    source,
    noise: NOISE[source] ?? data.noise,
    ...(isBundled(source) || source === "table" ? { target: null, features: null, shown: null } : {}),
  };
}

export function dataPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const edit = (change: Partial<DataRecipe>): void => lab.change((r) => ({ ...r, data: { ...r.data, ...change } }));
  const choose = (source: Source): void => {
    if (source === "table" && !lab.recipe.data.table) {
      // There is nothing to train on before there is a table: the tools to get one are shown.
      asked = source;
      show();
      return;
    }
    asked = null;
    lab.change((r) => ({ ...r, data: withSource(r.data, source) }));
  };
  const source = choiceField({
    label: say("data.source"),
    control: "data.source",
    help: { say, title: say("data.source"), text: say("data.source.help") },
    choices: SOURCES.filter((name) => lab.offers(name)).map((name) => [name, say(`data.source.${name}`)] as const),
    onChange: choose,
  });
  const number = (
    name: "points" | "noise" | "classes" | "seed" | "test_share",
    control: Control,
    step: 1 | "any",
    slider?: readonly [number, number, "linear" | "log"],
  ): Field<number> => {
    const [least, most] = LIMITS[name];
    const text = name === "noise" || name === "seed" ? say(`glossary.${name}.meaning`) : say(`data.${name}.help`);
    return numberField({
      label: say(`data.${name}`),
      control,
      help: { say, title: say(`data.${name}`), text },
      limits: [least, most],
      step,
      ...(slider ? { slider } : {}),
      complaint: say("field.out_of_limits", { least, most }),
      onChange: (value) => edit({ [name]: value }),
    });
  };
  const points = number("points", "data.points", 1, [10, 1000, "linear"]);
  const noise = number("noise", "data.noise", "any", [0, 1, "linear"]);
  const classes = number("classes", "data.classes", 1, [2, 5, "linear"]);
  const test = number("test_share", "data.test", "any", [0, 0.9, "linear"]);
  const seed = number("seed", "data.seed", 1);
  const gallery = thumbnails(lab, choose);
  const terms = termsChoice(lab);
  const table = tableTools(lab, () => (asked = null));
  const columns = columnChoice(lab);
  const summary = make("p", { class: "summary", "aria-live": "polite" }, " ");
  let asked: Source | null = null;

  const show = (): void => {
    const { data } = lab.recipe;
    const shown = asked ?? data.source;
    const toy = isToy(shown);
    for (const field of [points, noise]) field.element.hidden = !toy;
    classes.element.hidden = !hasClasses(shown);
    table.hidden = shown !== "table";
    columns.hidden = (shown !== "table" && !isBundled(shown)) || asked !== null;
    terms.hidden = !toy && shown !== "drawn";
    source.show(shown);
    points.show(data.points);
    noise.show(data.noise);
    classes.show(data.classes);
    test.show(data.test_share);
    seed.show(data.seed);
  };
  lab.on("recipe", show);
  lab.on("rows", (rows) => {
    const what = rows.regression
      ? say("data.rows", { n: rows.n })
      : say("data.rows_of_classes", { n: rows.n, classes: rows.classes.length });
    summary.textContent = `${what} ${rows.nTest ? say("data.kept_for_testing", { n: rows.nTest }) : say("data.none_for_testing")}`;
  });
  lab.on("norows", (problem) => (summary.textContent = say.filled(problem.key, problem.values)));

  return panel(
    say("data.title"),
    "data",
    "data",
    lockable("data.source", "bare", gallery),
    make("div", { class: "fields" }, source.element),
    table,
    make("div", { class: "fields" }, points.element, noise.element, classes.element, test.element, seed.element),
    terms,
    columns,
    summary,
  );
}
