/** The tutor: what it has found, and a button that makes the change. */
import { cured, upTo } from "../cures";
import { button, make, panel, unseen } from "../element";
import { cureOf, messageOf, titleOf, type Finding } from "../findings";
import type { Lab } from "../lab_state";
import { grouped, short } from "../numbers";
import type { Recipe } from "../recipe";
import type { Say } from "../words";

export function tutorPanel(lab: Lab): HTMLElement {
  const { say } = lab;
  const list = make("ul", { class: "findings", "aria-live": "polite" });
  const quiet = make("p", { class: "quiet" }, say("tutor.quiet"));
  const tutorial = button(say("tutor.tutorial"), () => lab.openTutorial(), "small");
  const heed = (wanted: Recipe): void => {
    const { passes } = wanted.training;
    const { past } = lab.whole;
    // An earlier stop lies behind: the way there is trained once more.
    if (passes < (lab.last.frame?.passes ?? 0)) return lab.replace({ ...wanted, past: upTo(past, passes) });
    lab.change(() => wanted);
    void lab.play();
  };
  const clear = (): void => {
    list.replaceChildren();
    quiet.hidden = false;
  };
  lab.on("findings", ({ findings, bestPass }) => {
    const names = { class: lab.last.rows?.classes.map(String) ?? [], column: lab.last.rows?.inputs ?? [] };
    quiet.hidden = findings.length > 0;
    list.replaceChildren(
      ...findings.map((finding) => {
        const item = make(
          "li",
          {},
          make("strong", {}, titleOf(finding, say)),
          make("p", {}, messageOf(finding, say, names)),
          make("p", { class: "cure" }, cureOf(finding, say, names)),
        );
        const wanted = cured(finding, lab.recipe, bestPass);
        if (wanted) item.append(button(labelOf(finding, say, bestPass), () => heed(wanted), "primary"));
        return item;
      }),
    );
  });
  lab.on("recipe", clear);
  const element = panel(
    say("tutor.title"),
    "tutor",
    "tutor",
    make("div", { class: "tutor-box", tabindex: "0", role: "group", "aria-label": say("tutor.findings") }, quiet, list),
    tutorial,
  );
  const inSight = new IntersectionObserver(([entry]) => element.closest(".moonlet-lab")?.classList.toggle("sees-tutor", entry?.isIntersecting), { threshold: 0.5 });
  inSight.observe(element);
  return element;
}

/** What leads to the tutor while it has found something and is out of sight. */
export function tutorCall(lab: Lab): HTMLElement {
  const { say } = lab;
  const call = button("", () => {
    const tutor = call.closest(".moonlet-lab")?.querySelector<HTMLElement>(".panel.tutor");
    tutor?.scrollIntoView({ block: "start" });
    tutor?.querySelector<HTMLElement>(".tutor-box")?.focus({ preventScroll: true });
  }, "small tutor-call is-quiet");
  call.dataset["control"] = "tutor";
  const show = (n: number): void => {
    call.classList.toggle("is-quiet", n === 0);
    call.replaceChildren(say("tutor.call", { n }), unseen(say("tutor.call_to", { n })));
  };
  show(0);
  lab.on("findings", ({ findings }) => show(findings.length));
  lab.on("recipe", () => show(0));
  return call;
}

function labelOf({ change }: Finding, say: Say, bestPass: number | null): string {
  if ("early_stopping" in change) return say("tutor.stop_at", { pass: grouped(bestPass ?? 0) });
  const words = Object.entries(change).map(([name, value]) =>
    say.filled(`lab.parameter.${name}`, { value: typeof value === "number" ? short(value) : String(value) }),
  );
  return say("tutor.set", { what: words.join(", ") });
}
