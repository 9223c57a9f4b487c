// Training that ended before it had done its work: too few steps, or steps too small.
//
// The textbook looks at the norm of the gradient (Nocedal & Wright 2006, section 3.1), scikit-learn at
// whether max_iter was reached. How this differs from them:
//   1. What counts is what is left to be won: the gains of the last two quarters of a run are continued as
//      a geometric series (Aitken's way), and its sum is compared with the loss. A gradient has units, this
//      has none; and to have reached max_iter is no fault where nothing was left.
//   2. A tolerance that ended training is contradicted too, but only for a good share of the loss at the
//      start.
//   3. A rate is judged by rate times curvature, so that no second training is needed to see that it is
//      low; "adam", whose steps have no such scale, by the way that a weight can have come.
//   4. The advice is a number: the limit times what the series says, ten times at the most.
#pragma once

#include <limits>
#include <optional>

#include "../facts.h"
#include "../names.h"
#include "curves.h"
#include "finding.h"
#include "history.h"
#include "rounding.h"

namespace moonlet::tutor {

// Going on is worth the time if it is to lower the loss by more than this share of it. Where a tolerance
// ended training, somebody has said what is worth the time, and is contradicted only for a good share of the
// loss at the start: near 0 a loss can halve again and again, and no answer changes. That is what a crawl
// leaves undone.
inline constexpr double kWorthwhile = 0.01, kWorthwhileOfStart = 1e-4, kWorthwhileInSpiteOfTol = 0.05;
// A rate r takes a share r * curvature of the way to the bottom of the steepest valley in a step, and 2 would
// throw it out again. Below a twentieth the rate can be raised tenfold with safety.
inline constexpr double kLowRate = 0.05;
// What the raised rate takes: the steepest valley often becomes steeper on the way down.
inline constexpr double kGoodRate = 0.3;
// "adam" moves a weight by its rate at most in a step, whatever the gradient. Weights start at about
// 1 / sqrt(inputs), so a way of a twentieth in all of the training changes next to nothing.
inline constexpr double kShortWay = 0.05;

// What may end a training on its way down, and what is said of it.
struct Limit {
  const char* parameter;
  const char* seen;
  const char* cure;
};
inline constexpr Limit kMaxIter{"max_iter", "finding.pace.max_iter", "finding.stopped_early.max_iter"};
inline constexpr Limit kMaxFun{"max_fun", "finding.pace.max_fun", "finding.stopped_early.max_fun"};
inline constexpr Limit kTol{"tol", "finding.pace.tol", "finding.stopped_early.tol"};

// How the loss was still falling when training stopped, and what going on would be worth.
struct Pace {
  const Limit* limit;
  double value;  // of that limit
  Text words;
  double worth;
};

inline std::optional<Pace> pace_of(const TrainingHistory& history) {
  const Curve losses = history.losses;
  const std::size_t n = history.n();
  // lbfgs calls itself converged when the gradient is small, descent already when its steps gain little, and
  // with a low rate they gain little from the first on.
  const bool too_tolerant = history.status == Status::converged && history.has_rate();
  if (n < 2 || !(history.status == Status::max_iter || too_tolerant)) return std::nullopt;
  const std::size_t quarter = std::max<std::size_t>(1, n / 4);
  // A passing bump says nothing of the trend.
  const auto best = [&](std::size_t from_end) { return lowest(losses.first(n - from_end)); };
  const double earlier = best(std::min(2 * quarter, n - 1)), later = best(quarter), now = best(0);
  const double fallen = later - now;
  // Were each quarter of a run to gain the same share of what the one before it gained, the geometric series
  // would add up to this.
  const double slowed = (earlier - later) - fallen;
  const double gains = slowed > 0 ? fallen * fallen / slowed : std::numeric_limits<double>::infinity();
  const double of_start = too_tolerant ? kWorthwhileInSpiteOfTol : kWorthwhileOfStart;
  const double worth = gains / (kWorthwhile * std::fabs(now) + of_start * std::fabs(losses[0]));
  if (fallen <= 0 || worth <= 1) return std::nullopt;
  const Limit* limit = &kMaxIter;
  double value = double(history.max_iter);
  if (too_tolerant) {
    limit = &kTol;
    value = history.tol;
  } else if (history.n_iter < history.max_iter) {
    limit = &kMaxFun;
    value = double(history.max_fun);
  }
  const Text words{limit->seen,
                   {{"limit", value}, {"fallen", fallen}, {"quarter", quarter}, {"n", n}, {"loss", now}}};
  return Pace{limit, value, words, worth};
}

// Steps so short that more of them would not do: the loss falls, and has hardly begun.
inline std::optional<Finding> find_low_rate(const TrainingHistory& history, const Facts& facts) {
  const std::optional<Pace> pace = pace_of(history);
  if (!pace || !history.has_rate() || history.n() < 10) return std::nullopt;
  const double rate = history.learning_rate_init;
  const auto too_low = [&](double better, Text why) {
    why.add({"rate", rate});
    why.add({"better", better});
    return Finding{Kind::rate_too_low,
                   pace->words,
                   why,
                   {"finding.rate_too_low.raise", {{"better", better}}},
                   {{{"learning_rate_init", better}}}};
  };
  if (history.solver == SolverName::adam) {
    const std::int64_t n_rows = std::int64_t(facts.n_rows), batch = std::min(history.batch_size, n_rows);
    const double n_steps = double(history.n_iter) * double((n_rows + batch - 1) / batch);
    const double way = rate * n_steps;
    // A few steps say nothing of the rate.
    if (n_steps < 50 || way >= kShortWay) return std::nullopt;
    return too_low(one_digit(10 * rate),
                   {"finding.rate_too_low.short_way", {{"steps", n_steps}, {"way", way}}});
  }
  if (std::isnan(facts.curvature)) return std::nullopt;
  // Momentum adds up the steps of the last 1 / (1 - momentum) updates.
  const double reach = history.solver == SolverName::sgd ? 1 / (1 - std::min(history.momentum, 0.99)) : 1;
  if (rate * reach * facts.curvature < kLowRate)
    return too_low(one_digit(kGoodRate / facts.curvature / reach), {"finding.rate_too_low.gentle", {}});
  if (history.schedule != ScheduleName::invscaling) return std::nullopt;
  const double n_seen = 1 + double(history.n_iter) * double(facts.n_rows);
  const double sunken = rate / power(n_seen, history.power_t);
  if (sunken * reach * facts.curvature >= kLowRate) return std::nullopt;
  const char* const constant = kSchedules(ScheduleName::constant);
  return Finding{Kind::rate_too_low,
                 pace->words,
                 {"finding.rate_too_low.sunken",
                  {{"schedule", kSchedules(history.schedule)}, {"rate", rate}, {"now", sunken}}},
                 {"finding.rate_too_low.keep", {{"better", constant}}},
                 {{{"learning_rate", constant}}}};
}

// Early stopping by a score that stood still, while the loss on the same rows fell. That accuracy rises no
// further is its right where the network knows all classes; not where it has given one up, or has not moved.
inline std::optional<Finding> find_deaf_stop(const TrainingHistory& history, bool gave_up) {
  const Curve scores = history.validation_scores, losses = history.validation_losses;
  const bool watched = history.stops_early && !history.stops_on_loss;
  if (history.status != Status::early_stopping || !watched || scores.empty() ||
      losses.size() != scores.size())
    return std::nullopt;
  const std::size_t kept = where_highest(scores);
  const double least = lowest(losses.subspan(kept));
  if ((kept > 0 && !gave_up) || !(least < (1 - kWorthwhile) * losses[kept])) return std::nullopt;
  return Finding{Kind::stopped_early,
                 {"finding.stopped_early.deaf",
                  {{"kept", kept + 1},
                   {"n", scores.size()},
                   {"score", scores[kept]},
                   {"from", losses[kept]},
                   {"to", least}}},
                 {},
                 {"finding.stopped_early.watch", {{"better", "loss"}}},
                 {{{"early_stopping_on", "loss"}}}};
}

// A training that a limit or a tolerance ended on its way down.
inline std::optional<Finding> find_early_stop(const TrainingHistory& history) {
  const std::optional<Pace> pace = pace_of(history);
  if (!pace) return std::nullopt;
  Change change{pace->limit->parameter, pace->value / 100};
  if (pace->limit != &kTol)
    change = {pace->limit->parameter, rounded_up(pace->value * std::min(std::max(pace->worth, 2.0), 10.0))};
  return Finding{Kind::stopped_early,
                 pace->words,
                 {"finding.stopped_early.gradient", {{"norm", history.gradient_norms.back()}}},
                 {pace->limit->cure, {{"better", change.number}}},
                 {{change}}};
}

}  // namespace moonlet::tutor
