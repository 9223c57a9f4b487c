/**
 * Which panels the page has, and where; and what of it a recipe hides or locks.
 *
 * They are made in turns, so that the browser is never busy for long: the picture first, what stands
 * beside it while the engine gets ready, and what stands below when there is a picture.
 */
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
import { tutorCall, tutorPanel } from "./panels/tutor";
import { LANGUAGES, type Recipe } from "./recipe";
import type { Language } from "./words";

/** What is somebody else's page has its own banner and its own main part. */
const GUESTS: readonly Home["kind"][] = ["element", "notebook"];

/** Lay the page out in an element; gives back how to stop, where it shall be laid out anew. */
export function layOut(lab: Lab, el: HTMLElement, notice: HTMLElement, compact: boolean, choose: (language: Language) => void): () => void {
  const { element, beside, below } = page(lab, notice, compact, choose);
  el.replaceChildren(element);
  withhold(lab.recipe, el);
  const parts = [...beside];
  let ended = false;
  let told = false;
  let turn: ReturnType<typeof setTimeout> | undefined;
  const next = (): void => {
    turn = undefined;
    const part = parts.shift();
    if (ended) return;
    if (part) {
      part();
      withhold(lab.recipe, el);
      turn = setTimeout(next);
    } else if (told) {
      lab.on("recipe", (recipe) => withhold(recipe, el));
      // Layers and columns come and go with the recipe and the rows.
      lab.on("rows", () => withhold(lab.recipe, el));
    }
  };
  const onPicture = (): void => {
    if (told) return;
    told = true;
    parts.push(...below);
    turn ??= setTimeout(next);
  };
  turn = setTimeout(next);
  lab.on("frame", onPicture);
  lab.on("norows", onPicture);
  return () => (ended = true);
}

interface Page {
  element: HTMLElement;
  /** Each makes some panels and puts them where they belong. */
  beside: (() => void)[];
  below: (() => void)[];
}

function page(lab: Lab, notice: HTMLElement, compact: boolean, choose: (language: Language) => void): Page {
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
  const middle = make("div", { class: "column middle" }, picture.element, insidePanel(lab));
  const settings = make("div", { class: "column settings" });
  const results = make("div", { class: "column results" });
  const lesson = compact && !lab.recipe.lesson ? [] : [lessonPanel(lab)];
  const board = make("div", { class: "board", ...(isGuest ? {} : { role: "main" }) }, ...lesson, ...(compact ? [] : [settings]), middle, results);
  root.append(bar, bits, notice, board, tutorCall(lab));
  if (compact) {
    const more = make("div", { class: "more-settings" });
    return {
      element: root,
      beside: [
        () => results.append(curvesPanel(lab), tutorPanel(lab), make("details", {}, make("summary", {}, say("lab.settings")), more)),
        () => more.append(networkPanel(lab), dataPanel(lab), trainingPanel(lab)),
      ],
      below: [],
    };
  }
  return {
    element: root,
    beside: [
      () => settings.append(dataPanel(lab), networkPanel(lab)),
      () => settings.append(trainingPanel(lab)),
      () => results.append(tutorPanel(lab), curvesPanel(lab), scoresPanel(lab)),
    ],
    below: [
      () => board.append(sweepPanel(lab)),
      () => {
        const study = home.study ? [studyPanel(lab, home.study)] : [];
        board.append(make("div", { class: "wide pair" }, runsPanel(lab), make("div", { class: "column" }, takePanel(lab, picture.canvas), ...study)));
      },
    ],
  };
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
function withhold({ hidden, locked }: Recipe, el: HTMLElement): void {
  const isIn = (names: readonly string[], control: string): boolean => names.some((name) => name === control || control.startsWith(`${name}.`));
  for (const element of el.querySelectorAll<HTMLElement>("[data-control]")) {
    const control = element.dataset["control"]!;
    element.classList.toggle("is-withheld", isIn(hidden, control));
    if (element instanceof HTMLFieldSetElement) element.disabled = isIn(locked, control);
  }
}
