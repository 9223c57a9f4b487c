/** The page's Worker: it trains in slices, paints when the page can show it, and answers in between. */
import { Engine } from "../engine/engine";
import { findingsFrom } from "../findings";
import { Experiment } from "./experiment";
import { problemOf } from "./problem";
import { thumbnails } from "./thumbnails";
import type { Report, Request } from "./protocol";

/** Seconds of training before others get their turn; and while the page will at once be ready for a picture. */
const SLICE = 0.012;
const SHORT_SLICE = 0.001;
/** Milliseconds between two pictures, at least; between two looks of the tutor; and of the time that they may take. */
const FRAME = 1000 / 58;
/** A sweep's picture is seven: it is taken more seldom, so that most of the time is left to train. */
const SWEEP_FRAME = 120;
const TUTOR = 400;
/** Milliseconds after which a page that takes in no picture is not trained for any more. */
const UNWATCHED = 8000;
const TUTOR_SHARE = 1 / 40;

const post = (report: Report, buffers: Transferable[] = []): void => {
  (self as unknown as { postMessage(message: Report, transfer: Transferable[]): void }).postMessage(report, buffers);
};

let experiment: Experiment | null = null;
let edit = 0;
let number = 0;
let seen = 0;
let changed = false;
let paintedAt = -Infinity;
let lookedAt = -Infinity;
let lookTook = 0;
/** Whether training has gone on since the tutor looked. */
let toLook = false;
let said = "";
let turning = false;

const channel = new MessageChannel();
channel.port1.onmessage = () => turn();

// One after the other: what comes while the engine is being made waits for it.
let before = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Request>) => {
  before = before.then(() => take(data)).catch(fail);
};

async function take(request: Request): Promise<void> {
  if (request.type !== "Open") {
    if (experiment) answer(experiment, request);
    return;
  }
  const { engine: source, build } = request;
  const engine = await Engine.create(typeof source === "string" ? await fetched(source) : source, build);
  experiment = new Experiment(engine);
  post({ type: "Ready", fused: engine.fused });
  // The picture first.
  setTimeout(() => post({ type: "Thumbnails", sets: thumbnails(engine) }), TUTOR / 4);
}

async function fetched(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`A part of the page could not be loaded: ${answer.url} answers ${answer.status}.`);
  return answer.arrayBuffer();
}

function answer(now: Experiment, request: Request): void {
  if ("edit" in request) edit = request.edit;
  changed ||= request.type !== "Seen";
  try {
    switch (request.type) {
      case "Open":
        return;
      case "Take":
        if (now.take(request.recipe, request.table, request.anew)) tellRows(now);
        if (request.anew && request.recipe.view.playing && !now.catchingUp) now.play();
        break;
      case "Play":
        now.play();
        break;
      case "Pause":
        now.pause();
        break;
      case "Step":
        now.step();
        break;
      case "Reset":
        now.reset();
        break;
      case "SetWeight":
        now.setWeight(request.set);
        break;
      case "StartSweep":
        now.startSweep();
        break;
      case "StopSweep":
        if (now.sweep) now.sweep.stopped = true;
        break;
      case "LookAt":
        now.lookedAt = request.unit;
        break;
      case "Seen":
        seen = request.frame;
        break;
      default:
        request satisfies never;
    }
  } catch (error) {
    if (isDead(error)) throw error;
    now.playing = false;
    if (request.type === "Take") post({ type: "NoRows", edit, problem: problemOf(error) });
    else post({ type: "Refused", edit, problem: problemOf(error) });
  }
  if (request.type !== "Seen" && request.type !== "LookAt") situation(now);
  if (request.type !== "Seen" && request.type !== "LookAt") lookedAt = -Infinity;
  wake();
}

/** One turn: a slice of training, a look of the tutor, a picture; then whoever waits has a turn. */
function turn(): void {
  turning = false;
  const now = experiment;
  if (!now) return;
  try {
    let idle = false;
    const wants = now.wantsTraining && isWatched();
    if (wants) {
      const began = performance.now();
      const seconds = slice(now);
      const ended = now.advance(seconds);
      idle = performance.now() - began < (1000 * seconds) / 4;
      changed = toLook = true;
      if (ended) {
        situation(now);
        lookedAt = -Infinity;
      }
    }
    look(now);
    paint(now);
    if (now.wantsTraining ? isWatched() : changed && seen >= number) {
      // Slower than the machine could be: wait for the next pass to be due, or the page to be ready.
      if (idle || !now.wantsTraining) setTimeout(wake, 4);
      else wake();
    } else if (toLook) setTimeout(wake, TUTOR);
  } catch (error) {
    fail(error);
  }
}

/** Seconds to train for: no longer than until a picture is due, and then in short looks at whether it is wanted. */
function slice(now: Experiment): number {
  const left = (paintedAt + between(now) - performance.now()) / 1000;
  return now.catchingUp || left < -2 * SLICE ? SLICE : Math.min(SLICE, Math.max(SHORT_SLICE, left));
}

function between(now: Experiment): number {
  return now.sweep?.running ? SWEEP_FRAME : FRAME;
}

/** A tab that nobody sees takes in no pictures. */
function isWatched(): boolean {
  return seen >= number || performance.now() - paintedAt < UNWATCHED;
}

function wake(): void {
  if (turning) return;
  turning = true;
  channel.port2.postMessage(null);
}

function paint(now: Experiment): void {
  if (!changed || seen < number || performance.now() - paintedAt < between(now)) return;
  changed = false;
  paintedAt = performance.now();
  if (now.sweep) {
    const sweep = now.sweep.snapshot(edit);
    post(sweep, sweep.panels.map((panel) => panel.planes.buffer as ArrayBuffer));
  }
  const frame = now.snapshot(edit, number + 1);
  if (!frame) return;
  number += 1;
  const { planes, views, weights, recent } = frame;
  post(frame, [planes.buffer, views.buffer, weights.buffer, recent.buffer] as ArrayBuffer[]);
}

function look(now: Experiment): void {
  const began = performance.now();
  if (began - lookedAt < Math.max(TUTOR, lookTook / TUTOR_SHARE)) return;
  lookedAt = began;
  toLook = false;
  const found = now.findings();
  lookTook = performance.now() - began;
  if (!found) return;
  const saying = `${edit} ${found.bestPass} ${found.json}`;
  if (saying === said) return;
  said = saying;
  post({ type: "Findings", edit, findings: findingsFrom(found.json), bestPass: found.bestPass });
}

function tellRows(now: Experiment): void {
  const rows = now.rowsReport(edit);
  if (rows) post(rows);
}

function situation({ playing, catchingUp, stopReason }: Experiment): void {
  post({ type: "Situation", edit, playing, catchingUp, stopReason });
}

/** Whether the engine's instance is lost, so that another one has to be made. */
function isDead(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || (error instanceof Error && error.name === "RangeError");
}

function fail(error: unknown): void {
  experiment = null;
  post({ type: "Failed", message: error instanceof Error ? error.message : String(error) });
}
