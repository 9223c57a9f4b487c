// Made by `python -m moonlet.lab.typescript` from moonlet.lab.messages: change that.

export const GRID = 100 as const;

export const UNIT_GRID = 20 as const;

export const SWEEP_GRID = 50 as const;

export const SHOWN_UNITS = 8 as const;

export const SWEEP_SIZES = [1, 2, 3, 4, 5, 20, 50] as const;

export const MOST_BYTES = 4000000 as const;

export const USUAL_NOISE = {"moons": 0.2, "circles": 0.1, "blobs": 1.0, "spirals": 0.03, "xor": 0.1} as const;

/** Which rows. */
export interface DataChoice {
  source: "moons" | "circles" | "spirals" | "xor" | "blobs" | "iris" | "wine" | "breast_cancer" | "digits" | "drawn" | "table";
  n_samples: number;
  noise: number;
  n_classes: number;
  seed: number;
  test_share: number;
  target: string | null;
  features: string[] | null;
  shown: number[] | null;
}

/** One hidden layer. */
export interface LayerChoice {
  units: number;
  activation: "identity" | "logistic" | "tanh" | "relu" | "leaky_relu" | "elu" | "gelu" | "silu" | "softplus";
}

/** The network, and where its training starts. */
export interface NetworkChoice {
  hidden: LayerChoice[];
  output: "auto" | "softmax";
  init: "glorot_uniform" | "glorot_normal" | "lecun_uniform" | "lecun_normal" | "he_uniform" | "he_normal";
  seed: number;
}

/** How the loss is descended. `max_iter` counts from the network's start. */
export interface TrainingChoice {
  solver: "gd" | "sgd" | "adam" | "lbfgs";
  learning_rate_init: number;
  schedule: "constant" | "invscaling" | "adaptive" | "step" | "exponential" | "cosine";
  batch_size: number;
  alpha: number;
  dropout: number;
  max_iter: number;
}

/** Everything that decides what is trained, and how fast it is shown. */
export interface Settings {
  data: DataChoice;
  network: NetworkChoice;
  training: TrainingChoice;
  pace: number;
}

/** The first message of every connection; names the session to go on with, if any. */
export interface Hello {
  type: "Hello";
  session: string | null;
}

/** Let these be the settings. */
export interface Change {
  type: "Change";
  settings: Settings;
  edit: number;
}

/** Train. */
export interface Play {
  type: "Play";
}

/** Stop training; answered by a `Situation`. */
export interface Pause {
  type: "Pause";
}

/** Train one pass. */
export interface Step {
  type: "Step";
}

/** Back to the starting weights. */
export interface Reset {
  type: "Reset";
}

/** These are the drawn points: x, y and class of each. */
export interface Draw {
  type: "Draw";
  points: [number, number, number][];
  edit: number;
}

/** A table as CSV text. Its name is shown and never used as a path. */
export interface Upload {
  type: "Upload";
  name: string;
  text: string;
  edit: number;
}

/** Open a prepared experiment. */
export interface Preset {
  type: "Preset";
  name: "tutorial";
  edit: number;
}

/** Make the change that a finding names, by its place in `Findings`. */
export interface Cure {
  type: "Cure";
  finding: number;
  edit: number;
}

/** Keep the run as it stands, to compare others with it. */
export interface KeepRun {
  type: "KeepRun";
}

/** Drop a kept run. */
export interface ForgetRun {
  type: "ForgetRun";
  run: number;
}

/** Take a kept run's settings again and train up to where it stood. */
export interface OpenRun {
  type: "OpenRun";
  run: number;
  edit: number;
}

/** Train seven sizes of one hidden layer side by side. */
export interface StartSweep {
  type: "StartSweep";
}

/** End the sweep where it stands. */
export interface StopSweep {
  type: "StopSweep";
}

/** Begin a capacity study of the current data in the background. */
export interface StartStudy {
  type: "StartStudy";
}

/** End the study; what it has found is dropped. */
export interface StopStudy {
  type: "StopStudy";
}

/** Ask for a file: answered by `File`, or `Refused`. */
export interface Ask {
  type: "Ask";
  what: "python" | "onnx" | "csv" | "link" | "report";
}

/** Restore the state that a link holds. */
export interface OpenLink {
  type: "OpenLink";
  state: string;
  edit: number;
}

/** The page has taken in this frame and is ready for the next. */
export interface Seen {
  type: "Seen";
  frame: number;
}

/** The first answer. The session's name lets a later connection go on with it. */
export interface Welcome {
  type: "Welcome";
  session: string;
  notebook: boolean;
  version: string;
}

/** How things stand; sent whenever that changes. */
export interface Situation {
  type: "Situation";
  settings: Settings;
  playing: boolean;
  catching_up: boolean;
  edit: number;
  stop_reason: string | null;
  n_phases: number;
  drawn: [number, number, number][];
  file: string | null;
}

/** A column of the current table. */
export interface Column {
  name: string;
  numeric: boolean;
}

/** The rows, as the picture shows them. */
export interface Points {
  type: "Points";
  name: string;
  n: number;
  n_train: number;
  n_test: number;
  classes: string[];
  columns: Column[];
  target: string;
  features: string[];
  axes: [string, string];
  bounds: [number, number, number, number];
  held: string | null;
  line_accuracy: [number, number | null];
  n_inputs: number;
}

/** Losses (mean over rows, in nats, without the penalty) and shares of rows put right. */
export interface Scores {
  train_loss: number;
  test_loss: number | null;
  train_accuracy: number;
  test_accuracy: number | null;
}

/** One picture of the network in training. */
export interface Frame {
  type: "Frame";
  number: number;
  n_iter: number;
  passes_a_second: number;
  loss: number;
  gradient_norm: number;
  scores: Scores;
  n_planes: number;
  shown: number[];
  layers: number[];
  n_curve: number;
  n_recent: number;
  confusion: number[][];
  confusion_of_test: boolean;
}

/** A finding of the tutor; `button` says what its button does, null when there is none. */
export interface FindingNote {
  kind: string;
  message: string;
  cure: string;
  button: string | null;
}

/** What the tutor has found by now. */
export interface Findings {
  type: "Findings";
  findings: FindingNote[];
}

/** A run that was kept. */
export interface KeptRun {
  run: number;
  label: string;
  n_iter: number;
  n_parameters: number;
  scores: Scores;
  n_curve: number;
  curve_of_test: boolean;
}

/** All kept runs. Buffer: float32 of shape (2, n_curve) for each: pass, and test loss if any. */
export interface Runs {
  type: "Runs";
  runs: KeptRun[];
}

/** One size of the sweep. */
export interface SweepPanel {
  units: number;
  scores: Scores;
  stop_reason: string | null;
}

/** The sweep as it stands. Buffer: planes of SWEEP_GRID x SWEEP_GRID for each size. */
export interface SweepFrame {
  type: "SweepFrame";
  running: boolean;
  share: number;
  n_planes: number;
  panels: SweepPanel[];
  recommended: number | null;
  reason: string;
}

/** How the background study stands. */
export interface StudyNote {
  type: "StudyNote";
  state: "none" | "running" | "done" | "failed";
  text: string;
  report: string | null;
}

/** A file that was asked for. Buffer: its bytes. */
export interface File {
  type: "File";
  what: "python" | "onnx" | "csv" | "link" | "report";
  name: string;
  media_type: string;
}

/** A request that was not carried out, and why. */
export interface Refused {
  type: "Refused";
  message: string;
}

export type Request = Hello | Change | Play | Pause | Step | Reset | Draw | Upload | Preset | Cure | KeepRun | ForgetRun | OpenRun | StartSweep | StopSweep | StartStudy | StopStudy | Ask | OpenLink | Seen;

export type Report = Welcome | Situation | Points | Frame | Findings | Runs | SweepFrame | StudyNote | File | Refused;

export const LIMITS = {
  "n_samples": [
    10,
    2000
  ],
  "noise": [
    0.0,
    5.0
  ],
  "n_classes": [
    2,
    5
  ],
  "seed": [
    0,
    4294967295
  ],
  "test_share": [
    0.0,
    0.9
  ],
  "units": [
    1,
    256
  ],
  "learning_rate_init": [
    1e-06,
    1000.0
  ],
  "batch_size": [
    1,
    10000
  ],
  "alpha": [
    0.0,
    10000.0
  ],
  "dropout": [
    0.0,
    0.9
  ],
  "max_iter": [
    1,
    1000000
  ],
  "pace": [
    0,
    1000000
  ],
  "edit": [
    0,
    9007199254740992
  ],
  "finding": [
    0,
    20
  ],
  "run": [
    1,
    1000000000.0
  ],
  "frame": [
    0,
    9007199254740992
  ]
} as const;

export const CHOICES = {
  "source": [
    "moons",
    "circles",
    "spirals",
    "xor",
    "blobs",
    "iris",
    "wine",
    "breast_cancer",
    "digits",
    "drawn",
    "table"
  ],
  "activation": [
    "identity",
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus"
  ],
  "output": [
    "auto",
    "softmax"
  ],
  "init": [
    "glorot_uniform",
    "glorot_normal",
    "lecun_uniform",
    "lecun_normal",
    "he_uniform",
    "he_normal"
  ],
  "solver": [
    "gd",
    "sgd",
    "adam",
    "lbfgs"
  ],
  "schedule": [
    "constant",
    "invscaling",
    "adaptive",
    "step",
    "exponential",
    "cosine"
  ]
} as const;

export const DEFAULTS: Settings = {
  "data": {
    "source": "moons",
    "n_samples": 200,
    "noise": 0.2,
    "n_classes": 3,
    "seed": 0,
    "test_share": 0.3,
    "target": null,
    "features": null,
    "shown": null
  },
  "network": {
    "hidden": [
      {
        "units": 3,
        "activation": "tanh"
      }
    ],
    "output": "auto",
    "init": "glorot_uniform",
    "seed": 0
  },
  "training": {
    "solver": "gd",
    "learning_rate_init": 0.5,
    "schedule": "constant",
    "batch_size": 32,
    "alpha": 0.01,
    "dropout": 0.0,
    "max_iter": 20000
  },
  "pace": 1000
};
