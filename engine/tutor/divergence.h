// Training that left the finite numbers, or is on its way there.
//
// The textbook: gradient descent runs off where the rate exceeds 2 over the largest curvature (LeCun, Bottou,
// Orr & Müller 1998, "Efficient BackProp", section 5.1). How this differs from it:
//   1. The curvature is not computed, for there may be no finite weights to compute it at: it is read off
//      the first step that rose.
//   2. The advice is 0.3 and not 2, or 1, over it: other directions may be steeper, and valleys become so.
//   3. What runs off without an overflow counts as well: a quarter of the passes at ten times the first
//      loss.
//   4. Where inputs are far larger than 1 they are the cause, and a rate that suits them suits nothing
//      else: scaling is the one cure that is named.
//   5. Mini-batches are told a tenth of their rate: a batch's loss says nothing of where its step arrived.
#pragma once

#include "inputs.h"
#include "rounding.h"

namespace moonlet::tutor {

// A rate at which a descent that ran off would hold.
inline double steady_rate(const TrainingHistory& history, std::size_t n_finite) {
  const double rate = history.learning_rate_init;
  if (history.takes_batches()) return one_digit(rate / 10);  // what follows needs the gradient of all rows
  const Curve losses = history.losses.first(n_finite), norms = history.gradient_norms;
  // Far out the curvature is not that of the start, and the estimate below it next to nothing. With a
  // hundredth of the rate at which the first slope would reach a loss of 0 one can begin.
  double steady = 0.01 * losses[0] / norms[0] / norms[0];
  std::size_t t = 0;
  while (t + 1 < n_finite && !(losses[t + 1] - losses[t] > 0)) ++t;
  if (t + 1 < n_finite) {
    // Along a step of length r |g|, a parabola that starts at L with slope -|g| and curvature c arrives at
    // L - r |g|^2 + c (r |g|)^2 / 2. Where the loss did arrive gives c, and a rate of 1 / c would have ended
    // at the bottom. The first rise is taken, where descent ceased to descend, and 0.3 instead of 1, since
    // other directions may be steeper.
    const double length = rate * norms[t];
    const double curvature = 2 * ((losses[t + 1] - losses[t]) / length / length + 1 / rate);
    steady = std::max(steady, 0.3 / curvature);
  }
  return one_digit(std::max(std::min(rate / 10, steady), std::numeric_limits<double>::min()));
}

// Losses that are no numbers, or ten times what they were at the start. `facts` may be null.
inline std::optional<Finding> find_divergence(const TrainingHistory& history, const Facts* facts) {
  const Curve losses = history.losses;
  const std::size_t n = history.n();
  std::size_t n_finite = 0;
  while (n_finite < n && std::isfinite(losses[n_finite]) && std::isfinite(history.gradient_norms[n_finite]))
    ++n_finite;
  const bool left = history.status == Status::diverged || n_finite < n;
  if (!left && !(n > 1 && median(last(losses, std::max<std::size_t>(1, n / 4))) > 10 * losses[0]))
    return std::nullopt;
  const double iteration = double(n_finite < n ? n_finite + 1 : std::max<std::size_t>(n, 1));
  const bool unscaled = facts && find_unscaled_inputs(*facts);
  if (n_finite == 0 || !history.has_rate() || unscaled) {
    Finding found{Kind::diverged,
                  {left ? "finding.diverged.left.inputs" : "finding.diverged.runs_off.inputs",
                   {{"iteration", iteration}, {"n", n}}},
                  {},
                  {"finding.diverged.standardize", {}}};
    found.standardizes = true;
    return found;
  }
  const double most = highest(losses.first(n_finite)), better = steady_rate(history, n_finite);
  const bool risen = most > losses[0];
  const char* const seen = left    ? risen ? "finding.diverged.left.risen" : "finding.diverged.left.steps"
                           : risen ? "finding.diverged.runs_off.risen"
                                   : "finding.diverged.runs_off.steps";
  return Finding{Kind::diverged,
                 {seen,
                  {{"iteration", iteration},
                   {"n", n},
                   {"first", losses[0]},
                   {"highest", most},
                   {"rate", history.learning_rate_init}}},
                 {},
                 {"finding.diverged.lower", {{"better", better}}},
                 {{{"learning_rate_init", better}}}};
}

}  // namespace moonlet::tutor
