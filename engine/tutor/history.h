// How a training went: the curves, and the parameters that it went by. What moonlet.diagnosis.history
// says of each field holds here.
#pragma once

#include <span>

#include "../network.h"
#include "../schedule.h"
#include "../solvers/solver.h"

namespace moonlet::tutor {

struct TrainingHistory {
  std::span<const double> losses, gradient_norms;                // of the same length
  std::span<const double> validation_losses, validation_scores;  // empty where nothing is watched
  std::int64_t n_iter;
  Status status;
  SolverName solver;
  double learning_rate_init;
  std::int64_t max_iter;
  double tol;
  std::int64_t max_fun;
  double alpha, momentum;
  ScheduleName schedule;
  double power_t;
  std::int64_t batch_size;
  bool stops_early, stops_on_loss;

  std::size_t n() const { return losses.size(); }
  // Whether a pass is many updates, each on a few rows.
  bool takes_batches() const { return facts_of(solver).takes_batches; }
  // Whether the rate is the caller's: "lbfgs" searches along a line for the length of each step.
  bool has_rate() const { return facts_of(solver).has_rate; }
  bool follows_gradient() const { return facts_of(solver).follows_gradient; }
};

}  // namespace moonlet::tutor
