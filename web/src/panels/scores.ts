/** How many rows are put right, and which are mistaken for which; of numbers, how much is explained. */
import { make, panel } from "../element";
import type { Lab } from "../lab_state";
import { score } from "../numbers";
import { READABLE, seldom } from "../seldom";
import type { Rows } from "../worker/protocol";

export function scoresPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const train = make("dd", {}, "–");
  const test = make("dd", {}, "–");
  const line = make("dd", {}, "–");
  const unit = make("p", { class: "hint" }, " ");
  const caption = make("caption", {}, " ");
  const head = make("thead");
  const body = make("tbody");
  const table = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("scores.confusion") }, make("table", { class: "confusion" }, caption, head, body));
  let cells: HTMLElement[][] = [];
  const written = (rows: Rows, value: number | null): string => score(value, rows.regression, say.language);

  lab.on("rows", (rows) => {
    line.textContent = written(rows, rows.line.testScore ?? rows.line.trainScore);
    unit.textContent = rows.regression ? say("scores.r_squared") : say("scores.put_right");
    table.hidden = rows.regression;
    const classes = rows.classes.map(String);
    head.replaceChildren(make("tr", {}, make("td", {}), ...classes.map((name) => make("th", { scope: "col" }, name))));
    cells = classes.map(() => classes.map(() => make("td", {}, "–")));
    body.replaceChildren(...classes.map((name, row) => make("tr", {}, make("th", { scope: "row" }, name), ...cells[row]!)));
  });
  const show = seldom(READABLE, () => {
    const { frame, rows } = lab.last;
    if (!frame || !rows) {
      for (const one of [train, test, line]) one.textContent = "–";
      return;
    }
    train.textContent = written(rows, frame.scores.trainScore);
    test.textContent = written(rows, frame.scores.testScore);
    caption.textContent = say(rows.nTest ? "scores.of_test" : "scores.of_train");
    frame.confusion?.forEach((counts, row) => {
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
  lab.on("frame", show);
  lab.on("norows", show);
  const figure = (name: string, value: HTMLElement): HTMLElement => make("div", {}, make("dt", {}, name), value);
  return panel(
    say("scores.title"),
    "scores",
    "scores",
    make("dl", { class: "figures" }, figure(say("scores.train"), train), figure(say("scores.test"), test), figure(say("scores.line"), line)),
    unit,
    table,
  );
}
