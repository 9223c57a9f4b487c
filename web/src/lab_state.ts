/** What the page knows: the recipe, which it owns, and the Worker's last word on everything else. */
import type { Home, Trained } from "./home";
import { BUNDLED, TUTORIAL, type Control, type Recipe, type SetWeight, type Source } from "./recipe";
import { trainedOf } from "./script/parameters";
import { writeScript } from "./script/python";
import type { Bundled, BundledSets } from "./table/bundled";
import type { Table } from "./table/table";
import type { EngineSource, Frame, Problem, Report, Request, Rows, SweepFrame } from "./worker/protocol";
import type { Say } from "./words";

export interface KeptRun {
  number: number;
  recipe: Recipe;
  frame: Frame;
  rows: Rows;
}

/** What happens, and what listeners are given. */
export interface Events {
  recipe: Recipe;
  ready: { fused: boolean };
  rows: Rows;
  norows: Problem;
  frame: Frame;
  situation: { playing: boolean; catchingUp: boolean; stopReason: string | null };
  findings: Extract<Report, { type: "Findings" }>;
  sweep: SweepFrame | null;
  runs: readonly KeptRun[];
  thumbnails: Extract<Report, { type: "Thumbnails" }>["sets"];
  failed: string;
}

type Listener<K extends keyof Events> = (event: Events[K]) => void;

export const MOST_RUNS = 8;
const MOST_UNDONE = 100;
/** What is told a listener that comes late: the last of each. */
type Last = { [K in keyof Events]?: Events[K] };

export interface Connection {
  post(request: Request, transfer?: Transferable[]): void;
}

type WithoutEdit<R> = R extends { edit: number } ? Omit<R, "edit"> : never;
/** What changes what is trained, before it has its number. */
type Asked = WithoutEdit<Exclude<Request, { type: "Take" }>>;

export class Lab {
  readonly last: Last = {};
  runs: KeptRun[] = [];
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();
  private edit = 0;
  /** The last edit that made what is trained another one: frames from before it are not shown. */
  private changedAt = 0;
  private before: Recipe[] = [];
  private after: Recipe[] = [];
  private nKept = 0;
  /** The table that the Worker has. */
  private sent: Table | null = null;
  private bundled: { source: string; table: Table } | null = null;
  private waiting: (() => void)[] = [];

  constructor(
    private now: Recipe,
    readonly home: Home,
    public say: Say,
    private readonly worker: Connection,
    private readonly sets: BundledSets,
    /** Tell the reader something; an empty text takes it back. */
    readonly tell: (message: string) => void,
    /** Hears everything, whatever page is shown. */
    private readonly outside: <K extends keyof Events>(kind: K, event: Events[K]) => void = () => {},
  ) {
    this.last.recipe = now;
    this.last.runs = [];
  }

  // --- What is known ------------------------------------------------------------------

  get recipe(): Recipe {
    return this.now;
  }

  /** Whether there is such a set in this page. */
  offers(source: Source): boolean {
    const name = BUNDLED.find((one) => one === source);
    return name === undefined || this.sets.has(name);
  }

  get playing(): boolean {
    return this.last.situation?.playing ?? false;
  }

  /** The recipe with all that was trained: who follows it gets these weights. */
  get whole(): Recipe {
    const frame = this.last.frame;
    // A picture from before the last edit is of another network.
    if (!frame || frame.edit < this.changedAt) return this.now;
    return { ...this.now, past: frame.past.filter((phase) => phase.passes > 0 || phase.set.length > 0) };
  }

  isLocked(control: Control): boolean {
    return this.now.locked.some((name) => name === control || control.startsWith(`${name}.`));
  }

  /** The table that is trained on; null of toy and drawn sets. */
  get table(): Table | null {
    if (this.now.data.source === "table") return this.now.data.table;
    return this.bundled?.source === this.now.data.source ? this.bundled.table : null;
  }

  /** Call whenever it happens, and now if it has happened. */
  on<K extends keyof Events>(kind: K, listener: Listener<K>): void {
    const listeners = this.listeners.get(kind) ?? new Set();
    listeners.add(listener as Listener<never>);
    this.listeners.set(kind, listeners);
    const last = this.last[kind];
    if (last !== undefined) listener(last as Events[K]);
  }

  /** Speak another language to another page. */
  showAnew(say: Say): void {
    this.say = say;
    this.listeners.clear();
  }

  // --- What may be done -----------------------------------------------------------------

  /** Edit the recipe; training goes on where that is possible. `more`: it is part of the edit before. */
  change(edit: (recipe: Recipe) => Recipe, more = false): void {
    if (!more) this.remember();
    const { data, network, training } = this.now;
    const edited = edit(this.now);
    const goesOn = edited.data === data && edited.network === network && edited.training.loss === training.loss;
    this.take({ ...edited, past: goesOn ? this.whole.past : [] }, false);
  }

  /** Let another recipe be trained, along its past. */
  replace(recipe: Recipe): void {
    this.remember();
    this.take(recipe, true);
  }

  undo(): void {
    const recipe = this.before.pop();
    if (!recipe) return;
    this.after.push(this.whole);
    this.take(recipe, true);
  }

  redo(): void {
    const recipe = this.after.pop();
    if (!recipe) return;
    this.before.push(this.whole);
    this.take(recipe, true);
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  openTutorial(): void {
    this.replace({ ...TUTORIAL, view: { ...TUTORIAL.view, language: this.now.view.language } });
  }

  play(): Promise<void> {
    return this.ask({ type: "Play" });
  }

  pause(): Promise<void> {
    return this.ask({ type: "Pause" });
  }

  step(): Promise<void> {
    return this.ask({ type: "Step" });
  }

  reset(): Promise<void> {
    this.changedAt = this.edit + 1;
    return this.ask({ type: "Reset" });
  }

  setWeight(set: SetWeight): void {
    this.remember();
    this.changedAt = this.edit + 1;
    void this.ask({ type: "SetWeight", set });
  }

  lookAt(unit: readonly [number, number] | null): void {
    this.worker.post({ type: "LookAt", unit });
  }

  startSweep(): void {
    void this.ask({ type: "StartSweep" });
  }

  stopSweep(): void {
    void this.ask({ type: "StopSweep" });
  }

  keepRun(): void {
    const { frame, rows } = this.last;
    if (!frame || !rows) return;
    if (this.runs.length >= MOST_RUNS) {
      this.tell(this.say("runs.most", { n: MOST_RUNS }));
      return;
    }
    this.runs = [...this.runs, { number: ++this.nKept, recipe: this.whole, frame, rows }];
    this.emit("runs", this.runs);
  }

  dropRun(number: number): void {
    this.runs = this.runs.filter((run) => run.number !== number);
    this.emit("runs", this.runs);
  }

  openRun(number: number): void {
    const run = this.runs.find((one) => one.number === number);
    if (run) this.replace(run.recipe);
  }

  /** The network as it stands, for Python; null while there is none. */
  trained(): Trained | null {
    const { frame, rows, situation } = this.last;
    return frame && rows ? trainedOf(this.whole, frame, rows, situation?.stopReason ?? null) : null;
  }

  /** The script that gives these weights. */
  python(): string {
    const { frame, rows } = this.last;
    if (!frame || !rows) return "";
    return writeScript({ recipe: this.whole, rows, table: this.table, layers: frame.layers });
  }

  // --- The Worker's side ----------------------------------------------------------------

  open(engine: EngineSource, build: "relaxed" | "plain"): void {
    this.worker.post({ type: "Open", engine, build }, typeof engine === "string" ? [] : [engine]);
    // Where another Worker has failed, this one goes on where that was; it knows of no table yet.
    this.sent = null;
    this.take(this.whole, true);
  }

  receive(report: Report): void {
    if ("edit" in report && report.edit < this.changedAt) {
      // It is of a network that is no more; the Worker waits to hear that its picture has come.
      if (report.type === "Frame") this.worker.post({ type: "Seen", frame: report.number });
      return;
    }
    switch (report.type) {
      case "Ready":
        return this.emit("ready", report);
      case "Thumbnails":
        return this.emit("thumbnails", report.sets);
      case "Rows":
        delete this.last.norows;
        return this.emit("rows", report);
      case "NoRows":
        delete this.last.frame;
        delete this.last.rows;
        return this.emit("norows", report.problem);
      case "Frame":
        return this.receiveFrame(report);
      case "Situation":
        return this.emit("situation", report);
      case "Findings":
        return this.emit("findings", report);
      case "SweepFrame":
        return this.emit("sweep", report);
      case "Refused":
        return this.tell(this.say.filled(report.problem.key, report.problem.values));
      case "Failed":
        return this.emit("failed", report.message);
      default:
        report satisfies never;
    }
  }

  private receiveFrame(frame: Frame): void {
    // First of what the next frame does, so that the Worker makes another one while this one is drawn. A
    // page that nobody sees takes in no more pictures, and the Worker stops training.
    requestAnimationFrame(() => this.worker.post({ type: "Seen", frame: frame.number }));
    this.emit("frame", frame);
    if (frame.edit >= this.edit) {
      for (const resolve of this.waiting.splice(0)) resolve();
      const trained = this.playing || this.last.situation?.catchingUp ? null : this.trained();
      if (trained) this.home.settled?.(trained);
    }
  }

  /** Ask the Worker, as the latest edit; resolved by the first picture that knows of it. */
  ask(request: Asked): Promise<void> {
    this.tell("");
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.worker.post({ ...request, edit: ++this.edit });
    });
  }

  private remember(): void {
    this.before = [...this.before, this.whole].slice(-MOST_UNDONE);
    this.after = [];
  }

  private take(recipe: Recipe, anew: boolean): void {
    this.now = recipe;
    const edit = (this.changedAt = ++this.edit);
    this.tell("");
    // What the sweep and the tutor said was of another network.
    delete this.last.findings;
    delete this.last.sweep;
    this.emit("recipe", recipe);
    this.emit("sweep", null);
    const send = (table: Table | null): void => {
      // A later edit has overtaken this one while its table was fetched.
      if (this.now !== recipe) return;
      const same = table === this.sent;
      this.sent = table;
      const bare = { ...recipe, data: { ...recipe.data, table: null } };
      this.worker.post({ type: "Take", recipe: bare, table: same ? null : table, edit, anew });
    };
    const name = BUNDLED.find((one) => one === recipe.data.source);
    if (name === undefined) send(recipe.data.source === "table" ? recipe.data.table : null);
    else void this.bundledSet(name).then(send, (error: Error) => this.tell(error.message));
  }

  private async bundledSet(name: Bundled): Promise<Table> {
    if (!this.sets.has(name)) throw new Error(this.say("data.not_here", { name: this.say(`data.source.${name}`) }));
    if (this.bundled?.source !== name) this.bundled = { source: name, table: await this.sets.table(name) };
    return this.bundled.table;
  }

  private emit<K extends keyof Events>(kind: K, event: Events[K]): void {
    if (event === null) delete this.last[kind];
    else this.last[kind] = event;
    for (const listener of this.listeners.get(kind) ?? []) (listener as Listener<K>)(event);
    this.outside(kind, event);
  }
}
