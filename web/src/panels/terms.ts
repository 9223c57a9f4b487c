/** What the network is given of two features: x₁, x₂, their squares, their product, their sines. */
import { WRITTEN } from "../data/terms";
import { helpFor, make, lockable } from "../element";
import type { Lab } from "../lab_state";
import { TERMS } from "../recipe";

export function termsChoice(lab: Lab): HTMLElement {
  const { say } = lab;
  const toggles = TERMS.map((term) => {
    const toggle = make(
      "button",
      {
        type: "button",
        class: "term",
        "aria-pressed": "false",
        click: () =>
          lab.change((r) => {
            const terms = TERMS.filter((one) => r.data.terms.includes(one) !== (one === term));
            return { ...r, data: { ...r.data, terms } };
          }),
      },
      WRITTEN[term],
    );
    return [term, toggle] as const;
  });
  lab.on("recipe", ({ data }) => {
    for (const [term, toggle] of toggles) toggle.setAttribute("aria-pressed", String(data.terms.includes(term)));
  });
  const help = helpFor({ say, title: say("data.terms"), text: say("data.terms.help") });
  return lockable(
    "data.terms",
    "terms",
    make("div", { class: "field-head" }, make("span", { class: "label" }, say("data.terms")), help.button),
    make("div", { class: "toggle-row", role: "group", "aria-label": say("data.terms") }, ...toggles.map(([, toggle]) => toggle)),
    help.words,
  );
}
