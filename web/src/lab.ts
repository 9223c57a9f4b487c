/** The lab in an element: the page's panels over one state, and the Worker that trains. */
import { sets, startWorker } from "carried";
import { make } from "./element";
import { usableBuild } from "./engine/probe";
import type { Home } from "./home";
import { Lab, type Events } from "./lab_state";
import { layOut } from "./layout";
import { DEFAULTS, parse, type Recipe } from "./recipe";
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
  /** Told what language is spoken, at once and when another one is chosen. */
  onLanguage?(language: Language): unknown;
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
  /** What was asked for before there was a Worker. */
  const pending: Request[] = [];
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
    { post: (request, transfer = []) => (worker ? worker.postMessage(request, transfer) : void pending.push(request)) },
    sets,
    tell,
    (kind, event) => {
      options.onEvent?.(kind, event);
      if (kind === "failed") begin();
      // What is told before there is a picture gives way to the beginning.
      if (kind === "frame" && problem) tell(problem);
      if (kind === "frame") problem = "";
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
    startWorker((started, engine) => {
      if (closed) return started.terminate();
      worker = started;
      started.onmessage = ({ data }: MessageEvent<Report>) => lab.receive(data);
      started.onerror = (event) => lab.receive({ type: "Failed", message: event.message });
      const asked = pending.splice(0);
      lab.open(engine, build);
      for (const request of asked) if ("edit" in request && request.type !== "Take") void lab.ask(request);
      if (begun > 1) tell(say("lab.begun_anew", { problem: lab.last.failed ?? "" }));
    }).catch((error: Error) => tell(say("lab.failed", { problem: error.message })));
  };

  let stopLayout = (): void => {};
  const show = (): void => {
    stopLayout();
    lab.showAnew(say);
    stopLayout = layOut(lab, el, notice, compact, (language) => (handle.language = language));
    options.onLanguage?.(say.language);
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
      clearTimeout(turn);
      stopLayout();
      worker?.terminate();
      document.removeEventListener("visibilitychange", onVisible);
      el.removeEventListener("keydown", onKey);
      el.replaceChildren();
    },
  };
  dress(el);
  begin();
  // In a turn of its own: who reads the page's text lays it out in the turn in which its script has run.
  const turn = setTimeout(show);
  return handle;
}
