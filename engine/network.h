// The shape of a network: where each layer lies in the one flat parameter vector and in the
// workspace. Plain data: shared by the levels, which may use no standard-library templates.
//
// A layer is fan_in rows of fan_out weights, then fan_out biases: Z = W^T A + b, where a
// column of A is a sample. The workspace holds, row by row of `stride` samples,
//
//   every layer's activations, f'(Z) if kept | two blocks of deltas, as wide as the widest layer | deltas
//   transposed | the one logit's weights and gradient
#pragma once

#include <cstddef>
#include <cstdint>

namespace moonlet {

using Index = std::ptrdiff_t;

enum class Activation : std::uint8_t {
  identity,
  logistic,
  tanh,
  relu,
  leaky_relu,
  elu,
  gelu,
  silu,
  softplus
};
enum class Output : std::uint8_t { identity, exp, sigmoid, softmax };
enum class Loss : std::uint8_t { log_loss, squared_error, absolute_error, huber, quantile, poisson };

// gelu and silu fall and rise again: f(z) does not tell z, so f'(Z) is kept beside f(Z).
constexpr bool keeps_slope(Activation activation) {
  return activation == Activation::gelu || activation == Activation::silu;
}

inline constexpr Activation kSlopeKept = Activation::silu;  // any of them: f'(Z) is what was kept

struct Layer {
  Index fan_in, fan_out;
  Index weights, biases;  // offsets in the parameter vector
  Index row;              // of its first activation in the workspace
  Index slope_row;        // of what f'(Z) is computed from: f'(Z) itself where it is kept, else f(Z)
  Index first_unit;       // hidden units are numbered through all layers
  Activation activation;  // of the hidden layers; the last layer has the network's output
};

struct Network {
  const Layer* layers;
  Index n_layers;
  Index n_parameters;
  Index widest;  // the most units of any layer but the input
  Index rows;    // of activations and kept slopes in the workspace
  Output output;
  Loss loss;
  double loss_parameter;  // where huber becomes a line; the level of quantile
  bool may_drop;          // whether there is room for the slopes of dropped units

  Index n_inputs() const { return layers[0].fan_in; }
  Index n_outputs() const { return layers[n_layers - 1].fan_out; }

  // Softmax over two classes is a sigmoid of the difference of the two logits: half the
  // exponentials, half of the last layer.
  bool one_logit() const { return output == Output::softmax && n_outputs() == 2; }
};

// What a stream of random numbers is for: the last word of its counters.
inline constexpr std::uint32_t kShuffleStream = 0, kDropoutStream = 1;

// Which hidden units the samples of a tile do without (dropout.h).
struct Dropping {
  std::uint32_t threshold = 0;  // a unit is dropped where its random number is below; 0: none ever
  std::uint32_t epoch = 0;
  std::uint64_t seed = 0;
  double scale = 1;                     // of the units that are kept
  const std::uint32_t* rows = nullptr;  // the samples' rows, or null: first_row, first_row + 1, …
  Index first_row = 0, count = 0;

  std::uint32_t row(Index sample) const {
    if (sample >= count) return 0;  // padding: it weighs nothing
    return rows ? rows[sample] : std::uint32_t(first_row + sample);
  }
};

// Up to so many few_inputs.h has a sweep of its own.
inline constexpr Index kFewInputs = 4;

// One block of samples, feature by feature, padded to whole lanes with samples of weight 0.
template <class T>
struct Tile {
  const T* X;                            // n_inputs rows
  const T* Y;                            // n_outputs rows
  const T* weight;                       // one row
  Index stride;                          // samples in a row, a multiple of the lanes
  Index count;                           // of them that are not padding
  bool unit_weights;                     // every weight is 1, but for the padding's 0
  T largest_input = T(__builtin_inf());  // an absolute bound of X, where one is known
  bool inputs_apart = false;             // the first layer is computed by parts of its inputs (objective.h)
  Dropping dropping{};
};

// Samples are padded, and vectors over parameters too, to whole lanes of 64 bytes.
template <class T>
constexpr Index padded(Index n) {
  constexpr Index lanes = 64 / sizeof(T);
  return (n + lanes - 1) / lanes * lanes;
}

template <class T>
Index workspace_size(const Network& network, Index stride) {
  const Layer& last = network.layers[network.n_layers - 1];
  return (network.rows + 2 * network.widest + padded<T>(network.widest)) * stride +
         2 * padded<T>(last.fan_in + 1);
}

}  // namespace moonlet
