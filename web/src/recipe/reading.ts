/** Readers of untrusted JSON: each gives a value of its type, or throws and names the field. */

/** A field that cannot be read: which, what it may be, what was given. */
export class RecipeError extends Error {
  constructor(
    readonly field: string,
    readonly allowed: string,
    readonly given: unknown,
  ) {
    super(`${field} must be ${allowed}. Got ${shown(given)} instead.`);
    this.name = "RecipeError";
  }
}

export type Reader<T> = (given: unknown, at: string) => T;

function shown(given: unknown): string {
  const text = JSON.stringify(given) ?? String(given);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export function number(least: number, most: number): Reader<number> {
  return (given, at) => {
    if (typeof given !== "number" || !(given >= least && given <= most)) {
      throw new RecipeError(at, `a number from ${least} to ${most}`, given);
    }
    return given;
  };
}

export function whole(least: number, most: number): Reader<number> {
  return (given, at) => {
    if (!Number.isInteger(given)) throw new RecipeError(at, `a whole number from ${least} to ${most}`, given);
    return number(least, most)(given, at);
  };
}

export const boolean: Reader<boolean> = (given, at) => {
  if (typeof given !== "boolean") throw new RecipeError(at, "true or false", given);
  return given;
};

export function text(longest: number): Reader<string> {
  return (given, at) => {
    // Half a character cannot be written out again.
    if (typeof given !== "string" || /\p{Surrogate}/u.test(given)) throw new RecipeError(at, "text", given);
    if (given.length > longest) throw new RecipeError(at, `${longest} characters at most`, given.length);
    return given;
  };
}

export function literal<const T extends string | number>(allowed: readonly T[]): Reader<T> {
  return (given, at) => {
    if (!allowed.includes(given as T)) throw new RecipeError(at, `one of ${allowed.join(", ")}`, given);
    return given as T;
  };
}

export function optional<T>(inner: Reader<T>): Reader<T | null> {
  return (given, at) => (given === null ? null : inner(given, at));
}

export function list<T>(inner: Reader<T>, most: number): Reader<T[]> {
  return (given, at) => {
    if (!Array.isArray(given)) throw new RecipeError(at, "a list", given);
    if (given.length > most) throw new RecipeError(at, `${most} long at most`, given.length);
    return given.map((value, i) => inner(value, `${at}[${i}]`));
  };
}

export function pair<T>(inner: Reader<T>): Reader<[T, T]> {
  return (given, at) => {
    if (!Array.isArray(given) || given.length !== 2) throw new RecipeError(at, "two values", given);
    return [inner(given[0], `${at}[0]`), inner(given[1], `${at}[1]`)];
  };
}

/** An object of exactly these fields; what is left out is taken from `usual`, if that has it. */
export function object<T extends object>(
  fields: { [K in keyof T]: Reader<T[K]> },
  usual: Partial<T> = {},
): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (given, at) => {
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw new RecipeError(at, `an object of ${names.join(", ")}`, given);
    }
    const from = given as Record<string, unknown>;
    const unknown = Object.keys(from).find((name) => !(names as string[]).includes(name));
    if (unknown !== undefined) throw new RecipeError(at, `an object of ${names.join(", ")}`, unknown);
    const read: Partial<T> = {};
    for (const name of names) {
      if (Object.hasOwn(from, name)) read[name] = fields[name](from[name], `${at}.${name}`);
      else if (Object.hasOwn(usual, name)) read[name] = structuredClone(usual[name]) as T[typeof name];
      else if (!isOptional(fields[name])) throw new RecipeError(at, `an object with ${name}`, shown(given));
    }
    return read as T;
  };
}

function isOptional(reader: Reader<unknown>): boolean {
  try {
    return reader(null, "") === null;
  } catch {
    return false;
  }
}
