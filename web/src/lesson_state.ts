/** Where the reader of a lesson stands, and when a step is done. */
import type { Lab } from "./lab_state";
import { parse, type Recipe } from "./recipe";
import { overlaid, type Aim, type Change, type Lesson, type LessonStep, type LessonText } from "./recipe/lesson";
import { percentSign } from "./words";
import type { Frame } from "./worker/protocol";
import { written } from "./written";

interface Place {
  lesson: Lesson;
  step: number;
  done: boolean;
  /** The picture of the network that was there before this step opened its own. */
  stale: Frame | undefined;
}

// The page is made anew when its language changes; the reader stands where they stood.
const places = new WeakMap<Lab, Place>();

/** The lesson's place in this lab, while it has a lesson. */
export function placeIn(lab: Lab): Place | null {
  const { lesson } = lab.recipe;
  if (!lesson) return null;
  let place = places.get(lab);
  // Some edits copy the lesson along with the recipe: it is the same for all that.
  if (place && place.lesson !== lesson && JSON.stringify(place.lesson) === JSON.stringify(lesson)) place.lesson = lesson;
  if (place?.lesson !== lesson) {
    place = { lesson, step: 0, done: false, stale: undefined };
    places.set(lab, place);
  }
  return place;
}

/** Enter a step: the lab opens as it asks. */
export function enter(lab: Lab, step: number): void {
  const place = placeIn(lab);
  if (!place) return;
  place.step = step;
  place.done = false;
  const set = place.lesson.steps[step]?.set;
  place.stale = set ? lab.last.frame : undefined;
  if (set) lab.replace(changed(lab.recipe, set));
}

/** Do what a step asks of its reader, and train. */
export function doIt(lab: Lab, change: Change): void {
  lab.change((recipe) => changed(recipe, change));
  // The Worker hears of the change a moment later: its table may have to be fetched.
  setTimeout(() => void lab.play(), 0);
}

/** A recipe with parts of it changed; its lesson is the same object as before. */
export function changed(recipe: Recipe, change: Change): Recipe {
  return { ...parse(overlaid<unknown>({ ...recipe, lesson: null, past: [] }, change)), lesson: recipe.lesson };
}

/** Whether the lab shows what a step waits for. */
export function isDone(lab: Lab, aim: Aim): boolean {
  const { findings, sweep } = lab.last;
  const frame = lab.last.frame === placeIn(lab)?.stale ? undefined : lab.last.frame;
  const { hidden } = lab.recipe.network;
  const is = aim.is as number;
  switch (aim.what) {
    case "passes":
      return (frame?.passes ?? 0) >= is;
    case "train_loss":
      return (frame?.scores.trainLoss ?? Infinity) <= is;
    case "test_loss":
      return (frame?.scores.testLoss ?? Infinity) <= is;
    case "train_accuracy":
      return (frame?.scores.trainScore ?? -Infinity) >= is;
    case "test_accuracy":
      return (frame?.scores.testScore ?? -Infinity) >= is;
    case "finding":
      if (!findings) return false;
      // That there is nothing to find is known at the end only.
      if (aim.is === "none") return findings.findings.length === 0 && lab.last.situation?.stopReason != null;
      return findings.findings.some(({ kind }) => kind === aim.is);
    case "layers":
      return hidden.length === is;
    case "units":
      return hidden.reduce((total, { units }) => total + units, 0) === is;
    case "sweep":
      return sweep?.verdict != null;
  }
}

/** A text in the reader's language, or in the one that it has; paragraphs of filled-in text. */
export function paragraphs(text: LessonText, lab: Lab, numbers: LessonStep["numbers"] = {}): string[] {
  const own = text[lab.say.language] ?? text.en ?? text.zh ?? "";
  const filled = own.replace(/\{(\w+)(?::([^}]+))?\}/g, (place, name: string, format?: string) => {
    const value = numbers[name];
    return value === undefined ? place : written(value, format ?? "", { percent: percentSign(lab.say.language) });
  });
  return filled.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean);
}
