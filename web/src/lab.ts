/** The lab in an element: the page's panels over one state, and the Worker that trains. */
import { bundledTable, engineBytes, startWorker } from "carried";
import { make } from "./element";
import { usableBuild } from "./engine/probe";
import type { Home } from "./home";
import { Lab, type Events } from "./lab_state";
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
import { DEFAULTS, LANGUAGES, parse, type Recipe } from "./recipe";
import { dress } from "./style";
import type { Report, Request } from "./worker/protocol";
import { keepLanguage, languageOf, speaker, type Language } from "./words";

export interface LabOptions {
  home: Home;
  /** A recipe in JSON, or none for the usual one. */
  recipe?: unknown;
  /** The picture, its network and the few controls that a cell or a frame has room for. */
  compact?: boolean;
  language?: string | null;
  /** Forced: the build that runs everywhere. */
  build?: "plain";
  onEvent?<K extends keyof Events>(kind: K, event: Events[K]): void;
}

export interface LabHandle {
  /** All that leads to the network as it stands. Setting it trains along it. */
  recipe: Recipe;
  readonly passes: number;
  play(): Promise<void>;
  pause(): Promise<void>;
  step(): Promise<void>;
  reset(): Promise<void>;
  /** W, then b, layer by layer, row by row. */
  weights(): Float64Array;
  /** A script that gives the same weights; its estimator is named `network`. */
  python(): string;
  tell(message: string): void;
  language: Language;
  compact: boolean;
  close(): void;
}

const TOLD = 8000; // milliseconds that a notice stands

/** Show the lab in an element; it begins to work by itself. */
export function openLab(el: HTMLElement, options: LabOptions): LabHandle {
  const { home } = options;
  let recipe = DEFAULTS;
  let problem = "";
  try {
    recipe = parse(options.recipe ?? {});
  } catch (error) {
    problem = (error as Error).message;
  }
  let say = speaker(languageOf(options.language ?? recipe.view.language));
  let compact = options.compact ?? false;
  let worker: Worker | null = null;
  let closed = false;
  const pending: [Request, Transferable[]][] = [];
  const notice = make("p", { class: "notice", role: "status" });
  let noticed: ReturnType<typeof setTimeout> | undefined;
  const tell = (message: string): void => {
    clearTimeout(noticed);
    notice.textContent = message.charAt(0).toUpperCase() + message.slice(1);
    if (message) noticed = setTimeout(() => (notice.textContent = ""), TOLD);
  };
  const lab = new Lab(
    recipe,
    home,
    say,
    { post: (request, transfer = []) => (worker ? worker.postMessage(request, transfer) : void pending.push([request, transfer])) },
    bundledTable,
    tell,
    (kind, event) => {
      options.onEvent?.(kind, event);
      if (kind === "failed") begin();
    },
  );

  // Failed engines are replaced, but not for ever: what fails at once will fail again.
  let begun = 0;
  const begin = (): void => {
    worker?.terminate();
    worker = null;
    if (closed) return;
    if (++begun > 3) {
      tell(say("lab.failed", { problem: lab.last.failed ?? "" }));
      return;
    }
    const build = usableBuild(options.build);
    void Promise.all([startWorker(), engineBytes(build)]).then(
      ([started, bytes]) => {
        if (closed) return started.terminate();
        worker = started;
        started.onmessage = ({ data }: MessageEvent<Report>) => lab.receive(data);
        started.onerror = (event) => lab.receive({ type: "Failed", message: event.message });
        pending.length = 0;
        lab.open(bytes, build);
        if (begun > 1) tell(say("lab.begun_anew", { problem: lab.last.failed ?? "" }));
      },
      (error: Error) => tell(say("lab.failed", { problem: error.message })),
    );
  };

  const show = (): void => {
    lab.showAnew(say);
    // There the document is the lab's own.
    if (home.kind !== "notebook" && home.kind !== "element") document.documentElement.lang = say.language;
    el.replaceChildren(page(lab, notice, compact, (language) => (handle.language = language)));
    withhold(lab, el);
  };
  const onVisible = (): void => {
    const frame = lab.last.frame;
    if (!document.hidden && frame) worker?.postMessage({ type: "Seen", frame: frame.number } satisfies Request);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.composedPath()[0] instanceof HTMLInputElement || event.composedPath()[0] instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    if (event.shiftKey) lab.redo();
    else lab.undo();
  };
  document.addEventListener("visibilitychange", onVisible);
  el.addEventListener("keydown", onKey);

  const handle: LabHandle = {
    get recipe() {
      return lab.whole;
    },
    set recipe(wanted: Recipe) {
      lab.replace(parse(wanted));
    },
    get passes() {
      return lab.last.frame?.passes ?? 0;
    },
    play: () => lab.play(),
    pause: () => lab.pause(),
    step: () => lab.step(),
    reset: () => lab.reset(),
    weights: () => lab.last.frame?.weights.slice() ?? new Float64Array(),
    python: () => lab.python(),
    tell,
    get language() {
      return say.language;
    },
    set language(language: Language) {
      if (language === say.language) return;
      keepLanguage(language);
      say = speaker(language);
      show();
    },
    get compact() {
      return compact;
    },
    set compact(is: boolean) {
      if (is === compact) return;
      compact = is;
      show();
    },
    close() {
      closed = true;
      worker?.terminate();
      document.removeEventListener("visibilitychange", onVisible);
      el.removeEventListener("keydown", onKey);
      el.replaceChildren();
    },
  };
  dress(el);
  show();
  begin();
  if (problem) tell(problem);
  return handle;
}

function page(lab: Lab, notice: HTMLElement, compact: boolean, choose: (language: Language) => void): HTMLElement {
  const { say, home } = lab;
  const picture = picturePanel(lab);
  const bits = make("p", { class: "bits", role: "status", hidden: true }, say("lab.plain"));
  const root = make("div", { class: `moonlet-lab is-waiting${compact ? " is-compact" : ""}`, lang: say.language });
  lab.on("ready", ({ fused }) => (bits.hidden = fused));
  const ready = (): void => root.classList.remove("is-waiting");
  lab.on("frame", ready);
  lab.on("norows", ready);
  const bar = make("header", { class: "bar" }, make("h1", {}, "moonlet ", make("span", {}, say("lab.name"))), transport(lab), languages(lab, choose));
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
  root.append(bar, bits, notice, make("div", { class: "board", role: "main" }, ...(compact && !lab.recipe.lesson ? [] : [lessonPanel(lab)]), ...board));
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
function withhold(lab: Lab, el: HTMLElement): void {
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
