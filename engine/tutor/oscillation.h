// Training that goes up and down instead of down.
//
// The textbook: between 1 and 2 over the largest curvature a descent swings across the valley, each swing
// smaller than the one before (LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", figure 6). How this
// differs from it:
//   1. A loss is no parabola: swings may settle into a cycle that neither grows nor dies, and periods
//      double as the rate rises. The period is searched for and told.
//   2. What counts is whether the rises took back half of what the falls won. A swing that loses less than
//      that is the quick end of a good rate, and nobody is warned of it.
//   3. The last quarter is looked at and the last dozen passes: the one finds slow cycles, the other a
//      descent that has only just begun to swing.
//   4. Mini-batches tremble by themselves: for them quantiles, and limits found by simulation.
#pragma once

#include <optional>

#include "curves.h"
#include "finding.h"
#include "history.h"

namespace moonlet::tutor {

// A swing smaller than this share of the loss is of no use to anyone.
inline constexpr double kNegligible = 1e-6;
// What rounding may leave of a loss, as a share of the loss at the start.
inline constexpr double kRounding = 1e-12;
// Mini-batches make a loss tremble, the more the closer it has come. Only a swing of half the loss, and of a
// hundredth of the loss at the start, is more than that; found by simulation, in
// benchmarks/how_often_does_the_tutor_cry_wolf.py.
inline constexpr double kTremble = 0.5, kTrembleOfStart = 0.01;

// Whether the rises took back more than half of what the falls had won.
inline bool swings(Curve tail, double visible) {
  double risen = 0, fallen = 0;
  for (std::size_t i = 1; i < tail.size(); ++i) {
    const double step = tail[i] - tail[i - 1];
    (step > 0 ? risen : fallen) += std::fabs(step);
  }
  return risen > 0.5 * fallen && swing(tail) > visible;
}

// The shortest cycle that the last iterations repeat, three times or more; or 0.
inline std::size_t period_of(Curve tail) {
  const Curve recent = last(tail, 300);
  const double all = swing(recent);
  for (std::size_t period = 2; period <= recent.size() / 3; ++period) {
    double apart = 0;
    for (std::size_t i = period; i < recent.size(); ++i)
      apart = std::max(apart, std::fabs(recent[i] - recent[i - period]));
    // A slow wave hardly changes in a few steps either: a cycle runs through all of the swing.
    if (apart < 0.01 * all && swing(last(recent, period)) > 0.9 * all) return period;
  }
  return 0;
}

inline Finding describe_oscillation(const TrainingHistory& history, Curve tail) {
  const double rate = history.learning_rate_init, half = rate / 2;
  Text seen{"finding.oscillating.swings", {{"norm", history.gradient_norms.back()}, {"rate", rate}}};
  if (const std::size_t period = period_of(tail)) {
    const Curve cycle = last(tail, period);
    seen.key = "finding.oscillating.cycle";
    seen.add({"period", period});
    seen.losses = {lowest(cycle), highest(tail)};
    if (period <= 4) std::copy(cycle.begin(), cycle.end(), seen.losses.begin());
    seen.n_losses = period <= 4 ? int(period) : 2;
  } else {
    std::size_t rises = 0;
    for (std::size_t i = 1; i < tail.size(); ++i) rises += tail[i] > tail[i - 1];
    seen.add({"low", lowest(tail)});
    seen.add({"high", highest(tail)});
    seen.add({"n", tail.size()});
    seen.add({"rises", rises});
  }
  return {Kind::oscillating,
          seen,
          {},
          {"finding.oscillating.halve", {{"half", half}}},
          {{{"learning_rate_init", half}}}};
}

// A loss whose rises take back what its falls have won.
inline std::optional<Finding> find_oscillation(const TrainingHistory& history) {
  const Curve losses = history.losses;
  const std::size_t n = history.n();
  // lbfgs accepts no step that raises the loss.
  if (!history.has_rate() || n < 10) return std::nullopt;
  const Curve quarter = last(losses, std::max<std::size_t>(12, n / 4));
  if (history.takes_batches()) {
    const double low = quantile(quarter, 0.1), middle = quantile(quarter, 0.5), high = quantile(quarter, 0.9);
    if (high - low <= kTremble * middle + kTrembleOfStart * losses[0] || !swings(quarter, 0))
      return std::nullopt;
    return describe_oscillation(history, quarter);
  }
  // The last quarter holds slow cycles, of hundreds of passes; the last dozen passes show a descent that has
  // only just begun to swing.
  const Curve dozen = last(losses, 12);
  const double visible = kNegligible * std::fabs(losses.back()) + kRounding * std::fabs(losses[0]);
  const bool slowly = swings(quarter, visible);
  // One bump that is over, and left the loss lower than ever, was none of it.
  if (swings(dozen, visible) || (slowly && losses.back() > lowest(quarter)))
    return describe_oscillation(history, slowly ? quarter : dozen);
  return std::nullopt;
}

}  // namespace moonlet::tutor
