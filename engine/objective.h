// What a solver descends: the mean loss over all rows with its penalty, and the gradient.
#pragma once

#include <atomic>
#include <memory>

#include "architecture.h"
#include "kernels.h"
#include "training_data.h"

namespace moonlet {

// What ends a run from outside.
struct Control {
  std::atomic<bool> stop{false};
};

template <class T>
struct Evaluation {
  double loss = 0;
  double gradient_norm = 0;
  double largest_component = 0;
  bool finite() const { return __builtin_isfinite(loss) && __builtin_isfinite(gradient_norm); }
};

template <class T>
class Objective {
 public:
  Objective(std::shared_ptr<const Architecture> architecture, std::shared_ptr<const TrainingData<T>> data,
            double alpha)
      : architecture_(std::move(architecture)),
        data_(std::move(data)),
        penalised_(architecture_->penalised<T>()),
        alpha_(alpha) {
    const Network& network = architecture_->network();
    if (network.n_inputs() != data_->n_inputs() || network.n_outputs() != data_->n_outputs())
      throw std::invalid_argument("the network's inputs and outputs are not the data's");
  }

  const Network& network() const { return architecture_->network(); }
  const TrainingData<T>& data() const { return *data_; }
  Index length() const { return penalised_.size(); }  // of a padded parameter vector
  Index workspace() const { return workspace_size<T>(network(), data_->widest_tile()); }

  // loss = 1/W sum_s w_s loss_s + alpha / (2 W) sum weights^2, W the sum of the rows' weights.
  // False, with nothing promised of the results, when the control asked to stop half-way.
  bool evaluate(const T* parameters, T* gradient, T* workspace, const Control& control,
                Evaluation<T>& result) const {
    const Kernels<T>& level = kernels<T>();
    std::memset(gradient, 0, sizeof(T) * std::size_t(length()));
    double loss = 0;
    for (Index t = 0; t < data_->tiles(); ++t) {
      if (t > 0 && control.stop.load(std::memory_order_relaxed)) return false;
      loss += level.tile_loss(network(), parameters, data_->tile(t), workspace, gradient);
    }
    const double scale = 1.0 / data_->total_weight(), decay = alpha_ * scale;
    const GradientSums sums =
        level.finish_gradient(length(), parameters, penalised_.data(), T(scale), T(decay), gradient);
    result = {loss * scale + 0.5 * decay * sums.squared_weights, __builtin_sqrt(sums.squared_norm),
              sums.largest};
    return true;
  }

 private:
  std::shared_ptr<const Architecture> architecture_;
  std::shared_ptr<const TrainingData<T>> data_;
  Buffer<T> penalised_;
  double alpha_;
};

}  // namespace moonlet
