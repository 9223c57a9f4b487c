// How a network does on rows that it is not trained on, watched pass by pass.
#pragma once

#include <cmath>
#include <optional>

#include "objective.h"
#include "state.h"

namespace moonlet {

struct ValidationPoint {
  double loss;   // mean over the rows, without the penalty
  double score;  // accuracy, or R^2
};

// The loss of a row from the probability of its class.
using RowLoss = double (*)(double probability);

template <class T>
class Validation {
 public:
  // By the loss that is trained on; or by a loss of probabilities, for networks that give some.
  Validation(std::shared_ptr<const Architecture> architecture, std::shared_ptr<const TrainingData<T>> data,
             RowLoss row_loss = nullptr)
      : architecture_(std::move(architecture)), data_(std::move(data)), row_loss_(row_loss) {
    const Network& network = architecture_->network();
    if (network.n_inputs() != data_->n_inputs() || network.n_outputs() != data_->n_outputs())
      throw std::invalid_argument("the network's inputs and outputs are not the validation data's");
    const Index widest = Tiling<T>(data_->n_rows(), 0).widest();
    workspace_ = Buffer<T>(workspace_size<T>(network, widest));
    outputs_ = Buffer<T>(checked_product(data_->n_outputs(), widest));
  }

  Index n_rows() const { return data_->n_rows(); }

  // Nothing when told to stop half-way.
  std::optional<ValidationPoint> measure(const T* parameters, const std::atomic<bool>& stop) {
    const Network& network = architecture_->network();
    const Kernels<T>& level = kernels<T>();
    double loss = 0, right = 0;
    moments_.clear();
    const std::vector<Tile<T>>* tiles = data_->tiles(&stop);
    if (!tiles) return std::nullopt;
    for (const Tile<T>& tile : *tiles) {
      if (stop.load(std::memory_order_relaxed)) return std::nullopt;
      if (!row_loss_) loss += level.tile_loss(network, parameters, tile, workspace_.data(), nullptr);
      level.tile_outputs(network, parameters, tile, workspace_.data(), outputs_.data());
      for (Index s = 0; s < tile.stride; ++s) {
        const double w = double(tile.weight[s]);
        if (w == 0) continue;
        if (row_loss_) loss += w * loss_of_row(network, tile, s);
        if (is_regression(network.output))
          moments_.add(tile, outputs_.data(), s, network.n_outputs(), w);
        else
          right += w * double(is_right(network, tile, s));
      }
    }
    const double weight = data_->total_weight();
    return ValidationPoint{loss / weight, is_regression(network.output) ? moments_.r2() : right / weight};
  }

 private:
  static bool is_regression(Output output) { return output != Output::sigmoid && output != Output::softmax; }

  // Of the first output only one number is needed each: R^2 is scikit-learn's uniform average.
  struct Moments {
    std::vector<double> w, y, yy, errors;
    void clear() {  // and keep the memory
      for (auto* one : {&w, &y, &yy, &errors}) one->clear();
    }
    void add(const Tile<T>& tile, const T* outputs, Index s, Index n_outputs, double weight) {
      if (w.empty())
        for (auto* one : {&w, &y, &yy, &errors}) one->assign(std::size_t(n_outputs), 0.0);
      for (Index i = 0; i < n_outputs; ++i) {
        const std::size_t k = std::size_t(i);
        const double target = double(tile.Y[i * tile.stride + s]),
                     error = target - double(outputs[i * tile.stride + s]);
        w[k] += weight;
        const double before = target - y[k];
        y[k] += before * weight / w[k];  // Welford's mean and sum of squares
        yy[k] += weight * before * (target - y[k]);
        errors[k] += weight * error * error;
      }
    }
    double r2() const {
      double total = 0;
      for (std::size_t k = 0; k < w.size(); ++k)
        total += yy[k] > 0 ? 1 - errors[k] / yy[k] : errors[k] > 0 ? 0.0 : 1.0;
      return w.empty() ? std::numeric_limits<double>::quiet_NaN() : total / double(w.size());
    }
  };

  // Of one class a row: of the one softmax of all, or of the sigmoid of each label.
  double loss_of_row(const Network& network, const Tile<T>& tile, Index s) const {
    double sum = 0;
    for (Index i = 0; i < network.n_outputs(); ++i) {
      const T target = tile.Y[i * tile.stride + s], p = outputs_[i * tile.stride + s];
      const bool is_it = target > T(0.5);
      if (network.output == Output::sigmoid)
        sum += row_loss_(double(is_it ? p : T(1) - p));
      else if (is_it)
        sum += row_loss_(double(p));
    }
    return sum;
  }

  // The most probable class is the target's, or every label of several is.
  bool is_right(const Network& network, const Tile<T>& tile, Index s) const {
    const auto at = [&](const T* rows, Index i) { return rows[i * tile.stride + s]; };
    const T* p = outputs_.data();
    const Index n = network.n_outputs();
    if (network.output == Output::softmax) {
      Index predicted = 0, wanted = 0;
      for (Index i = 1; i < n; ++i) {
        if (at(p, i) > at(p, predicted)) predicted = i;
        if (at(tile.Y, i) > at(tile.Y, wanted)) wanted = i;
      }
      return predicted == wanted;
    }
    for (Index i = 0; i < n; ++i)
      if ((at(p, i) > T(0.5)) != (at(tile.Y, i) > T(0.5))) return false;
    return true;
  }

  std::shared_ptr<const Architecture> architecture_;
  std::shared_ptr<const TrainingData<T>> data_;
  RowLoss row_loss_;
  Buffer<T> workspace_, outputs_;
  Moments moments_;
};

// Whether, on what, and how patiently training stops early.
struct EarlyStopping {
  bool stops = false;    // or only watches
  bool on_loss = false;  // or on the score
};

}  // namespace moonlet
