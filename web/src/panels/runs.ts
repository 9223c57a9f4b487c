/** Runs that were kept, side by side. */
import { floats } from "../buffers";
import { aligned } from "../curve";
import { Chart } from "../drawing/curves";
import { classColour, css, prefersDark } from "../drawing/colours";
import { button, make, panel } from "../element";
import { grouped, loss, percent } from "../numbers";
import type { State } from "../state";

const DASHES: number[][] = [[], [6, 4], [2, 3], [10, 4, 2, 4], [12, 5], [4, 2], [1, 4], [8, 2, 2, 2]];

export function runsPanel(state: State): HTMLElement {
  const keep = button("Keep this run", () => state.send({ type: "KeepRun" }), "primary");
  const body = make("tbody");
  const head = make(
    "thead",
    {},
    make("tr", {}, ...["Run", "Passes", "Train loss", "Test loss", "Test accuracy", ""].map((name) => (name ? make("th", { scope: "col" }, name) : make("td", {})))),
  );
  const table = make("table", { class: "runs-table" }, make("caption", {}, "Kept runs"), head, body);
  const chart = new Chart([], "pass", 200);
  const box = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Kept runs", hidden: true }, table, chart.element);
  const quiet = make("p", { class: "quiet" }, "Keep a run, change something, and compare: the losses are drawn on one chart.");
  state.on("Runs", ({ runs }, buffers) => {
    quiet.hidden = runs.length > 0;
    box.hidden = runs.length === 0;
    body.replaceChildren(
      ...runs.map((run) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, `${run.run}: ${run.label}`),
          make("td", {}, grouped(run.n_iter)),
          make("td", {}, loss(run.scores.train_loss)),
          make("td", {}, loss(run.scores.test_loss)),
          make("td", {}, percent(run.scores.test_accuracy ?? run.scores.train_accuracy)),
          make(
            "td",
            { class: "row" },
            named(button("Open", () => state.ask({ type: "OpenRun", run: run.run }), "small"), `Open run ${run.run}`),
            named(button("Drop", () => state.send({ type: "ForgetRun", run: run.run }), "small"), `Drop run ${run.run}`),
          ),
        ),
      ),
    );
    const columns = aligned(
      runs.map((run, i) => {
        const values = floats(buffers, i);
        return [values.subarray(0, run.n_curve), values.subarray(run.n_curve)] as const;
      }),
    );
    chart.set(
      columns,
      runs.map((run, i) => ({
        label: `run ${run.run}`,
        colour: css(classColour(i, prefersDark())),
        ...(DASHES[i]?.length ? { dash: DASHES[i] } : {}),
      })),
    );
  });
  return panel("Runs compared", "runs", keep, quiet, box);
}

function named(made: HTMLButtonElement, name: string): HTMLButtonElement {
  made.setAttribute("aria-label", name);
  return made;
}
