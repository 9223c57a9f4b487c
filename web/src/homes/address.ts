/** What the address holds behind its "#", which browsers send to nobody, and what a tab remembers. */

export interface Asked {
  /** A recipe's text, as a link carries it. */
  recipe: string | null;
  /** The name of a lesson that the page has. */
  lesson: string | null;
  token: string | null;
  /** A word in the token's place that is good once. */
  once: string | null;
  language: "en" | "zh" | null;
  compact: boolean;
}

/** Read the address. Recipe and keys leave it: the page moves on from the one, the others are secrets. */
export function takeAddress(): Asked {
  const given = new URLSearchParams(location.hash.slice(1));
  const language = given.get("lang");
  const asked: Asked = {
    recipe: given.get("recipe"),
    lesson: given.get("lesson"),
    token: given.get("token"),
    once: given.get("once"),
    language: language === "en" || language === "zh" ? language : null,
    compact: given.has("compact"),
  };
  const leaving = ["recipe", "token", "once"].filter((name) => given.has(name));
  if (leaving.length > 0) {
    leaving.forEach((name) => given.delete(name));
    history.replaceState(null, "", given.size ? `#${given}` : location.pathname + location.search);
  }
  return asked;
}

/** What a browser may forbid to keep: then it lasts as long as the page does. */
export class Kept {
  private here: string | null = null;

  constructor(
    private readonly name: string,
    private readonly storage: "localStorage" | "sessionStorage",
  ) {}

  get value(): string | null {
    try {
      return window[this.storage].getItem(this.name) ?? this.here;
    } catch {
      return this.here;
    }
  }

  set value(value: string | null) {
    this.here = value;
    try {
      if (value === null) window[this.storage].removeItem(this.name);
      else window[this.storage].setItem(this.name, value);
    } catch {
      // Forbidden, or full.
    }
  }
}
