// Training that came no further than always giving the same answer.
#pragma once

#include "curves.h"
#include "units.h"

namespace moonlet::tutor {

// What a network must gain over the constant answer to have learned anything, as a share of it; and how still
// the loss must lie. Over-fitting alone gains more than that on pure noise.
inline constexpr double kGain = 0.02, kStill = 0.01;
// Along any weight the loss bends by about 1 at most where inputs have size 1; a penalty that bends it by a
// twentieth of that pulls every weight that does not pay for itself to 0.
inline constexpr double kHeavyPenalty = 0.05;

// A loss that has lain flat, at that of the best constant answer, for half of a run.
inline std::optional<Finding> find_plateau(const TrainingHistory& history, const Facts& facts) {
  const Curve losses = history.losses;
  const std::size_t n = history.n();
  const Curve second_half = losses.subspan(n / 2);
  const double base = facts.base_loss;
  // lbfgs sees at once that a gradient is next to nothing, and calls that converged.
  const bool enough = n >= 10 || (history.is_lbfgs() && history.status == Status::converged);
  if (facts.layers.empty() || !enough || !(swing(second_half) < kStill * base) ||
      !(losses.back() > (1 - kGain) * base))
    return std::nullopt;
  const Text seen{
      "finding.plateau.flat",
      {{"half", number(second_half.size())}, {"n", number(n)}, {"loss", losses.back()}, {"base", base}}};
  const auto found = [&](Text why, Text cure, std::vector<Change> change) {
    return Finding{Kind::plateau, {seen, std::move(why)}, std::move(cure), std::move(change)};
  };
  if (history.alpha / double(facts.n_rows) >= kHeavyPenalty) {
    const double alpha = one_digit(history.alpha / 100);
    return found({"finding.plateau.penalty", {{"alpha", history.alpha}, {"rows", number(facts.n_rows)}}},
                 {"finding.plateau.lower", {{"better", alpha}}}, {{"alpha", alpha}});
  }
  const auto has = [&](Activation activation) {
    return std::any_of(facts.layers.begin(), facts.layers.end(),
                       [&](const LayerCounts& layer) { return layer.activation == activation; });
  };
  if (has(Activation::logistic) || (history.is_lbfgs() && has(Activation::tanh)))
    return found({"finding.plateau.activation", {}}, {"finding.plateau.let_through", {{"better", "relu"}}},
                 {{"activation", "relu"}});
  if (!history.is_lbfgs())
    return found({"finding.plateau.steps", {{"solver", history.solver}}},
                 {"finding.plateau.other_solver", {{"better", "lbfgs"}}}, {{"solver", "lbfgs"}});
  return found({"finding.plateau.nothing", {}}, {"finding.plateau.check", {}}, {});
}

}  // namespace moonlet::tutor
