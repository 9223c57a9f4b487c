// From a history to findings: what is asked, in which order.
#pragma once

#include "balance.h"
#include "divergence.h"
#include "oscillation.h"
#include "overfitting.h"
#include "plateau.h"
#include "progress.h"

namespace moonlet::tutor {

inline std::optional<Finding> first_trouble(const TrainingHistory& history, const Facts* facts) {
  std::optional<Finding> found;
  const auto look = [&](auto find) {
    if (!found) found = find();
  };
  if (!facts || history.losses.empty()) {
    look([&] { return find_oscillation(history); });
  } else {
    look([&] { return find_unscaled_inputs(*facts); });
    look([&] { return find_saturated_units(history, *facts); });
    look([&] { return find_oscillation(history); });
    look([&] { return find_dead_units(history, *facts); });
    look([&] { return find_low_rate(history, *facts); });
    look([&] { return find_unscaled_target(history, *facts); });
    look([&] { return find_plateau(history, *facts); });
  }
  look([&] { return find_early_stop(history); });
  return found;
}

// Of what kept training from its end, the first cause alone: a descent that has run off did not stop too
// early, and more passes do not help one that swings. After that what the trained network is bad at: other
// rows, and rare classes. Without `facts`, only the curves are judged.
inline std::vector<Finding> examine(const TrainingHistory& history, const Facts* facts) {
  if (const std::optional<Finding> diverged = find_divergence(history, facts)) return {*diverged};
  std::optional<Finding> ignored = facts ? find_ignored_imbalance(*facts) : std::nullopt;
  std::optional<Finding> trouble = find_deaf_stop(history, ignored.has_value());
  if (!trouble) trouble = first_trouble(history, facts);
  const auto stopped_early = [&] { return trouble && trouble->kind == Kind::stopped_early; };
  if (stopped_early() && is_past_its_best(history)) trouble.reset();  // it went on for too long already
  // What a network that was stopped too early does not know yet, it has not given up.
  if (stopped_early()) ignored.reset();
  std::vector<Finding> findings;
  if (trouble) findings.push_back(*trouble);
  if (const std::optional<Finding> over_fitting = find_over_fitting(history, facts))
    findings.push_back(*over_fitting);
  if (ignored) findings.push_back(*ignored);
  return findings;
}

}  // namespace moonlet::tutor
