/** A lesson: a text in steps over a recipe, and how each step is seen to be done. */
import { list, literal, number, object, optional, RecipeError, text, type Reader } from "./reading";

/** A text in one language, or in several. */
export interface LessonText {
  en: string | null;
  zh: string | null;
}

/** What a step waits for: at least so many passes, so low a loss, so high an accuracy; a finding. */
export const AIMS = ["passes", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "finding", "layers", "units", "sweep"] as const;

/**
 * Counts and accuracies are to be reached from below, losses from above; layers and units exactly.
 * A finding is its kind, or "none" where the tutor has nothing to say.
 */
export interface Aim {
  what: (typeof AIMS)[number];
  is: number | string;
}

/** Parts of a recipe as JSON, to be laid over the one that stands: lists are replaced. */
export type Change = Record<string, unknown>;

export interface LessonStep {
  /** Its paragraphs, an empty line between them; {name} stands for one of `numbers`. */
  text: LessonText;
  /** What the step opens with. Its network starts anew. */
  set: Change | null;
  /** What the reader is asked to change: "Do it for me" does it, and plays. */
  do: Change | null;
  /** By which it is done; null: when the reader says so. */
  until: Aim | null;
  /** What the reader will see when it is done; the tests hold the page to it. */
  numbers: Record<string, number>;
}

export interface Lesson {
  title: LessonText;
  steps: LessonStep[];
}

const words: Reader<LessonText> = object<LessonText>({ en: optional(text(4000)), zh: optional(text(4000)) }, { en: null, zh: null });

const plain: Reader<Change> = (given, at) => {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new RecipeError(at, "an object", given);
  if (JSON.stringify(given).length > 200_000) throw new RecipeError(at, "200000 characters at most", "more");
  return given as Change;
};

const numbers: Reader<Record<string, number>> = (given, at) => {
  const read = plain(given, at);
  for (const [name, value] of Object.entries(read)) number(-1e12, 1e12)(value, `${at}.${name}`);
  return read as Record<string, number>;
};

export const lesson: Reader<Lesson> = object<Lesson>({
  title: words,
  steps: list(
    object<LessonStep>(
      {
        text: words,
        set: optional(plain),
        do: optional(plain),
        until: optional(
          object<Aim>({
            what: literal(AIMS),
            is: (given, at) => (typeof given === "string" ? text(100)(given, at) : number(-1e12, 1e12)(given, at)),
          }),
        ),
        numbers,
      },
      { text: { en: null, zh: null }, set: null, do: null, until: null, numbers: {} },
    ),
    50,
  ),
});

/** A recipe's JSON with a change laid over it. */
export function overlaid<T>(base: T, change: Change): T {
  if (!isPlain(base)) return change as T;
  const made: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(change)) {
    made[name] = isPlain(value) && isPlain(made[name]) ? overlaid(made[name], value) : value;
  }
  return made as T;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
