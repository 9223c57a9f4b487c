/** Probabilities as colours. */
import { classColour, mix, type Colour, type Palette } from "./colours";

/** Paint planes of probabilities on a small canvas of n x n pixels, one a cell. */
export function shade(
  target: HTMLCanvasElement,
  planes: Uint8Array,
  nPlanes: number,
  n: number,
  palette: Palette,
): void {
  if (target.width !== n) target.width = target.height = n;
  const context = target.getContext("2d")!;
  const image = context.createImageData(n, n);
  colourCells(image.data, planes, nPlanes, n, palette);
  context.putImageData(image, 0, 0);
}

/** Mix the classes' tints by their probabilities; the first row of pixels is the top. */
export function colourCells(
  pixels: Uint8ClampedArray,
  planes: Uint8Array,
  nPlanes: number,
  n: number,
  palette: Palette,
): void {
  const nClasses = nPlanes === 1 ? 2 : nPlanes;
  const tints: Colour[] = [];
  for (let c = 0; c < nClasses; c++) {
    tints.push(mix(classColour(c, palette.dark), palette.paper, palette.dark ? 0.5 : 0.42));
  }
  const size = n * n;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const cell = row * n + column;
      const at = 4 * ((n - 1 - row) * n + column);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let c = 0; c < nClasses; c++) {
        const given = nPlanes === 1 ? planes[cell]! : planes[c * size + cell]!;
        const p = (nPlanes === 1 && c === 0 ? 255 - given : given) / 255;
        const tint = tints[c]!;
        red += p * tint[0];
        green += p * tint[1];
        blue += p * tint[2];
      }
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 255;
    }
  }
}

/** A hidden unit's view: the second class's colour where it fires, the first one's below 0. */
export function colourUnit(
  pixels: Uint8ClampedArray,
  view: Uint8Array,
  n: number,
  palette: Palette,
): void {
  const high = classColour(1, palette.dark);
  const low = classColour(0, palette.dark);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const value = (view[row * n + column]! - 128) / 127;
      const colour = mix(palette.paper, value > 0 ? high : low, Math.min(1, Math.abs(value)) * 0.85);
      const at = 4 * ((n - 1 - row) * n + column);
      pixels[at] = colour[0];
      pixels[at + 1] = colour[1];
      pixels[at + 2] = colour[2];
      pixels[at + 3] = 255;
    }
  }
}
