// A network's shape, built once from its layer sizes and shared by all that train or run it.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "buffer.h"
#include "network.h"

namespace moonlet {

class Architecture {
 public:
  Architecture(const std::vector<Index>& sizes, const std::vector<Activation>& activations, Output output,
               bool may_drop = false)
      : Architecture(sizes, activations, output, usual_loss(output), 0, may_drop) {}

  Architecture(const std::vector<Index>& sizes, const std::vector<Activation>& activations, Output output,
               Loss loss, double loss_parameter, bool may_drop) {
    if (sizes.size() < 2 || activations.size() + 2 != sizes.size())
      throw std::invalid_argument("layer sizes and activations do not fit together");
    Index at = 0, row = 0, unit = 0, widest = 0;
    for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
      const Index in = sizes[l], out = sizes[l + 1];
      if (in < 1 || out < 1) throw std::invalid_argument("every layer needs at least one unit");
      const Index weights = checked_product(in, out);
      const Activation activation = l < activations.size() ? activations[l] : Activation::identity;
      const bool keeps = keeps_slope(activation) || (may_drop && l < activations.size());
      const Index slope_row = keeps ? checked_sum(row, out) : row;
      layers_.push_back({in, out, at, checked_sum(at, weights), row, slope_row, unit, activation});
      unit = checked_sum(unit, out);
      at = checked_sum(at, checked_sum(weights, out));
      row = checked_sum(slope_row, out);
      // Deltas of a layer and, going down, of the one below it.
      widest = std::max(widest, out);
    }
    network_ = {layers_.data(), Index(layers_.size()), at,      widest, row, output,
                loss,           loss_parameter,        may_drop};
  }
  Architecture(const Architecture&) = delete;  // network_ points into layers_
  Architecture& operator=(const Architecture&) = delete;

  const Network& network() const { return network_; }

  // 1 for weights, 0 for biases, as long as a padded parameter vector.
  template <class T>
  Buffer<T> penalised() const {
    Buffer<T> mask(padded<T>(network_.n_parameters));
    for (const Layer& layer : layers_)
      std::fill(mask.data() + layer.weights, mask.data() + layer.biases, T(1));
    return mask;
  }

 private:
  std::vector<Layer> layers_;
  Network network_;
};

}  // namespace moonlet
