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
  paint(target, n, n, (pixels) => colourCells(pixels, planes, nPlanes, n, palette, discrete));
}

// One for each size, over and over: a new one each frame would be 40 kB more to be collected.
const images = new Map<string, ImageData>();

/** Put pixels on a canvas, which becomes as large as they are. */
function paint(target: HTMLCanvasElement, width: number, height: number, colour: (pixels: Uint8ClampedArray) => void): void {
  if (target.width !== width) target.width = width;
  if (target.height !== height) target.height = height;
  const image = images.get(`${width} ${height}`) ?? new ImageData(width, height);
  images.set(`${width} ${height}`, image);
  colour(image.data);
  target.getContext("2d")!.putImageData(image, 0, 0);
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

/** Paint hidden units' views of n x n pixels each on a small canvas, one below the other. */
export function shadeUnits(target: HTMLCanvasElement, views: Uint8Array, n: number, palette: Palette): void {
  const cells = n * n;
  const nUnits = views.length / cells;
  if (nUnits === 0) return;
  paint(target, n, n * nUnits, (pixels) => {
    for (let unit = 0; unit < nUnits; unit++) {
      const [from, to] = [unit * cells, (unit + 1) * cells];
      colourUnit(pixels.subarray(4 * from, 4 * to), views.subarray(from, to), n, palette);
    }
  });
}

const unitShades = new Map<boolean, Colour[]>();

function shadesOfUnits(palette: Palette): Colour[] {
  const known = unitShades.get(palette.dark);
  if (known) return known;
  const made = Array.from({ length: 256 }, (_, value) => shareColour(((value - 128) / 127 + 1) / 2, palette, 0.85));
  unitShades.set(palette.dark, made);
  return made;
}

/** A hidden unit's view: the second class's colour where it fires, the first one's below 0. */
export function colourUnit(
  pixels: Uint8ClampedArray,
  view: Uint8Array,
  n: number,
  palette: Palette,
): void {
  const shades = shadesOfUnits(palette);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const colour = shades[view[row * n + column]!]!;
      const at = 4 * ((n - 1 - row) * n + column);
      pixels[at] = colour[0];
      pixels[at + 1] = colour[1];
      pixels[at + 2] = colour[2];
      pixels[at + 3] = 255;
    }
  }
}
