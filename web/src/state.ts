/** What the page knows: the last report of each kind, and the settings as they are being edited. */
import type { Buffers } from "./buffers";
import type { Model } from "./connection";
import type { Report, Request, Settings } from "./messages";
import { DEFAULTS } from "./messages";

export type Kind = Report["type"];
export type ReportOf<K extends Kind> = Extract<Report, { type: K }>;
type Listener<K extends Kind> = (report: ReportOf<K>, buffers: Buffers) => void;

export class State {
  /** The session's settings, or newer ones that it has not confirmed yet. */
  settings: Settings = DEFAULTS;
  playing = false;

  private readonly latest = new Map<Kind, Report>();
  private readonly listeners = new Map<Kind, Listener<Kind>[]>();
  // The number of the last edit; and whether the session's settings are to be taken whatever theirs.
  private edit = 0;
  private anew = true;

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
    this.settings = edit(this.settings);
    this.edit += 1;
    this.send({ type: "Change", settings: this.settings, edit: this.edit });
  }

  /** A connection was made anew: nothing that was sent before will be answered. */
  reconnected(): void {
    this.anew = true;
  }

  receive(report: Report, buffers: Buffers): void {
    if (report.type === "Situation") {
      // What was said before it heard of an edit must not undo the edit.
      if (this.anew || report.edit === this.edit) this.settings = report.settings;
      if (this.anew) this.edit = report.edit;
      this.anew = false;
      this.playing = report.playing;
      report = { ...report, settings: this.settings };
    }
    if (report.type === "Refused") this.anew = true;
    this.latest.set(report.type, report);
    for (const listener of this.listeners.get(report.type) ?? []) listener(report, buffers);
  }
}
