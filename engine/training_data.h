// Rows and targets in the engine's layout: tiles of samples, feature by feature.
#pragma once

#include <vector>

#include "buffer.h"
#include "network.h"

namespace moonlet {

// A tile is at most this many virtual lanes long: its activations should stay in the cache,
// and a tile under 12 registers pays for its edges.
inline constexpr Index kMostLanesInTile = 30;

// How n rows are cut into tiles: as even as whole lanes allow, whatever machine this is.
template <class T>
struct Tiling {
  explicit Tiling(Index n_rows) : rows(n_rows) {
    const Index lanes = padded<T>(n_rows) / kLane;
    tiles = (lanes + kMostLanesInTile - 1) / kMostLanesInTile;
  }
  Index begin(Index tile) const { return padded<T>(rows) / kLane * tile / tiles * kLane; }
  Index stride(Index tile) const { return begin(tile + 1) - begin(tile); }
  Index widest() const { return (padded<T>(rows) / kLane + tiles - 1) / tiles * kLane; }

  static constexpr Index kLane = 64 / sizeof(T);
  Index rows, tiles;
};

// `count` rows of a row-major matrix, from row `first` on, turned into columns of `stride`.
template <class T, class Source>
void transpose_rows(const Source* matrix, Index first, Index count, Index width, Index stride, T* out) {
  for (Index r = 0; r < count; ++r)
    for (Index c = 0; c < width; ++c) out[c * stride + r] = T(matrix[(first + r) * width + c]);
}

template <class T>
class TrainingData {
 public:
  // X is n_rows × n_inputs, Y n_rows × n_outputs, both row-major; weight may be null.
  TrainingData(const double* X, const double* Y, const double* weight, Index n_rows, Index n_inputs,
               Index n_outputs)
      : tiling_(n_rows), n_inputs_(n_inputs), n_outputs_(n_outputs) {
    const Index samples = padded<T>(n_rows);
    X_ = Buffer<T>(checked_product(samples, n_inputs));
    Y_ = Buffer<T>(checked_product(samples, n_outputs));
    weight_ = Buffer<T>(samples);
    for (Index i = 0; i < n_rows; ++i) {
      const double w = weight ? weight[i] : 1.0;
      weight_[i] = T(w);
      total_weight_ += w;
      unit_weights_ = unit_weights_ && (w == 0.0 || w == 1.0);
    }
    for (Index t = 0; t < tiling_.tiles; ++t) {
      const Index begin = tiling_.begin(t), stride = tiling_.stride(t);
      const Index count = std::min(stride, n_rows - begin);
      transpose_rows(X, begin, count, n_inputs, stride, X_.data() + begin * n_inputs);
      transpose_rows(Y, begin, count, n_outputs, stride, Y_.data() + begin * n_outputs);
    }
  }

  Index tiles() const { return tiling_.tiles; }
  Index widest_tile() const { return tiling_.widest(); }
  Tile<T> tile(Index t) const {
    const Index begin = tiling_.begin(t);
    return {X_.data() + begin * n_inputs_, Y_.data() + begin * n_outputs_, weight_.data() + begin,
            tiling_.stride(t), unit_weights_};
  }
  Index n_rows() const { return tiling_.rows; }
  Index n_inputs() const { return n_inputs_; }
  Index n_outputs() const { return n_outputs_; }
  double total_weight() const { return total_weight_; }

 private:
  Tiling<T> tiling_;
  Index n_inputs_, n_outputs_;
  Buffer<T> X_, Y_, weight_;
  double total_weight_ = 0;
  bool unit_weights_ = true;
};

}  // namespace moonlet
