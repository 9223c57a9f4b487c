/** What the page knows: the last report of each kind, and the settings as they are being edited. */
import type { Buffers } from "./buffers";
import type { Model } from "./connection";
import type { Report, Request, Settings } from "./messages";
import { DEFAULTS } from "./messages";

export type Kind = Report["type"];
export type ReportOf<K extends Kind> = Extract<Report, { type: K }>;
type Listener<K extends Kind> = (report: ReportOf<K>, buffers: Buffers) => void;

type Bare<T> = T extends { edit: number } ? Omit<T, "edit"> : never;
/** Requests upon which the session sets the settings. */
export type Setting = Bare<Exclude<Request, { type: "Change" }>>;

export class State {
  /** The session's settings, or newer ones that it has not confirmed yet. */
  settings: Settings = DEFAULTS;
  playing = false;

  private readonly latest = new Map<Kind, Report>();
  private readonly listeners = new Map<Kind, Listener<Kind>[]>();
  // The number of the last edit; and whether the session's settings are to be taken whatever theirs.
  private edit = 0;
  private anew = true;
  // Edits that wait for the settings which the session was asked to make.
  private waiting: ((settings: Settings) => Settings)[] | null = null;

  constructor(private readonly model: Pick<Model, "send">) {}

  /** Call at every report of this kind. */
  on<K extends Kind>(kind: K, listener: Listener<K>): void {
    const listeners = this.listeners.get(kind) ?? [];
    listeners.push(listener as unknown as Listener<Kind>);
    this.listeners.set(kind, listeners);
  }

  /** The last report of this kind. */
  last<K extends Kind>(kind: K): ReportOf<K> | undefined {
    return this.latest.get(kind) as ReportOf<K> | undefined;
  }

  send(request: Request): void {
    this.model.send(request);
  }

  /** Edit the settings; the session is told at once. */
  change(edit: (settings: Settings) => Settings): void {
    if (this.waiting) {
      this.waiting.push(edit);
      return;
    }
    this.settings = edit(this.settings);
    this.edit += 1;
    this.send({ type: "Change", settings: this.settings, edit: this.edit });
  }

  /** Ask for something that makes the session set the settings: edits wait for its answer. */
  ask(request: Setting): void {
    this.edit += 1;
    this.waiting ??= [];
    this.send({ ...request, edit: this.edit } as Request);
  }

  /** A connection was made anew: nothing that was sent before will be answered. */
  reconnected(): void {
    this.anew = true;
    this.waiting = null;
  }

  receive(report: Report, buffers: Buffers): void {
    if (report.type === "Situation") {
      // What was said before it heard of an edit must not undo the edit.
      const confirmed = report.edit >= this.edit;
      if (confirmed || this.anew) this.settings = report.settings;
      this.edit = Math.max(this.edit, report.edit);
      if (confirmed && this.waiting) {
        const edits = this.waiting;
        this.waiting = null;
        if (edits.length > 0) this.change((settings) => edits.reduce((now, edit) => edit(now), settings));
      }
      this.anew = false;
      this.playing = report.playing;
      report = { ...report, settings: this.settings };
    }
    if (report.type === "Refused") this.anew = true;
    this.latest.set(report.type, report);
    for (const listener of this.listeners.get(report.type) ?? []) listener(report, buffers);
  }
}
