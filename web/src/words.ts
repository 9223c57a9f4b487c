/**
 * What the page says, in every language. The catalogue's form is told in src/moonlet/words/__init__.py,
 * whose `say` fills texts in with the same letters as this one, in the lab's voice.
 */
import { written, type Value } from "./written";
import { TEXTS, type Values } from "./words.generated";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Key = keyof Values;
/** Who speaks: the lab's page, or Python, which calls parameters by other names. */
export type Voice = "lab" | "python";
/** What to call the class or the column of a number. */
export interface Names {
  class?: readonly string[];
  column?: readonly string[];
}

/** Fills in a text: `say("transport.play")`, `say("transport.passes", { n: 12 })`. */
export interface Say {
  <K extends Key>(key: K, ...values: {} extends Values[K] ? [] : [Values[K]]): string;
  readonly language: Language;
  /** For keys and values that come from elsewhere, as the engine's do. */
  filled(key: string, values: Readonly<Record<string, Value>>, names?: Names, voice?: Voice): string;
}

/** Every lab on a page speaks for itself: they may be of different languages. */
export function speaker(language: Language): Say {
  const filled: Say["filled"] = (key, values, names = {}, voice = "lab") =>
    fill(textOf(key, language), { language, values, names, voice });
  const say = (key: string, values: Readonly<Record<string, Value>> = {}): string => filled(key, values);
  return Object.assign(say, { language, filled }) as Say;
}

/** What follows a percentage: Chinese puts no space before it. */
export const percentSign = (language: Language): string => (language === "zh" ? "%" : " %");

const STORED = "moonlet-language";

/** The language to begin with: the element's own, the reader's last choice, the browser's, or English. */
export function languageOf(attribute: string | null = null): Language {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    // Pages without an origin of their own may keep nothing.
  }
  const browser = typeof navigator === "undefined" ? [] : navigator.languages;
  for (const wanted of [attribute, stored, ...browser]) {
    const known = LANGUAGES.find((language) => wanted?.toLowerCase().split("-")[0] === language);
    if (known) return known;
  }
  return "en";
}

/** Remember the reader's choice. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Then it holds until the page is closed.
  }
}

interface Filling {
  language: Language;
  values: Readonly<Record<string, Value>>;
  names: Names;
  voice: Voice;
}

function textOf(key: string, language: Language): string {
  const text = TEXTS[language][key] ?? TEXTS.en[key];
  if (text === undefined) throw new Error(`The catalogue has no text "${key}".`);
  return text;
}

function fill(text: string, filling: Filling): string {
  const { language, values, names, voice } = filling;
  const given = (name: string): Value => {
    const value = values[name];
    if (value === undefined) throw new Error(`“${text}” has no value for ${name}.`);
    return value;
  };
  return text.replace(/\{([^{}]*)\}/g, (place, inside: string) => {
    if (inside.startsWith("@")) return fill(textOf(`${voice}.${inside.slice(1)}`, language), filling);
    if (inside.includes("|")) {
      const [name, one, many] = inside.split("|") as [string, string, string];
      const number = given(name);
      return (number === 1 ? one : many).replaceAll("#", written(number, "g", {}));
    }
    const [, parameter, name, format = ""] = /^(?:(\w+)=)?(\w+)(?::(.+))?$/.exec(inside) ?? [];
    if (name === undefined) throw new Error(`${place} cannot be read, in “${text}”.`);
    const value = given(name);
    const called = {
      percent: percentSign(language),
      class: (index: number) => names.class?.[index] ?? fill(textOf("finding.class_number", language), { ...filling, values: { number: index } }),
      column: (index: number) => names.column?.[index] ?? String(index),
    };
    if (parameter === undefined) return written(value, format, called);
    if (voice === "lab") return textOf(`lab.parameter.${parameter}`, language).replace("{value}", written(value, format, {}));
    return `${parameter}=${typeof value === "string" ? `'${value}'` : written(value, format, {})}`;
  });
}
