// The loss of the best answer that is the same for every row: what a network has to undercut.
#pragma once

#include "objective.h"

namespace moonlet {

// Evaluates full batches where it is.
template <class T>
class OneThread {
 public:
  Evaluation evaluate(Objective<T>& objective, const Buffer<T>& at, Buffer<T>& gradient,
                      std::int64_t epoch = 0, const Control& control = {}) {
    Evaluation result;
    objective.reserve(scratch_, 0);
    objective.evaluate(at.data(), gradient.data(), scratch_, control, result, epoch);
    return result;
  }

 private:
  Seats seats_;
  Team team_{1, seats_};
  Scratch<T> scratch_{team_};
};

template <class T>
class BaseLoss {
 public:
  BaseLoss(const Network& network, const TrainingData<T>& data)
      : network_(network),
        data_(data),
        Y_(data.targets()),
        mean_(weighted_mean([](double y, std::size_t) { return y; })) {}

  const std::vector<double>& mean() const { return mean_; }  // of each output's targets

  double value() const {
    switch (network_.loss) {
      case Loss::log_loss: return entropy();
      case Loss::squared_error: return half_variance();
      case Loss::poisson:
        return loss_of(each(
            [&](std::size_t k) { return std::log(std::max(mean_[k], std::numeric_limits<double>::min())); }));
      case Loss::quantile: return of_mean_or(quantiles(network_.loss_parameter));
      // A quantile without its rows' weights; and the best of huber and log_cosh lies between mean and
      // median. The better of the two is good enough for us.
      case Loss::absolute_error:
      case Loss::log_cosh:
      case Loss::huber: return of_mean_or(quantiles(0.5));
    }
    __builtin_unreachable();
  }

 private:
  // Of f(y, k), y the targets of output k.
  template <class F>
  std::vector<double> weighted_mean(F f) const {
    std::vector<double> mean(std::size_t(Y_.width));
    for (Index row = 0; row < Y_.n_rows; ++row)
      for (std::size_t k = 0; k < mean.size(); ++k)
        mean[k] += data_.weight(row) * f(double(Y_.values[row * Y_.width + Index(k)]), k);
    for (double& one : mean) one /= data_.total_weight();
    return mean;
  }

  // An answer: f(k) for output k.
  template <class F>
  std::vector<double> each(F f) const {
    std::vector<double> answer;
    for (std::size_t k = 0; k < mean_.size(); ++k) answer.push_back(f(k));
    return answer;
  }

  double entropy() const {
    const auto p_log_p = [](double p) { return p > 0 ? p * std::log(p) : 0.0; };
    double sum = 0, mass = 0;
    for (double share : mean_) {
      sum -= p_log_p(share);
      if (network_.output == Output::sigmoid) sum -= p_log_p(1 - share);
      mass += share;
    }
    return network_.output == Output::softmax ? sum + p_log_p(mass) : sum;
  }

  double half_variance() const {
    double sum = 0;
    for (double square :
         weighted_mean([&](double y, std::size_t k) { return (y - mean_[k]) * (y - mean_[k]); }))
      sum += 0.5 * square;
    return sum;
  }

  std::vector<double> quantiles(double level) const {
    return each([&](std::size_t k) {
      std::vector<double> values;
      values.reserve(std::size_t(Y_.n_rows));
      for (Index row = 0; row < Y_.n_rows; ++row)
        values.push_back(double(Y_.values[row * Y_.width + Index(k)]));
      const auto at = values.begin() + Index(level * double(Y_.n_rows - 1));
      std::nth_element(values.begin(), at, values.end());
      return *at;
    });
  }

  double of_mean_or(const std::vector<double>& answer) const {
    return std::min(loss_of(mean_), loss_of(answer));
  }

  // By the engine's own loss: of a network that has nothing but biases.
  double loss_of(const std::vector<double>& answer) const {
    auto constant =
        std::make_shared<const Architecture>(std::vector<Index>{1, Y_.width}, std::vector<Activation>{},
                                             network_.output, network_.loss, network_.loss_parameter, false);
    const Buffer<T> zeros(Y_.n_rows);
    const Rows<T> nothing{zeros.data(), nullptr, nullptr, Y_.n_rows, 1};
    Objective<T> objective(
        constant, std::make_shared<const TrainingData<T>>(nothing, Y_, data_.weights(), nullptr), {});
    Buffer<T> at(objective.length()), gradient(objective.length());
    for (std::size_t k = 0; k < answer.size(); ++k) at[Y_.width + Index(k)] = T(answer[k]);
    return OneThread<T>().evaluate(objective, at, gradient).loss;
  }

  const Network& network_;
  const TrainingData<T>& data_;
  const Rows<T>& Y_;
  std::vector<double> mean_;
};

}  // namespace moonlet
