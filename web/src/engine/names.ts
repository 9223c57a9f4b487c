/** The engine's names and what it takes: as moonlet.specs has them in Python. */

export const ACTIVATIONS = [
  "identity",
  "logistic",
  "tanh",
  "relu",
  "leaky_relu",
  "elu",
  "gelu",
  "silu",
  "softplus",
] as const;
export const OUTPUTS = ["identity", "exp", "sigmoid", "softmax"] as const;
export const LOSSES = [
  "log_loss",
  "squared_error",
  "absolute_error",
  "huber",
  "quantile",
  "poisson",
] as const;
export const SOLVERS = ["gd", "sgd", "adam", "lbfgs"] as const;
export const SCHEDULES = ["constant", "invscaling", "adaptive", "step", "exponential", "cosine"] as const;
export const INITS = [
  "glorot_uniform",
  "glorot_normal",
  "lecun_uniform",
  "lecun_normal",
  "he_uniform",
  "he_normal",
] as const;
export const TOYS = [
  "moons",
  "circles",
  "blobs",
  "spirals",
  "xor",
  "line",
  "parabola",
  "cubic",
  "corner",
  "sine",
  "plane",
  "hills",
  "wave",
] as const;

export type Activation = (typeof ACTIVATIONS)[number];
export type Output = (typeof OUTPUTS)[number];
export type Loss = (typeof LOSSES)[number];
export type Solver = (typeof SOLVERS)[number];
export type Schedule = (typeof SCHEDULES)[number];
export type Init = (typeof INITS)[number];
export type Toy = (typeof TOYS)[number];

export type StopReason = "converged" | "max_iter" | "early_stopping" | "diverged";

/** The shape of a network: inputs, hidden units layer by layer, outputs. */
export interface NetworkSpec {
  layer_sizes: readonly number[];
  /** One name for each hidden layer. */
  activations: readonly Activation[];
  output: Output;
  /** By default the output's usual one. */
  loss?: Loss;
  /** Where "huber" becomes a line; the level of "quantile". */
  loss_parameter?: number;
}

/** How a network is trained; what is left out is as in Python's SolverSpec and StopRule. */
export interface Training {
  solver: Solver;
  learning_rate_init?: number;
  schedule?: Schedule;
  power_t?: number;
  batch_size?: number;
  shuffle?: boolean;
  /** Of shuffles and dropout. */
  seed?: number;
  momentum?: number;
  nesterovs_momentum?: boolean;
  beta_1?: number;
  beta_2?: number;
  epsilon?: number;
  alpha?: number;
  dropout?: number;
  max_iter?: number;
  tol?: number;
  n_iter_no_change?: number;
  max_fun?: number;
  /** Stops on the validation rows, and keeps the best weights. */
  early_stopping?: "score" | "loss";
}

/** How much of a toy set, and which, in `moonlet.data.load`'s words. */
export interface ToyOptions {
  n_samples: number;
  noise: number;
  /** Of blobs and spirals. */
  n_classes?: number;
  random_state: number;
}
