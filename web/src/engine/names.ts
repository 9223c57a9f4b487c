/** What the engine takes: as moonlet.specs has it in Python. The names are in names.generated.ts. */
import type { Activation, Init, Loss, Output, Schedule, Solver, Toy } from "./names.generated";

export type { Activation, Init, Loss, Output, Schedule, Solver, Toy };

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
  l1_ratio?: number;
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
