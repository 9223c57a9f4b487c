// Training that went on after it had stopped helping on other rows.
//
// The textbook: stop when the validation loss exceeds its lowest by some share, the "generalisation loss" of
// Prechelt (1998, "Early stopping - but when?", criterion GL). How this differs from it:
//   1. It is asked once, at the end, of what was kept, and not after each pass.
//   2. The end is a median of five passes: one bad epoch is no trend.
//   3. The training loss has to have fallen meanwhile, and to lie below the validation's: else it is
//      another trouble (rows of another kind, too high a rate), which stopping does not cure.
//   4. Both are compared without the penalty, which no held-out row pays.
#pragma once

#include "curves.h"
#include "units.h"

namespace moonlet::tutor {

// A rise of the validation loss by a tenth is more than the wobble of an ordinary run.
inline constexpr double kRise = 0.1;

inline double end_of(Curve curve) { return median(last(curve, 5)); }  // one bad epoch is no trend

// Whether the validation loss has turned upward while the training loss went on falling.
inline bool is_past_its_best(const TrainingHistory& history) {
  const Curve curve = history.validation_losses, losses = history.losses;
  if (curve.size() < 10 || losses.empty() || !all_finite(curve)) return false;
  const std::size_t best = where_lowest(curve);
  return end_of(curve) > (1 + kRise) * curve[best] &&
         losses.back() < losses[std::min(best, losses.size() - 1)];
}

// Training that went on past its best, and kept what it had at the end. `facts` may be null.
inline std::optional<Finding> find_over_fitting(const TrainingHistory& history, const Facts* facts) {
  const Curve curve = history.validation_losses;
  // Early stopping has gone back to the best weights already.
  if (history.stops_early || !is_past_its_best(history)) return std::nullopt;
  const std::size_t best = where_lowest(curve);
  const double end = end_of(curve), penalty = facts ? facts->penalty : 0;
  // The validation loss is without the penalty: so must be what it is compared with. Without facts the
  // penalty is not known, and to leave it in accuses nobody falsely.
  const double training = history.losses.back() - penalty;
  // Rows that were learned by heart are answered better than others.
  if (end <= training) return std::nullopt;
  Finding found{Kind::over_fitting,
                {penalty == 0 ? "finding.over_fitting.risen" : "finding.over_fitting.risen_without_penalty",
                 {{"best", best + 1},
                  {"lowest", curve[best]},
                  {"rise", end / curve[best] - 1},
                  {"end", end},
                  {"training", training}}},
                {},
                {"finding.over_fitting.stop", {{"best", best + 1}}},
                {{{"early_stopping", true}, {"early_stopping_on", "loss"}}}};
  if (!history.has_rate()) {
    const double alpha = one_digit(std::max(10 * history.alpha, 0.1));
    found.cure = {"finding.over_fitting.hold", {{"better", alpha}}};
    found.change = {{{"alpha", alpha}}};
  }
  return found;
}

}  // namespace moonlet::tutor
