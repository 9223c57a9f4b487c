/** Which panels the page has, and where; and what of it a recipe hides or locks. */
import { make, newId } from "./element";
import type { Home } from "./home";
import type { Lab } from "./lab_state";
import { curvesPanel } from "./panels/curves";
import { dataPanel } from "./panels/data";
import { insidePanel } from "./panels/inside";
import { lessonPanel } from "./panels/lesson";
import { networkPanel } from "./panels/network";
import { picturePanel } from "./panels/picture";
import { runsPanel } from "./panels/runs";
import { scoresPanel } from "./panels/scores";
import { studyPanel } from "./panels/study";
import { sweepPanel } from "./panels/sweep";
import { takePanel } from "./panels/take";
import { trainingPanel } from "./panels/training";
import { transport } from "./panels/transport";
import { tutorPanel } from "./panels/tutor";
import { LANGUAGES, type Recipe } from "./recipe";
import type { Language } from "./words";

/** What is somebody else's page has its own banner and its own main part. */
const GUESTS: readonly Home["kind"][] = ["element", "notebook"];

export function page(lab: Lab, notice: HTMLElement, compact: boolean, choose: (language: Language) => void): HTMLElement {
  const { say, home } = lab;
  const picture = picturePanel(lab);
  const bits = make("p", { class: "bits", role: "status", hidden: true }, say("lab.plain"));
  const isGuest = GUESTS.includes(home.kind);
  const title = newId("lab");
  const root = make("div", {
    class: `moonlet-lab is-waiting${compact ? " is-compact" : ""}`,
    lang: say.language,
    ...(isGuest ? { role: "region", "aria-labelledby": title } : {}),
  });
  lab.on("ready", ({ fused }) => (bits.hidden = fused));
  const ready = (): void => root.classList.remove("is-waiting");
  lab.on("frame", ready);
  lab.on("norows", ready);
  const name = make(isGuest ? "h2" : "h1", { id: title, class: "name" }, "moonlet ", make("span", {}, say("lab.name")));
  const bar = make(isGuest ? "div" : "header", { class: "bar" }, name, transport(lab), languages(lab, choose));
  const inside = insidePanel(lab);
  const board = compact
    ? [
        make("div", { class: "column middle" }, picture.element, inside),
        make(
          "div",
          { class: "column results" },
          curvesPanel(lab),
          tutorPanel(lab),
          make("details", {}, make("summary", {}, say("lab.settings")), make("div", { class: "more-settings" }, networkPanel(lab), dataPanel(lab), trainingPanel(lab))),
        ),
      ]
    : [
        make("div", { class: "column settings" }, dataPanel(lab), networkPanel(lab), trainingPanel(lab)),
        make("div", { class: "column middle" }, picture.element, inside),
        make("div", { class: "column results" }, tutorPanel(lab), curvesPanel(lab), scoresPanel(lab)),
        sweepPanel(lab),
        make(
          "div",
          { class: "wide pair" },
          runsPanel(lab),
          make("div", { class: "column" }, takePanel(lab, picture.canvas), ...(home.study ? [studyPanel(lab, home.study)] : [])),
        ),
      ];
  root.append(bar, bits, notice, make("div", { class: "board", ...(isGuest ? {} : { role: "main" }) }, ...(compact && !lab.recipe.lesson ? [] : [lessonPanel(lab)]), ...board));
  return root;
}

/** Each language in its own words: who is lost finds the way back. */
function languages({ say }: Lab, choose: (language: Language) => void): HTMLElement {
  const names: Record<Language, string> = { en: "English", zh: "中文" };
  const buttons = LANGUAGES.map((language) =>
    make("button", { type: "button", class: "small", lang: language, "aria-pressed": String(language === say.language), click: () => choose(language) }, names[language]),
  );
  return make("div", { class: "languages", role: "group", "aria-label": say("lab.language"), "data-control": "language" }, ...buttons);
}

/** Hide and lock what the recipe says. */
export function withhold(lab: Lab, el: HTMLElement): void {
  const isIn = (names: readonly string[], control: string): boolean => names.some((name) => name === control || control.startsWith(`${name}.`));
  const apply = ({ hidden, locked }: Recipe): void => {
    for (const element of el.querySelectorAll<HTMLElement>("[data-control]")) {
      const control = element.dataset["control"]!;
      element.classList.toggle("is-withheld", isIn(hidden, control));
      if (element instanceof HTMLFieldSetElement) element.disabled = isIn(locked, control);
    }
  };
  lab.on("recipe", apply);
  // Layers and columns come and go with the recipe and the rows.
  lab.on("rows", () => apply(lab.recipe));
}
