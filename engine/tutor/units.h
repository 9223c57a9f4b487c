// Hidden units that the gradient does not pass through.
//
// The textbook: a relu whose sum is negative for every row is dead (Maas, Hannun & Ng 2013, "Rectifier
// nonlinearities improve neural network acoustic models", section 2), a sigmoid far out saturates (Glorot &
// Bengio 2010, section 3). How this differs from it:
//   1. Every activation is judged, by where it is flat, which the table of names says: on one side units
//      die, on both they saturate. A unit counts by its slope on the rows trained on, and not by its value.
//   2. Units that stand still are no trouble as such. It takes a good part of a layer, and much of the loss
//      of the constant answer to be left: networks that have done their work end in steps of 0 and 1.
//   3. The advice was chosen by what helped in simulations, activation by activation, and not by theory.
#pragma once

#include <optional>

#include "../facts.h"
#include "../names.h"
#include "finding.h"
#include "history.h"
#include "rounding.h"

namespace moonlet::tutor {

// A few idle units are no loss to a layer, and some start out idle.
inline constexpr double kDeadShare = 0.4, kFlatShare = 0.5;
// Units that stand still in a network that has done its work are no trouble: steps of 0 and 1 are what tells
// classes apart. They are where much of the loss of the constant answer is left.
inline constexpr double kStillToDo = 0.4;

inline bool is_much_left(const TrainingHistory& history, const Facts& facts) {
  return history.losses.back() - facts.penalty > kStillToDo * facts.base_loss;  // the constant bears none
}

// The layer of that kind of which the largest part counts, the first of several; from 0, or -1.
template <class Count>
std::ptrdiff_t worst_layer(const Facts& facts, Flat flat, Count count) {
  std::ptrdiff_t worst = -1;
  const auto share = [&](std::ptrdiff_t at) {
    const LayerCounts& layer = facts.layers[std::size_t(at)];
    return double(count(layer)) / double(layer.n_units);
  };
  for (std::ptrdiff_t at = 0; at < std::ptrdiff_t(facts.layers.size()); ++at)
    if (facts_of(facts.layers[std::size_t(at)].activation).flat == flat)
      if (worst < 0 || share(at) > share(worst)) worst = at;
  return worst;
}

// A layer of which much gives the same for every row, and cannot learn to do else.
inline std::optional<Finding> find_dead_units(const TrainingHistory& history, const Facts& facts) {
  if (!is_much_left(history, facts)) return std::nullopt;
  const auto worst =
      worst_layer(facts, Flat::on_one_side, [](const LayerCounts& layer) { return layer.n_dead; });
  if (worst < 0) return std::nullopt;
  const LayerCounts& layer = facts.layers[std::size_t(worst)];
  if (double(layer.n_dead) <= kDeadShare * double(layer.n_units)) return std::nullopt;
  const char* const better = kActivations(facts_of(layer.activation).instead);
  return Finding{Kind::dead_units,
                 {"finding.dead_units.found",
                  {{"dead", layer.n_dead},
                   {"units", layer.n_units},
                   {"layer", worst + 1},
                   {"loss", history.losses.back()},
                   {"activation", kActivations(layer.activation)}}},
                 {},
                 {"finding.dead_units.slope", {{"better", better}}},
                 {{{"activation", better}}}};
}

// A layer that stands still at the ends of its activation while work is left.
inline std::optional<Finding> find_saturated_units(const TrainingHistory& history, const Facts& facts) {
  if (!is_much_left(history, facts)) return std::nullopt;
  const auto worst =
      worst_layer(facts, Flat::on_both_sides, [](const LayerCounts& layer) { return layer.n_flat; });
  if (worst < 0) return std::nullopt;
  const LayerCounts& layer = facts.layers[std::size_t(worst)];
  if (double(layer.n_flat) < kFlatShare * double(layer.n_units)) return std::nullopt;
  const double rate = history.learning_rate_init;
  const bool by_weights = !history.has_rate();
  const double better = one_digit(by_weights ? std::max(10 * history.alpha, 0.1) : rate / 10);
  return Finding{
      Kind::saturated_units,
      {by_weights ? "finding.saturated_units.weights" : "finding.saturated_units.steps",
       {{"flat", layer.n_flat},
        {"units", layer.n_units},
        {"layer", worst + 1},
        {"loss", history.losses.back()},
        {"activation", kActivations(layer.activation)},
        {"rate", rate}}},
      {},
      {by_weights ? "finding.saturated_units.hold" : "finding.saturated_units.lower", {{"better", better}}},
      {{{by_weights ? "alpha" : "learning_rate_init", better}}}};
}

}  // namespace moonlet::tutor
