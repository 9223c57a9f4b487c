/** Colours of classes and lines, for the light and the dark page. */
export type Colour = readonly [number, number, number];

// Told apart by people with any kind of colour vision, in this order (after Okabe and Ito).
const CLASSES: readonly Colour[] = [
  [37, 99, 201],
  [217, 115, 26],
  [0, 138, 102],
  [176, 72, 140],
  [122, 104, 20],
  [70, 168, 220],
  [168, 58, 42],
  [96, 84, 190],
  [40, 110, 60],
  [110, 110, 118],
];

export interface Palette {
  dark: boolean;
  paper: Colour;
  ink: string;
  faint: string;
  rule: string;
  train: string;
  test: string;
}

export function palette(dark: boolean): Palette {
  return dark
    ? { dark, paper: [24, 26, 31], ink: "#eceae4", faint: "#a3a7af", rule: "#3a3e46", train: "#7fb0ff", test: "#ffb066" }
    : { dark, paper: [255, 255, 255], ink: "#1d2026", faint: "#5c626c", rule: "#dcd9d2", train: "#2563c9", test: "#b4580a" };
}

export function classColour(index: number, dark: boolean): Colour {
  const colour = CLASSES[index % CLASSES.length] as Colour;
  return dark ? mix(colour, [255, 255, 255], 0.22) : colour;
}

export function mix(from: Colour, to: Colour, share: number): Colour {
  return [0, 1, 2].map((i) => from[i]! + (to[i]! - from[i]!) * share) as unknown as Colour;
}

export function css(colour: Colour, alpha = 1): string {
  return `rgb(${colour.map(Math.round).join(" ")} / ${alpha})`;
}

export function prefersDark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Between the first class's colour (0), the paper (0.5) and the second one's (1). */
export function shareColour(share: number, { dark, paper }: Palette, depth = 1): Colour {
  const side = Math.min(1, Math.max(-1, 2 * share - 1));
  return mix(paper, classColour(side > 0 ? 1 : 0, dark), Math.abs(side) * depth);
}
