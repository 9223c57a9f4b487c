/** What the page draws of a network, as small arrays of bytes. */
import type { Engine, Network, NetworkSpec, Rows as EngineRows } from "../engine/engine";
import { SHOWN_UNITS } from "./protocol";

/** Where an activation has bounds, a view uses all of its shades for them. */
const HIGHEST: Partial<Record<string, number>> = { tanh: 1, logistic: 1 };

/** Probability of each class over the picture (of two: the second's), or a value in its range: 0 to 255. */
export function planesOf(
  spec: NetworkSpec,
  pictures: Float32Array,
  cells: number,
  range: readonly [number, number],
): { planes: Uint8Array<ArrayBuffer>; nPlanes: number } {
  const nOutputs = spec.layer_sizes.at(-1)!;
  const outputs = pictures.subarray(pictures.length - nOutputs * cells);
  // Of two classes with a unit each the second one says all.
  const shown = nOutputs === 2 ? outputs.subarray(cells) : outputs;
  const [low, high] = spec.output === "identity" ? range : [0, 1];
  const planes = new Uint8Array(shown.length);
  for (let i = 0; i < shown.length; i++) planes[i] = byte((255 * (shown[i]! - low)) / (high - low));
  return { planes, nPlanes: nOutputs === 2 ? 1 : nOutputs };
}

/** How many units of each hidden layer are drawn. */
export function shownUnits(spec: NetworkSpec): number[] {
  return spec.layer_sizes.slice(1, -1).map((units) => Math.min(units, SHOWN_UNITS));
}

/** What each shown hidden unit gives over the picture; 128 is zero. */
export function unitViews(spec: NetworkSpec, pictures: Float32Array, cells: number): Uint8Array<ArrayBuffer> {
  const shown = shownUnits(spec);
  const views = new Uint8Array(shown.reduce((sum, n) => sum + n, 0) * cells);
  let [from, to] = [0, 0];
  spec.activations.forEach((activation, layer) => {
    for (let unit = 0; unit < shown[layer]!; unit++, to += cells) {
      shades(pictures.subarray(from + unit * cells, from + (unit + 1) * cells), HIGHEST[activation], views.subarray(to, to + cells));
    }
    from += spec.layer_sizes[layer + 1]! * cells;
  });
  return views;
}

/** Which of the engine's pictures is a unit's; without one, the first output's. */
export function pictureOf(spec: NetworkSpec, unit: readonly [layer: number, unit: number] | null): number {
  const [layer, at] = unit ?? [spec.layer_sizes.length - 2, 0];
  return spec.layer_sizes.slice(1, layer + 1).reduce((sum, n) => sum + n, at);
}

/** One unit's view from its picture, and the value that its deepest shade stands for. */
export function unitView(spec: NetworkSpec, picture: Float32Array, layer: number): { view: Uint8Array<ArrayBuffer>; highest: number } {
  const view = new Uint8Array(picture.length);
  return { view, highest: shades(picture, HIGHEST[spec.activations[layer]!], view) };
}

function shades(values: Float32Array, bound: number | undefined, into: Uint8Array): number {
  let highest = bound ?? 0;
  if (bound === undefined) for (const value of values) highest = Math.max(highest, Math.abs(value));
  const scale = 127 / Math.max(highest, 1e-30);
  for (let i = 0; i < values.length; i++) into[i] = byte(128 + scale * values[i]!);
  return highest;
}

// A diverged network gives no numbers: nothing is drawn there.
function byte(value: number): number {
  return value > 0 ? Math.min(255, Math.round(value)) : 0;
}

/** How many rows of each class (down) were called which (across). */
export function confusion(
  engine: Engine,
  network: Network,
  weights: Float64Array,
  rows: EngineRows,
  classes: ArrayLike<number>,
  nClasses: number,
): number[][] {
  const outputs = engine.predict(network, weights, rows);
  const nOutputs = outputs.length / rows.n;
  const counts = Array.from({ length: nClasses }, () => Array<number>(nClasses).fill(0));
  for (let i = 0; i < rows.n; i++) {
    let called = 0;
    if (nOutputs === 1) called = Number(outputs[i]! > 0.5);
    else for (let k = 1; k < nOutputs; k++) if (outputs[i * nOutputs + k]! > outputs[i * nOutputs + called]!) called = k;
    counts[classes[i]!]![called]! += 1;
  }
  return counts;
}
