/** Of a table: what is predicted, from what, and which two features the picture shows. */
import { checkField, choiceField, lockable, make, type Field } from "../element";
import type { Lab } from "../lab_state";
import type { DataRecipe } from "../recipe";

export function columnChoice(lab: Lab): HTMLElement {
  const { say } = lab;
  const edit = (change: Partial<DataRecipe>): void => lab.change((r) => ({ ...r, data: { ...r.data, ...change } }));
  const target = choiceField<string>({
    label: say("columns.target"),
    control: "data.columns",
    choices: [],
    onChange: (value) => edit({ target: value, features: null, shown: null }),
  });
  const axis = (label: string, at: 0 | 1) =>
    choiceField<string>({ label, control: "data.columns", choices: [], onChange: (value) => show(at, Number(value)) });
  const across = axis(say("columns.across"), 0);
  const up = axis(say("columns.up"), 1);
  const boxes = make("div", { class: "boxes" });
  let shown: [number, number] = [0, 1];
  const show = (at: 0 | 1, feature: number): void => {
    const other = shown[at === 0 ? 1 : 0];
    const swapped = other === feature ? shown[at] : other;
    edit({ shown: at === 0 ? [feature, swapped] : [swapped, feature] });
  };
  let known = "";
  lab.on("rows", (rows) => {
    target.offer(rows.targets.map((name) => [name, name]));
    target.show(rows.target);
    const numeric = new Map(rows.columns.map((column) => [column.name, column.numeric]));
    const axes = rows.features.map((name, i) => [String(i), name] as const).filter(([, name]) => numeric.get(name) ?? true);
    across.offer(axes);
    up.offer(axes);
    shown = rows.shown;
    across.show(String(shown[0]));
    up.show(String(shown[1]));
    const key = JSON.stringify([rows.columns, rows.features]);
    if (key === known) return;
    known = key;
    const chosen = lab.recipe.data.features;
    const fields: Field<boolean>[] = rows.columns.map(({ name }) =>
      checkField(name, () => {
        const kept = rows.columns.filter((_, i) => (fields[i]!.input as HTMLInputElement).checked);
        edit({ features: kept.map((column) => column.name), shown: null });
      }),
    );
    fields.forEach((field, i) => field.show(chosen?.includes(rows.columns[i]!.name) ?? true));
    boxes.replaceChildren(...fields.map((field) => field.element));
  });
  return lockable(
    "data.columns",
    "columns",
    make("div", { class: "fields" }, target.element, across.element, up.element),
    make(
      "details",
      {},
      make("summary", {}, say("columns.features")),
      make("fieldset", {}, make("legend", {}, say("columns.train_on")), boxes),
    ),
  );
}
