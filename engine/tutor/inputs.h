// Inputs and targets of a size that no network starts out for.
//
// The textbook: shift every input to a mean of 0 and scale it to a variance of 1 (LeCun, Bottou, Orr & Müller
// 1998, "Efficient BackProp", section 4.3). How this differs from it:
//   1. It speaks only where the size did harm in simulations, not wherever the advice is not followed.
//   2. Size is the root of the mean square, of mean and spread together: a year of 2000 ± 10 is a large
//      input, though its variance is small.
//   3. Small inputs are found only where all are small: one small column among others of size 1 is hardly
//      heard and harms nothing.
//   4. A target is judged by its distance from 0, where the output begins, and only if nothing was learned.
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
  const std::size_t n = facts.columns_mean.size();
  const auto size_of = [&](std::size_t column) {
    const double mean = std::fabs(facts.columns_mean[column]), spread = facts.columns_spread[column];
    const double more = std::max(mean, spread), part = std::min(mean, spread) / more;
    // NaN is what an overflow left of immense ones.
    if (std::isnan(mean) || std::isnan(spread)) return std::numeric_limits<double>::infinity();
    return more > 0 && std::isfinite(more) ? more * std::sqrt(1 + part * part) : more;
  };
  std::size_t largest = 0;
  for (std::size_t i = 1; i < n; ++i)
    if (size_of(i) > size_of(largest)) largest = i;
  const double size = size_of(largest);
  const bool is_large = size > kTooLarge;
  if (!is_large && !(0 < size && size < kTooSmall)) return std::nullopt;
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i)
    if (i != largest) smallest = std::min(smallest, size_of(i));
  const char* const seen = !is_large ? "finding.unscaled_inputs.small"
                           : n > 1   ? "finding.unscaled_inputs.large"
                                     : "finding.unscaled_inputs.alone";
  Finding found{Kind::unscaled_inputs,
                {seen, {{"column", largest}, {"size", size}, {"smallest", smallest}}},
                {},
                {"finding.unscaled_inputs.standardize", {}}};
  found.standardizes = true;
  return found;
}

// A target so large that training spent itself on getting to its mean.
inline std::optional<Finding> find_unscaled_target(const TrainingHistory& history, const Facts& facts) {
  const double loss = history.losses.back();
  // Where the network has learned something in spite of it, nothing needs to be said.
  if (facts.target_size < kFarTarget || loss < 0.9 * facts.base_loss) return std::nullopt;
  Finding found{
      Kind::unscaled_target,
      {"finding.unscaled_target.far",
       {{"size", facts.target_size}, {"n", history.n_iter}, {"loss", loss}, {"base", facts.base_loss}}},
      {},
      {"finding.unscaled_target.standardize", {}}};
  found.standardizes = true;
  return found;
}

}  // namespace moonlet::tutor
