/**
 * The whole state of the lab as one JSON value: what a link, a lesson, an attribute and a file hold.
 *
 * Whoever follows a recipe gets the same weights, to the last bit: `past` tells what was trained.
 * What comes in is read by `parse`, which trusts nothing; recipe/link.ts turns it into the text
 * that a link carries.
 */
import {
  boolean,
  list,
  literal,
  number,
  object,
  optional,
  pair,
  RecipeError,
  text,
  whole,
  type Reader,
} from "./recipe/reading";
import {
  ACTIVATIONS,
  BUNDLED,
  INITS,
  NUMBER_LOSSES,
  SCHEDULES,
  SOLVERS,
  TOYS,
  type Activation,
  type Init,
  type Schedule,
  type Solver,
} from "./engine/names.generated";
import { lesson, type Lesson } from "./recipe/lesson";
import { table, type Table } from "./table/table";

export { ACTIVATIONS, BUNDLED, INITS, RecipeError, SCHEDULES, SOLVERS, TOYS };
export type { Activation, Init, Schedule, Solver };

export const VERSION = 1;

/** Toy sets are drawn by the engine, bundled ones come with the page. */
export const SOURCES = [...TOYS, ...BUNDLED, "drawn", "table"] as const;
export const TERMS = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"] as const;
/** There is no field for a quantile's level, and at a half it is the absolute error once more. */
export const LOSSES = NUMBER_LOSSES.filter((name) => name !== "quantile");
export const LANGUAGES = ["en", "zh"] as const;

/** Everything that a lesson may hide or lock; a panel's name stands for all that is in it. */
export const CONTROLS = [
  "transport", "transport.play", "transport.step", "transport.reset", "transport.pace", "transport.limit",
  "data", "data.source", "data.points", "data.noise", "data.classes", "data.test", "data.seed", "data.terms",
  "data.columns", "data.draw",
  "network", "network.layers", "network.units", "network.activation", "network.init", "network.seed",
  "network.output",
  "training", "training.solver", "training.rate", "training.schedule", "training.batch", "training.alpha",
  "training.l1_ratio", "training.dropout", "training.loss",
  "picture", "inside", "inside.weights", "tutor", "curves", "scores", "sweep", "runs", "take", "study", "lesson",
  "language",
] as const;

export type Source = (typeof SOURCES)[number];
export type Term = (typeof TERMS)[number];
export type Loss = (typeof LOSSES)[number];
export type Language = (typeof LANGUAGES)[number];
export type Control = (typeof CONTROLS)[number];

/** A point that a person drew: x1, x2, and its class. */
export type DrawnPoint = readonly [number, number, number];

/** Which rows. `points`, `noise`, `classes` and `seed` are for toy sets; `target` and `features` for tables. */
export interface DataRecipe {
  source: Source;
  points: number;
  noise: number;
  classes: number;
  seed: number;
  test_share: number;
  /** Of the two features of toy and drawn sets: what the network is given. */
  terms: Term[];
  drawn: DrawnPoint[];
  table: Table | null;
  target: string | null;
  features: string[] | null;
  /** The two features along the picture's axes, by their place among the features. */
  shown: [number, number] | null;
}

export interface Layer {
  units: number;
  activation: Activation;
}

export interface NetworkRecipe {
  hidden: Layer[];
  output: "auto" | "softmax";
  init: Init;
  seed: number;
}

/** How the loss is descended. `passes` counts from the network's start. */
export interface TrainingRecipe {
  solver: Solver;
  learning_rate: number;
  schedule: Schedule;
  batch_size: number;
  /** Of the penalty, and the share of it that is on the weights' size instead of its square. */
  alpha: number;
  l1_ratio: number;
  dropout: number;
  loss: Loss;
  passes: number;
}

/** A weight that was set by hand: its place in the flat vector (W row by row, then b, layer by layer). */
export type SetWeight = readonly [number, number];

/** Weights that were set by hand, and passes that were then trained. */
export interface Phase {
  set: SetWeight[];
  training: TrainingRecipe;
  passes: number;
}

export interface ViewRecipe {
  /** The most passes a second; 0 is as fast as it goes. */
  pace: number;
  playing: boolean;
  discrete: boolean;
  line: boolean;
  test: boolean;
  language: Language | null;
}

export interface Recipe {
  version: typeof VERSION;
  data: DataRecipe;
  network: NetworkRecipe;
  training: TrainingRecipe;
  past: Phase[];
  view: ViewRecipe;
  hidden: Control[];
  locked: Control[];
  lesson: Lesson | null;
}

/** Least and most of each number. */
export const LIMITS = {
  points: [10, 2000],
  noise: [0, 5],
  classes: [2, 5],
  seed: [0, 4294967295],
  test_share: [0, 0.9],
  units: [1, 256],
  learning_rate: [1e-6, 1000],
  batch_size: [1, 10_000],
  alpha: [0, 10_000],
  l1_ratio: [0, 1],
  dropout: [0, 0.9],
  passes: [1, 1_000_000],
  pace: [0, 1_000_000],
} as const satisfies Record<string, readonly [number, number]>;

export const MOST_LAYERS = 6;
export const MOST_CLASSES = 10;

const DEFAULT_TRAINING: TrainingRecipe = {
  solver: "gd", learning_rate: 0.5, schedule: "constant", batch_size: 32, alpha: 0.01, l1_ratio: 0, dropout: 0,
  loss: "squared_error", passes: 20_000,
};

export const DEFAULTS: Recipe = {
  version: VERSION,
  data: {
    source: "moons", points: 400, noise: 0.2, classes: 3, seed: 0, test_share: 0.3, terms: ["x1", "x2"],
    drawn: [], table: null, target: null, features: null, shown: null,
  },
  network: { hidden: [{ units: 3, activation: "tanh" }], output: "auto", init: "glorot_uniform", seed: 0 },
  training: DEFAULT_TRAINING,
  past: [],
  view: { pace: 1000, playing: false, discrete: false, line: true, test: true, language: null },
  hidden: [],
  locked: [],
  lesson: null,
};

/** The tutorial's own run: its rate of 0.01 on a sum over 200 rows is 2.0 on the mean. */
export const TUTORIAL: Recipe = {
  ...DEFAULTS,
  data: { ...DEFAULTS.data, points: 200, test_share: 0 },
  network: { ...DEFAULTS.network, output: "softmax", init: "lecun_normal" },
  training: { ...DEFAULT_TRAINING, learning_rate: 2 },
  view: { ...DEFAULTS.view, pace: 2000 },
};

const training = (usual: TrainingRecipe): Reader<TrainingRecipe> =>
  object<TrainingRecipe>(
    {
      solver: literal(SOLVERS),
      learning_rate: number(...LIMITS.learning_rate),
      schedule: literal(SCHEDULES),
      batch_size: whole(...LIMITS.batch_size),
      alpha: number(...LIMITS.alpha),
      l1_ratio: number(...LIMITS.l1_ratio),
      dropout: number(...LIMITS.dropout),
      loss: literal(LOSSES),
      passes: whole(...LIMITS.passes),
    },
    usual,
  );

const recipe: Reader<Recipe> = object<Recipe>(
  {
    version: literal([VERSION]),
    data: object<DataRecipe>(
      {
        source: literal(SOURCES),
        points: whole(...LIMITS.points),
        noise: number(...LIMITS.noise),
        classes: whole(...LIMITS.classes),
        seed: whole(...LIMITS.seed),
        test_share: number(...LIMITS.test_share),
        terms: list(literal(TERMS), TERMS.length),
        drawn: list<DrawnPoint>((given, at) => {
          if (!Array.isArray(given) || given.length !== 3) throw new RecipeError(at, "x1, x2 and class", given);
          return given.map((value, i) => number(-1e6, 1e6)(value, `${at}[${i}]`)) as unknown as DrawnPoint;
        }, LIMITS.points[1]),
        table: optional(table),
        target: optional(text(200)),
        features: optional(list(text(200), 500)),
        shown: optional(pair(whole(0, 499))),
      },
      DEFAULTS.data,
    ),
    network: object<NetworkRecipe>(
      {
        hidden: list(
          object<Layer>(
            { units: whole(...LIMITS.units), activation: literal(ACTIVATIONS) },
            { units: 8, activation: "tanh" },
          ),
          MOST_LAYERS,
        ),
        output: literal(["auto", "softmax"]),
        init: literal(INITS),
        seed: whole(...LIMITS.seed),
      },
      DEFAULTS.network,
    ),
    training: training(DEFAULT_TRAINING),
    past: list(
      object<Phase>(
        {
          set: list(pair(number(-1e300, 1e300)) as Reader<SetWeight>, 10_000),
          training: training(DEFAULT_TRAINING),
          passes: whole(0, LIMITS.passes[1]),
        },
        { set: [], training: DEFAULT_TRAINING, passes: 0 },
      ),
      200,
    ),
    view: object<ViewRecipe>(
      {
        pace: whole(...LIMITS.pace),
        playing: boolean,
        discrete: boolean,
        line: boolean,
        test: boolean,
        language: optional(literal(LANGUAGES)),
      },
      DEFAULTS.view,
    ),
    hidden: list(literal(CONTROLS), CONTROLS.length),
    locked: list(literal(CONTROLS), CONTROLS.length),
    lesson: optional(lesson),
  },
  DEFAULTS,
);

/**
 * Read a recipe from JSON's value; what it leaves out is as usual.
 *
 * Throws a `RecipeError` that names the field, what it may be and what was given.
 */
export function parse(given: unknown): Recipe {
  return recipe(given, "recipe");
}
