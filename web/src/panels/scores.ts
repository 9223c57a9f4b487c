/** How many rows are put right, and which are mistaken for which. */
import { make, panel } from "../element";
import { percent } from "../numbers";
import { READABLE, seldom } from "../seldom";
import type { State } from "../state";

export function scoresPanel(state: State): HTMLElement {
  const train = make("dd", {}, "–");
  const test = make("dd", {}, "–");
  const line = make("dd", {}, "–");
  const caption = make("caption", {}, " ");
  const head = make("thead");
  const body = make("tbody");
  let classes: readonly string[] = [];
  let cells: HTMLElement[][] = [];

  state.on("Points", (points) => {
    classes = points.classes;
    const [trained, tested] = points.line_accuracy;
    line.textContent = percent(tested ?? trained);
    head.replaceChildren(
      make("tr", {}, make("td", {}), ...classes.map((name) => make("th", { scope: "col" }, name))),
    );
    cells = classes.map(() => classes.map(() => make("td", {}, "–")));
    body.replaceChildren(
      ...classes.map((name, row) => make("tr", {}, make("th", { scope: "row" }, name), ...cells[row]!)),
    );
  });
  const show = seldom(READABLE, () => {
    const frame = state.last("Frame")!;
    train.textContent = percent(frame.scores.train_accuracy);
    test.textContent = percent(frame.scores.test_accuracy);
    caption.textContent = `${frame.confusion_of_test ? "Test" : "Training"} rows: true class down, named class across`;
    frame.confusion.forEach((counts, row) => {
      const all = counts.reduce((sum, count) => sum + count, 0);
      counts.forEach((count, column) => {
        const cell = cells[row]?.[column];
        if (!cell) return;
        cell.textContent = String(count);
        cell.className = row === column ? "right" : count > 0 ? "wrong" : "";
        cell.style.setProperty("--share", String(all > 0 ? count / all : 0));
      });
    });
  });
  state.on("Frame", show);
  return panel(
    "Accuracy",
    "scores",
    make(
      "dl",
      { class: "figures" },
      make("div", {}, make("dt", {}, "Train"), train),
      make("div", {}, make("dt", {}, "Test"), test),
      make("div", {}, make("dt", {}, "Straight line"), line),
    ),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusion matrix" }, make("table", { class: "confusion" }, caption, head, body)),
  );
}
