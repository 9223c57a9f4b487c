// Training that came no further than always giving the same answer.
//
// The textbook explains plateaus by units that saturate, logistic ones above all (Glorot & Bengio 2010,
// "Understanding the difficulty of training deep feedforward neural networks", section 3). How this differs:
//   1. A plateau is told by where it lies: at the loss of the best constant answer, which is known, and not
//      by its flatness alone. A loss that lies still lower down has learned something.
//   2. Of the causes the penalty is asked first, for it is a number that can be checked: one that bends the
//      loss by a twentieth pulls weights to 0. Then the activation, then the solver.
//   3. "Nothing to be learned from these inputs" is said first: no curve can rule it out.
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
  const bool enough = n >= 10 || (!history.has_rate() && history.status == Status::converged);
  if (facts.layers.empty() || !enough || !(swing(second_half) < kStill * base) ||
      !(losses.back() > (1 - kGain) * base))
    return std::nullopt;
  Finding found{Kind::plateau,
                {"finding.plateau.flat",
                 {{"half", second_half.size()}, {"n", n}, {"loss", losses.back()}, {"base", base}}},
                {"finding.plateau.nothing", {}},
                {"finding.plateau.check", {}}};
  // What is flat at both ends holds the gradient up: where it is not 0 at 0 (logistic) with any solver, else
  // (tanh) where "lbfgs" takes the standstill at the start for a minimum.
  const bool holds_up = std::any_of(facts.layers.begin(), facts.layers.end(), [&](const LayerCounts& layer) {
    const ActivationFacts& activation = facts_of(layer.activation);
    return activation.flat == Flat::on_both_sides && (!activation.centred || !history.has_rate());
  });
  if (history.alpha / double(facts.n_rows) >= kHeavyPenalty) {
    const double alpha = one_digit(history.alpha / 100);
    found.why = {"finding.plateau.penalty", {{"alpha", history.alpha}, {"rows", facts.n_rows}}};
    found.cure = {"finding.plateau.lower", {{"better", alpha}}};
    found.change[0] = {"alpha", alpha};
  } else if (holds_up) {
    const char* const better = kActivations(Activation::relu);
    found.why = {"finding.plateau.activation", {}};
    found.cure = {"finding.plateau.let_through", {{"better", better}}};
    found.change[0] = {"activation", better};
  } else if (history.has_rate()) {
    found.why = {"finding.plateau.steps", {{"solver", kSolvers(history.solver)}}};
    found.cure = {"finding.plateau.other_solver", {{"better", kSolvers(SolverName::lbfgs)}}};
    found.change[0] = {"solver", kSolvers(SolverName::lbfgs)};
  }
  return found;
}

}  // namespace moonlet::tutor
