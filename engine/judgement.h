// What a network is worth when its training has ended: by rows as they are, whatever weights, smoothed
// labels and penalty it was trained with.
#pragma once

#include "base_loss.h"
#include "validation.h"

namespace moonlet {

// The log loss of a row whose class was given this probability. A probability is kept one machine epsilon
// of 64 bits away from 0 and 1, as scikit-learn keeps it: docs/decisions/0013.
inline double clipped_log_loss(double probability) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  return -std::log(std::clamp(probability, epsilon, 1 - epsilon));
}

struct Judgement {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  double own_loss = kNone;  // mean over the rows that it learned from
  double held_out_loss = kNone, held_out_score = kNone;
  double gradient_norm = kNone;  // of what was minimised, over all rows, every unit in its place
  bool passed = false;           // false: training goes on, or was interrupted
};

// Of the losses that are trained on, but for log loss.
template <class T>
struct Judge {
  using Data = std::shared_ptr<const TrainingData<T>>;
  Data minimised;      // with the weights and targets of training
  Data own, held_out;  // without; or null, if nothing is held out

  Judgement operator()(const std::shared_ptr<const Architecture>& architecture, const Buffer<T>& parameters,
                       Penalty penalty, const Control& control) const {
    Judgement found;
    found.own_loss = measure(architecture, own, parameters, control).loss;
    if (held_out) {
      const ValidationPoint there = measure(architecture, held_out, parameters, control);
      found.held_out_loss = there.loss;
      found.held_out_score = there.score;
    }
    Objective<T> objective(architecture, minimised, penalty);
    Buffer<T> gradient(objective.length());
    found.gradient_norm = OneThread<T>().evaluate(objective, parameters, gradient, 0, control).gradient_norm;
    found.passed = !control.stop;
    return found;
  }

 private:
  static ValidationPoint measure(const std::shared_ptr<const Architecture>& architecture, const Data& data,
                                 const Buffer<T>& parameters, const Control& control) {
    const RowLoss by = architecture->network().loss == Loss::log_loss ? RowLoss(clipped_log_loss) : nullptr;
    constexpr ValidationPoint none{Judgement::kNone, Judgement::kNone};
    return Validation<T>(architecture, data, by).measure(parameters.data(), control.stop).value_or(none);
  }
};

}  // namespace moonlet
