/** Runs that were kept, side by side. */
import { aligned } from "../curve";
import { classColour, css, prefersDark } from "../drawing/colours";
import { Chart } from "../drawing/curves";
import { button, make, panel, unseen } from "../element";
import { WITH_RATE } from "../engine/names.generated";
import type { KeptRun, Lab } from "../lab_state";
import { grouped, loss, scoreByName, short } from "../numbers";

const DASHES: number[][] = [[], [6, 4], [2, 3], [10, 4, 2, 4], [12, 5], [4, 2], [1, 4], [8, 2, 2, 2]];

export function runsPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const keep = button(say("runs.keep"), () => lab.keepRun(), "primary");
  const body = make("tbody");
  const heads = ["run", "passes", "train_loss", "test_loss", "score"] as const;
  const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, say(`runs.${name}`))), make("td", {}));
  const table = make("table", { class: "runs-table" }, make("caption", {}, say("runs.table")), make("thead", {}, head), body);
  const chart = new Chart([], say("curves.pass"), 200);
  const box = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": say("runs.table"), hidden: true }, table, chart.element);
  const quiet = make("p", { class: "quiet" }, say("runs.quiet"));
  const small = (label: string, name: string, act: () => void): HTMLElement => {
    const made = button("", act, "small");
    made.append(make("span", { "aria-hidden": "true" }, label), unseen(name));
    return made;
  };
  const row = (run: KeptRun): HTMLElement => {
    const { scores } = run.frame;
    const score = scoreByName(scores.testScore ?? scores.trainScore, run.rows.regression, say.language);
    const cells = [grouped(run.frame.passes), loss(scores.trainLoss), loss(scores.testLoss), score];
    const number = run.number;
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, `${number}: ${labelOf(run, lab)}`),
      ...cells.map((text) => make("td", {}, text)),
      make(
        "td",
        { class: "row" },
        small(say("runs.open"), say("runs.open_run", { number }), () => lab.openRun(number)),
        small(say("runs.drop"), say("runs.drop_run", { number }), () => lab.dropRun(number)),
      ),
    );
  };
  lab.on("runs", (runs) => {
    quiet.hidden = runs.length > 0;
    box.hidden = runs.length === 0;
    body.replaceChildren(...runs.map(row));
    chart.set(
      aligned(runs.map(({ frame: { curve } }) => [curve.measuredAt, Number.isNaN(curve.test[0] ?? NaN) ? curve.train : curve.test] as const)),
      runs.map((run, i) => ({
        label: say("runs.curve", { number: run.number }),
        colour: css(classColour(i, prefersDark())),
        ...(DASHES[i]?.length ? { dash: DASHES[i] } : {}),
      })),
    );
  });
  return panel(say("runs.title"), "runs", "runs", keep, quiet, box);
}

function labelOf({ recipe: { data, network, training }, rows }: KeptRun, { say }: Lab): string {
  const layers = network.hidden.map((layer) => layer.units).join("-") || say("runs.straight_line");
  const names = [...new Set(network.hidden.map((layer) => layer.activation))].sort().join("/");
  const rate = WITH_RATE.includes(training.solver) ? ` ${short(training.learning_rate)}` : "";
  const l1 = training.l1_ratio > 0 ? [`${say("training.l1_ratio")} ${short(training.l1_ratio)}`] : [];
  const name = data.source === "table" ? rows.name : say(`data.source.${data.source}`);
  return [name, `${layers} ${names}`.trim(), `${training.solver}${rate}`, `L2 ${short(training.alpha)}`, ...l1].join(", ");
}
