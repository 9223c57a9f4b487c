/** The tutor: what it has found, and a button that makes the change. */
import { button, make, panel } from "../element";
import type { State } from "../state";

export function tutorPanel(state: State): HTMLElement {
  const list = make("ul", { class: "findings", "aria-live": "polite" });
  const quiet = make("p", { class: "quiet" }, "Nothing to complain about so far.");
  const tutorial = button("Open the tutorial's run", () => state.ask({ type: "Preset", name: "tutorial" }), "small");
  state.on("Findings", ({ findings }) => {
    quiet.hidden = findings.length > 0;
    list.replaceChildren(
      ...findings.map((finding, index) => {
        const item = make(
          "li",
          {},
          make("strong", {}, finding.kind.replaceAll("_", " ")),
          make("p", {}, finding.message),
          make("p", { class: "cure" }, finding.cure),
        );
        if (finding.button) {
          item.append(button(finding.button, () => state.ask({ type: "Cure", finding: index }), "primary"));
        }
        return item;
      }),
    );
  });
  return panel("Tutor", "tutor", make("div", { class: "tutor-box", tabindex: "0", role: "group", "aria-label": "Findings" }, quiet, list), tutorial);
}
