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

#include "named.h"  // Activation, Output, Loss and their traits: made of src/moonlet/names

namespace moonlet {

using Index = std::ptrdiff_t;

constexpr const ActivationFacts& facts_of(Activation activation) { return kActivationFacts[int(activation)]; }
constexpr const LossFacts& facts_of(Loss loss) { return kLossFacts[int(loss)]; }
constexpr const SolverNameFacts& facts_of(SolverName solver) { return kSolverNameFacts[int(solver)]; }

// Some fall and rise again: f(z) does not tell z, so f'(Z) is kept beside f(Z).
constexpr bool keeps_slope(Activation activation) { return facts_of(activation).keeps_slope; }

inline constexpr Activation kSlopeKept = Activation::silu;  // any of them: f'(Z) is what was kept

constexpr bool goes_with(Loss loss, Output output) { return facts_of(loss).outputs >> int(output) & 1; }

// The one that is meant when none is named: the first.
constexpr Loss usual_loss(Output output) {
  int first = 0;
  while (!goes_with(Loss(first), output)) ++first;
  return Loss(first);
}

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

// Steps of a sum in the matrix kernel until the next block of them (multiply.h): what these read of its
// right side stays in the second-level cache while all rows of the result pass.
inline constexpr Index kMostSteps = 256;

// How a long sum over things numbered from 0 is cut into pieces: for each block of 2^shift of them, the
// first piece that has some, and where each piece ends. No block has more than two.
struct Cuts {
  const std::int32_t* first;
  const Index* ends;
  int shift;

  Index piece_of(Index i) const {
    const Index piece = first[i >> shift];
    return piece + Index(i >= ends[piece]);  // no branch: it could not be foretold
  }
};

// The lab's page has no sparse rows, and is to be small.
#if defined(__wasm__)
inline constexpr bool kSparseInputs = false;
#else
inline constexpr bool kSparseInputs = true;
#endif

// A tile's inputs where they are few among zeros: rows of a CSR matrix, columns rising.
template <class T>
struct SparseInputs {
  const T* values = nullptr;
  const std::int32_t* columns = nullptr;
  const Index* starts = nullptr;        // of all rows of the matrix
  const std::uint32_t* rows = nullptr;  // the samples' rows, or null: first_row, first_row + 1, …
  Index first_row = 0;
  Cuts cuts{};           // of a sum over the inputs
  Index first_half = 0;  // so many pieces, and then those of the other half, which is added up by itself
  bool halved = false;

  Index row(Index sample) const { return rows ? Index(rows[sample]) : first_row + sample; }
};

// The same numbers column by column: of all samples that a gradient is summed over, in their order.
template <class T>
struct SparseColumns {
  const T* values;
  const std::uint32_t* samples;
  const std::int32_t* columns;  // those that have any, rising
  const Index* starts;          // of these, and where the last ends
  Index n_columns;

  // The first of them that is `column`, or lies behind it.
  Index first_from(Index column) const {
    Index begin = 0, end = n_columns;
    while (begin < end) {
      const Index middle = (begin + end) / 2;
      if (columns[middle] < column)
        begin = middle + 1;
      else
        end = middle;
    }
    return begin;
  }
};

// How a sum over samples is cut: into tiles, and these into shards (objective.h).
struct SampleCuts {
  static constexpr Index kMostShards = 8;
  Cuts tiles;
  Index n_samples;
  Index shard_ends[kMostShards];
};

// One block of samples, feature by feature, padded to whole lanes with samples of weight 0.
template <class T>
struct Tile {
  const T* X;                            // n_inputs rows; null where the inputs are sparse
  const T* Y;                            // n_outputs rows
  const T* weight;                       // one row
  Index stride;                          // samples in a row, a multiple of the lanes
  Index count;                           // of them that are not padding
  bool unit_weights;                     // every weight is 1, but for the padding's 0
  T largest_input = T(__builtin_inf());  // an absolute bound of X, where one is known
  bool inputs_apart = false;             // the first layer is computed by parts of its inputs (objective.h)
  Dropping dropping{};
  SparseInputs<T> sparse{};
  // Of sparse inputs: where the first layer's deltas are left (by_nonzeros.h), and the parameter that the
  // gradient begins with.
  T* first_deltas = nullptr;
  Index first_parameter = 0;
};

// Samples are padded, and vectors over parameters too, to whole lanes of 64 bytes.
template <class T>
constexpr Index padded(Index n) {
  constexpr Index lanes = 64 / sizeof(T);
  return (n + lanes - 1) / lanes * lanes;
}

// The units whose sums over the inputs are computed: of a two-class softmax without hidden layers one.
inline Index units_of_first_layer(const Network& network) {
  return network.n_layers == 1 && network.one_logit() ? 1 : network.layers[0].fan_out;
}

// Of the first layer's deltas, a row for each sample: a power of two up to whole lanes. A register may be
// read from anywhere in them, so there is one more behind.
template <class T>
constexpr Index delta_stride(Index units) {
  Index stride = 1;
  while (stride < units && stride < padded<T>(1)) stride *= 2;
  return stride < units ? padded<T>(units) : stride;
}

template <class T>
Index workspace_size(const Network& network, Index stride) {
  const Layer& last = network.layers[network.n_layers - 1];
  return (network.rows + 2 * network.widest + padded<T>(network.widest)) * stride +
         2 * padded<T>(last.fan_in + 1);
}

}  // namespace moonlet
