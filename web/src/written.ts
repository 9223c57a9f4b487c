/** Numbers as Python's formats write them, and as the tutor does. */

export type Value = number | string | boolean | readonly number[];

interface Called {
  percent?: string;
  class?: (index: number) => string;
  column?: (index: number) => string;
}

/** A value by a format of the catalogue: see src/moonlet/words. */
export function written(value: Value, format: string, called: Called): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "number") return value.map((one) => written(one, format, called)).join(" / ");
  switch (format) {
    case "":
      return Number.isInteger(value) ? whole(value) : String(value);
    case "loss":
      return loss(value);
    case "number":
      return number(value);
    case "percent":
      return byFormat(value, value > 0 && value < 0.1 ? ".1%" : ".0%", called);
    case "class":
    case "column":
      return called[format]?.(value) ?? whole(value);
    default:
      return byFormat(value, format, called);
  }
}

function byFormat(value: number, format: string, called: Called): string {
  const [, comma, digits, type] = /^(,?)(?:\.(\d+))?([gf%]?)$/.exec(format) ?? [];
  if (type === undefined) throw new Error(`Nothing is written by "${format}".`);
  const places = digits === undefined ? 6 : Number(digits);
  if (type === "g") return general(value, places);
  // Python multiplies too before it rounds; the space is the language's.
  if (type === "%") return fixed(100 * value, places) + (called.percent ?? " %");
  const text = type === "f" ? fixed(value, places) : whole(value);
  return comma ? grouped(text) : text;
}

/** A loss so that a swing in it can be seen. */
function loss(value: number): string {
  const size = Math.abs(value);
  if (!(size >= 1e-3 && size < 1e6)) return general(value, 3);
  return size < 10 ? fixed(value, 6) : general(value, 6);
}

/** A loss or a score: three digits behind the point, where that says something of it. */
function number(value: number): string {
  const size = Math.abs(value);
  if ((size > 0 && size < 0.001) || !Number.isFinite(size)) return general(value, 2);
  return grouped(fixed(value, size < 10 ? 3 : size < 1000 ? 1 : 0));
}

function odd(value: number): string | null {
  if (Number.isFinite(value)) return null;
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function whole(value: number): string {
  return odd(value) ?? BigInt(value).toString();
}

function grouped(text: string): string {
  const [before, after] = text.split(".") as [string, string | undefined];
  const spaced = before.replace(/\B(?=(\d{3})+$)/g, ",");
  return after === undefined ? spaced : `${spaced}.${after}`;
}

/**
 * The value's decimal digits, rounded to so many significant ones, and the power of ten of the first.
 * What lies exactly between two is rounded to the even one, as Python does and toPrecision does not.
 */
function rounded(value: number, digits: number): [string, number] {
  const [mantissa, power] = value.toExponential(100).split("e") as [string, string];
  const all = mantissa.replace(".", "");
  const kept = all.slice(0, Math.max(digits, 0));
  const rest = all.slice(Math.max(digits, 0));
  const first = rest[0] ?? "0";
  const isHalf = first === "5" && /^50*$/.test(rest);
  const up = digits >= 0 && (isHalf ? Number(kept.at(-1) ?? "0") % 2 === 1 : first >= "5");
  if (!up) return [kept, Number(power)];
  const more = (BigInt(kept || "0") + 1n).toString();
  return more.length > kept.length ? [more.slice(0, Math.max(digits, 1)), Number(power) + 1] : [more, Number(power)];
}

/** Python's "g": so many significant digits, no zeros behind, an exponent where it is shorter. */
function general(value: number, digits: number): string {
  const text = odd(value);
  if (text !== null) return text;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (value === 0) return `${sign}0`;
  const [all, power] = rounded(Math.abs(value), digits);
  const kept = all.replace(/0+$/, "");
  if (power < -4 || power >= digits) {
    const mantissa = kept.length > 1 ? `${kept[0]}.${kept.slice(1)}` : kept;
    return `${sign}${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return sign + placed(kept, power);
}

/** Python's "f": so many digits behind the point. */
function fixed(value: number, places: number): string {
  const text = odd(value);
  if (text !== null) return text;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  const exponent = size === 0 ? 0 : Number(size.toExponential(100).split("e")[1]);
  const [digits, power] = size === 0 ? ["0", 0] : rounded(size, exponent + 1 + places);
  if (digits === "") return sign + placed("0", 0, places);
  return sign + placed(digits, power, places);
}

/** Digits with the point where the first one's power of ten puts it; `places` behind it, if given. */
function placed(digits: string, power: number, places?: number): string {
  const padded = power < 0 ? "0".repeat(-power) + digits : digits.padEnd(power + 1, "0");
  const point = Math.max(power, 0) + 1;
  const behind = padded.slice(point).padEnd(places ?? 0, "0");
  return behind === "" ? padded.slice(0, point) : `${padded.slice(0, point)}.${behind}`;
}
