/** As many digits behind the point as tell two neighbours apart. */
export function tickText(value: number, step: number): string {
  if (Math.abs(value) >= 1e5) return value.toExponential(1);
  return value.toFixed(Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
}
