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
  eachCell(pixels, n, (cell) => {
    let p = planes[cell]!;
    if (nPlanes === 1) return p > 127 ? shades[256 + p]! : shades[255 - p]!;
    let best = 0;
    for (let c = 1; c < nPlanes; c++) {
      const other = planes[c * size + cell]!;
      if (other > p) [best, p] = [c, other];
    }
    return shades[256 * best + p]!;
  });
}

/** Colours as they lie in memory, a word each: a picture has 10,000 cells, 50 times a second. */
function words(colours: readonly Colour[]): Uint32Array {
  return new Uint32Array(Uint8ClampedArray.from(colours.flatMap((colour) => [...colour, 255])).buffer);
}

/** Cells lie from the bottom up, pixels from the top down. */
function eachCell(pixels: Uint8ClampedArray, n: number, colour: (cell: number) => number): void {
  const out = new Uint32Array(pixels.buffer, pixels.byteOffset, n * n);
  for (let row = 0, cell = 0; row < n; row++) {
    const to = (n - 1 - row) * n;
    for (let column = 0; column < n; column++) out[to + column] = colour(cell++);
  }
}

const kept = new Map<string, Uint32Array>();

/** One colour for each class and byte. */
function allShades(nClasses: number, palette: Palette, discrete: boolean): Uint32Array {
  const key = `${nClasses} ${palette.dark} ${discrete}`;
  const known = kept.get(key);
  if (known) return known;
  const depth = palette.dark ? DEPTH.dark : DEPTH.light;
  const made = words(
    Array.from({ length: 256 * nClasses }, (_, i): Colour => {
      const sure = discrete ? 1 : Math.max(0, ((i % 256) / 255 - 1 / nClasses) / (1 - 1 / nClasses));
      return mix(palette.paper, classColour(Math.floor(i / 256), palette.dark), sure * depth);
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

const unitShades = new Map<boolean, Uint32Array>();

function shadesOfUnits(palette: Palette): Uint32Array {
  const known = unitShades.get(palette.dark);
  if (known) return known;
  const made = words(Array.from({ length: 256 }, (_, value) => shareColour(((value - 128) / 127 + 1) / 2, palette, 0.85)));
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
  eachCell(pixels, n, (cell) => shades[view[cell]!]!);
}
