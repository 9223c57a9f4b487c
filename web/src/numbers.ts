/** Numbers as people read them. */
import { percentSign, type Language } from "./words";

const whole = new Intl.NumberFormat("en");

export function grouped(n: number): string {
  return whole.format(Math.round(n));
}

/** Two digits that matter, so that a number that changes all the time stays calm. */
export function rough(n: number): string {
  if (n < 100) return whole.format(Math.round(n));
  return whole.format(Number(n.toPrecision(2)));
}

export function loss(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value !== 0 && (value < 1e-3 || value >= 1000)) return value.toExponential(2);
  return value.toFixed(4);
}

export function percent(share: number | null | undefined, language: Language): string {
  return share === null || share === undefined ? "–" : (100 * share).toFixed(1) + percentSign(language);
}

/** The share of the rows that are put right; of a regression R squared. */
export function score(value: number | null | undefined, regression: boolean, language: Language): string {
  return regression ? short(value) : percent(value, language);
}

/** The same where nothing beside it says which of the two it is. */
export function scoreByName(value: number | null | undefined, regression: boolean, language: Language): string {
  return (regression ? "R² " : "") + score(value, regression, language);
}

/** A number to about three digits. */
export function short(n: number | null | undefined): string {
  if (n === null || n === undefined || !Number.isFinite(n)) return "–";
  return (n === 0 || (Math.abs(n) >= 1e-3 && Math.abs(n) < 1e6) ? String(Number(n.toPrecision(3))) : n.toExponential(2)).replace("-", "−");
}
