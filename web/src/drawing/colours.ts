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

/** Every other colour of the page, light and dark: what canvases draw with, and the sheet's variables. */
const TOKENS = {
  paper: ["rgb(255 255 255)", "rgb(24 26 31)"],
  ground: ["#f6f4ef", "#101216"],
  ink: ["#1d2026", "#eceae4"],
  faint: ["#5c626c", "#a3a7af"],
  rule: ["#dcd9d2", "#3a3e46"],
  accent: ["#1f4fa3", "#8db8ff"],
  "on-accent": ["#ffffff", "#0d1420"],
  good: ["rgb(0 120 90)", "rgb(70 190 150)"],
  bad: ["rgb(190 60 30)", "rgb(240 120 90)"],
  train: ["#2563c9", "#7fb0ff"],
  test: ["#b4580a", "#ffb066"],
} as const;

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
  const of = (name: keyof typeof TOKENS): string => TOKENS[name][Number(dark) as 0 | 1];
  const paper = of("paper").match(/\d+/g)!.map(Number) as unknown as Colour;
  return { dark, paper, ink: of("ink"), faint: of("faint"), rule: of("rule"), train: of("train"), test: of("test") };
}

/** The tokens as the variables of a style sheet: `ink` is `var(--ink)`. */
export function variables(dark: boolean): string {
  const set = Object.entries(TOKENS).map(([name, values]) => `--${name}: ${values[Number(dark)]};`);
  return `color-scheme: ${dark ? "dark" : "light"}; ${set.join(" ")}`;
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

let dark: MediaQueryList | null = null;

export function prefersDark(): boolean {
  return (dark ??= matchMedia("(prefers-color-scheme: dark)")).matches;
}

/** Between the first class's colour (0), the paper (0.5) and the second one's (1). */
export function shareColour(share: number, { dark, paper }: Palette, depth = 1): Colour {
  const side = Math.min(1, Math.max(-1, 2 * share - 1));
  return mix(paper, classColour(side > 0 ? 1 : 0, dark), Math.abs(side) * depth);
}
