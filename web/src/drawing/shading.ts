/** Probabilities as colours. */
import { classColour, mix, shareColour, type Colour, type Palette } from "./colours";

/** How deep a colour the surest place has: points of the same colour must still be seen on it. */
const DEPTH = { light: 0.58, dark: 0.5 };

/** Paint planes of probabilities on a small canvas of n x n pixels, one a cell. */
export function shade(
  target: HTMLCanvasElement,
  planes: Uint8Array,
  nPlanes: number,
  n: number,
  palette: Palette,
  discrete = false,
): void {
  if (target.width !== n) target.width = target.height = n;
  const context = target.getContext("2d")!;
  const image = context.createImageData(n, n);
  colourCells(image.data, planes, nPlanes, n, palette, discrete);
  context.putImageData(image, 0, 0);
}

/**
 * The likeliest class's colour, the paler the less sure; undecided is the paper. The first row of
 * pixels is the top. `discrete`: which class alone, as if all were sure.
 */
export function colourCells(
  pixels: Uint8ClampedArray,
  planes: Uint8Array,
  nPlanes: number,
  n: number,
  palette: Palette,
  discrete = false,
): void {
  const shades = allShades(Math.max(nPlanes, 2), palette, discrete);
  const size = n * n;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const cell = row * n + column;
      let [best, p] = [0, planes[cell]!];
      if (nPlanes === 1) [best, p] = p > 127 ? [1, p] : [0, 255 - p];
      else for (let c = 1; c < nPlanes; c++) if (planes[c * size + cell]! > p) [best, p] = [c, planes[c * size + cell]!];
      const colour = shades[best]![p]!;
      const at = 4 * ((n - 1 - row) * n + column);
      pixels[at] = colour[0];
      pixels[at + 1] = colour[1];
      pixels[at + 2] = colour[2];
      pixels[at + 3] = 255;
    }
  }
}

const kept = new Map<string, Colour[][]>();

/** One colour for each class and byte: a picture has 10,000 cells, 50 times a second. */
function allShades(nClasses: number, palette: Palette, discrete: boolean): Colour[][] {
  const key = `${nClasses} ${palette.dark} ${discrete}`;
  const known = kept.get(key);
  if (known) return known;
  const depth = palette.dark ? DEPTH.dark : DEPTH.light;
  const made = Array.from({ length: nClasses }, (_, c) =>
    Array.from({ length: 256 }, (_, p): Colour => {
      const sure = discrete ? 1 : Math.max(0, (p / 255 - 1 / nClasses) / (1 - 1 / nClasses));
      return mix(palette.paper, classColour(c, palette.dark), sure * depth);
    }),
  );
  kept.set(key, made);
  return made;
}

/** Paint a hidden unit's view on a small canvas of n x n pixels. */
export function shadeUnit(target: HTMLCanvasElement, view: Uint8Array, n: number, palette: Palette): void {
  if (target.width !== n) target.width = target.height = n;
  const context = target.getContext("2d")!;
  const image = context.createImageData(n, n);
  colourUnit(image.data, view, n, palette);
  context.putImageData(image, 0, 0);
}

/** A hidden unit's view: the second class's colour where it fires, the first one's below 0. */
export function colourUnit(
  pixels: Uint8ClampedArray,
  view: Uint8Array,
  n: number,
  palette: Palette,
): void {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const value = (view[row * n + column]! - 128) / 127;
      const colour = shareColour((value + 1) / 2, palette, 0.85);
      const at = 4 * ((n - 1 - row) * n + column);
      pixels[at] = colour[0];
      pixels[at + 1] = colour[1];
      pixels[at + 2] = colour[2];
      pixels[at + 3] = 255;
    }
  }
}
