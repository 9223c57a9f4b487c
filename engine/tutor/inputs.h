// Inputs and targets of a size that no network starts out for.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include "../facts.h"
#include "curves.h"
#include "finding.h"
#include "history.h"

namespace moonlet::tutor {

// Starting weights are made for inputs of size 1. The curvature along a weight grows with the square of its
// input, so a rate that suits a column of size 20 is a four-hundredth of what its neighbours of size 1 need:
// at 20, 500 epochs on the moons leave sgd more than twice the loss, at a tenth all solvers
// (benchmarks/how_often_does_the_tutor_cry_wolf.py --inputs). Petals in centimetres and pixels from 0 to 16
// train well as they are and lie between the limits.
inline constexpr double kTooLarge = 20, kTooSmall = 0.1;
// The output's bias starts near 0 and must first travel to the target's mean.
inline constexpr double kFarTarget = 10;

// Columns that are far larger than 1, or all far smaller.
inline std::optional<Finding> find_unscaled_inputs(const Facts& facts) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < facts.columns_mean.size(); ++i) {
    const double size = std::hypot(facts.columns_mean[i], facts.columns_spread[i]);
    // NaN is what an overflow left of immense ones.
    sizes.push_back(std::isnan(size) ? std::numeric_limits<double>::infinity() : size);
  }
  const std::size_t column = where_highest(sizes);
  const double size = sizes[column];
  std::string seen = "finding.unscaled_inputs.small";
  if (size > kTooLarge) {
    seen = sizes.size() > 1 ? "finding.unscaled_inputs.large" : "finding.unscaled_inputs.alone";
    sizes.erase(sizes.begin() + std::ptrdiff_t(column));
  } else if (!(0 < size && size < kTooSmall)) {
    return std::nullopt;
  }
  const double smallest = sizes.empty() ? size : lowest(sizes);
  return Finding{Kind::unscaled_inputs,
                 {{seen, {{"column", number(column)}, {"size", size}, {"smallest", smallest}}}},
                 {"finding.unscaled_inputs.standardize", {}},
                 {},
                 true};
}

// A target so large that training spent itself on getting to its mean.
inline std::optional<Finding> find_unscaled_target(const TrainingHistory& history, const Facts& facts) {
  const double loss = history.losses.back();
  // Where the network has learned something in spite of it, nothing needs to be said.
  if (facts.target_size < kFarTarget || loss < 0.9 * facts.base_loss) return std::nullopt;
  return Finding{Kind::unscaled_target,
                 {{"finding.unscaled_target.far",
                   {{"size", facts.target_size},
                    {"n", number(history.n_iter)},
                    {"loss", loss},
                    {"base", facts.base_loss}}}},
                 {"finding.unscaled_target.standardize", {}},
                 {},
                 true};
}

}  // namespace moonlet::tutor
