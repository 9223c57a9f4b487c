// Rows and targets as they came, and as tiles in the engine's layout.
//
// A tile is a block of samples, feature by feature. Full-batch solvers share one set of tiles of
// all rows, made when first asked for; mini-batches are gathered into a tile of their own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#if !defined(__wasm__)
#include <mutex>
#endif
#include <vector>

#include "buffer.h"
#include "kernels.h"
#include "network.h"

namespace moonlet {

// A row-major matrix or, where `row_starts` is given, the rows of a CSR matrix. Not owned.
template <class T>
struct Rows {
  const T* values = nullptr;
  const Index* row_starts = nullptr;
  const std::int32_t* columns = nullptr;
  Index n_rows = 0, width = 0;

  // Row `from(i)`, i < count, becomes column i of `out`, each of whose `width` rows is `stride`
  // long. What lies beyond `count` is set to zero. Or of `width` rows only those from first to last.
  template <class From>
  void gather(From from, Index count, Index stride, T* out) const {
    gather(from, count, stride, out, 0, width);
  }
  template <class From>
  void gather(From from, Index count, Index stride, T* out, Index first, Index last) const {
    if (!row_starts) {
      constexpr Index most = 256;
      const T* starts[most];
      for (Index begin = 0; begin < stride; begin += most) {
        const Index wanted = count - begin < most ? count - begin : most;
        const Index some = stride - begin < most ? stride - begin : most;
        for (Index i = 0; i < wanted; ++i) starts[i] = values + from(begin + i) * width + first;
        kernels<T>().transpose_rows(starts, wanted > 0 ? wanted : 0, some, last - first, stride,
                                    out + first * stride + begin);
      }
      return;
    }
    std::memset(out + first * stride, 0, sizeof(T) * std::size_t((last - first) * stride));
    for (Index i = 0; i < count; ++i) {
      const Index row = from(i);
      for (Index at = row_starts[row]; at < row_starts[row + 1]; ++at)
        if (const Index column = columns[at]; first <= column && column < last)
          out[column * stride + i] += values[at];
    }
  }

  // The largest absolute value of a matrix; NaN if there is one.
  T largest() const {
    T most = 0;
    for (Index i = 0; i < n_rows * width; ++i) {
      const T value = std::fabs(values[i]);
      if (!(value <= most)) most = value;
    }
    return most;
  }
};

// How n rows are cut into tiles, which depends on the number of rows and the network alone.
template <class T>
struct Tiling {
  static constexpr Index kLane = 64 / sizeof(T);
  // A tile's activations should stay in the cache; one under 12 registers pays for its edges.
  static constexpr Index kMostLanes = 30, kLeastLanes = 6;
  // Work, in parameters times rows, from which even one batch is cut in two for two threads.
  static constexpr double kWorthTwo = 1e6;

  Tiling(Index n_rows, Index n_parameters) : lanes(padded<T>(n_rows) / kLane) {
    tiles = (lanes + kMostLanes - 1) / kMostLanes;
    cut = tiles == 1 && lanes >= 2 * kLeastLanes && double(n_rows) * double(n_parameters) >= kWorthTwo;
    if (cut) tiles = 2;
  }
  Index begin(Index tile) const { return lanes * tile / tiles * kLane; }
  Index stride(Index tile) const { return begin(tile + 1) - begin(tile); }
  // Of these rows or fewer: a shorter batch may be one tile where a longer one is two.
  Index widest() const { return std::min(lanes, kMostLanes) * kLane; }

  Index lanes, tiles;
  bool cut;  // for two threads alone: one tile would do
};

template <class T>
class TrainingData {
 public:
  // `weight` may be null. `owner` keeps all of the memory alive.
  TrainingData(Rows<T> X, Rows<T> Y, const T* weight, std::shared_ptr<const void> owner)
      : X_(X), Y_(Y), weight_(weight), owner_(std::move(owner)) {
    for (Index i = 0; i < X_.n_rows; ++i) {
      const double w = weight ? double(weight[i]) : 1.0;
      total_weight_ += w;
      unit_weights_ = unit_weights_ && w == 1.0;
    }
    if (X_.width <= kFewInputs && !X_.row_starts) largest_input_ = X_.largest();
  }

  Index n_rows() const { return X_.n_rows; }
  Index n_inputs() const { return X_.width; }
  Index n_outputs() const { return Y_.width; }
  double total_weight() const { return total_weight_; }
  const Rows<T>& inputs() const { return X_; }
  const Rows<T>& targets() const { return Y_; }
  const T* weights() const { return weight_; }  // null where there are none
  bool weighted() const { return weight_ != nullptr; }
  double weight(Index row) const { return weight_ ? double(weight_[row]) : 1.0; }

  Index tile_memory(Index stride) const { return checked_product(n_inputs() + n_outputs() + 1, stride); }

  // The rows from(0), …, from(count - 1) as one tile in the memory given.
  template <class From>
  Tile<T> gather(From from, Index count, Index stride, T* memory) const {
    X_.gather(from, count, stride, memory);
    gather_targets(from, count, stride, memory);
    return tile_in(memory, count, stride);
  }

  // The same in pieces: inputs first to last; targets and weights; and what they are pieces of.
  template <class From>
  void gather_inputs(From from, Index count, Index stride, T* memory, Index first, Index last) const {
    X_.gather(from, count, stride, memory, first, last);
  }
  template <class From>
  void gather_targets(From from, Index count, Index stride, T* memory) const {
    T* Y = memory + n_inputs() * stride;
    T* weight = Y + n_outputs() * stride;
    Y_.gather(from, count, stride, Y);
    for (Index i = 0; i < stride; ++i) weight[i] = i < count ? T(this->weight(from(i))) : T(0);
  }
  Tile<T> tile_in(const T* memory, Index count, Index stride) const {
    const T* Y = memory + n_inputs() * stride;
    return {memory, Y, Y + n_outputs() * stride, stride, count, unit_weights_, largest_input_};
  }

  // All rows in tiles, the same for every network. Null when told to stop half-way; the next call
  // goes on.
  const std::vector<Tile<T>>* tiles(const std::atomic<bool>* stop = nullptr) const {
#if !defined(__wasm__)
    const std::lock_guard lock(mutex_);
#endif
    const Tiling<T> tiling(n_rows(), 0);
    if (memory_.size() == 0) {
      tiles_.reserve(std::size_t(tiling.tiles));
      memory_ = Buffer<T>(tile_memory(tiling.lanes * Tiling<T>::kLane));
    }
    for (Index t = Index(tiles_.size()); t < tiling.tiles; ++t) {
      if (stop && stop->load(std::memory_order_relaxed)) return nullptr;
      const Index begin = tiling.begin(t), stride = tiling.stride(t);
      const Index count = std::min(stride, n_rows() - begin);
      tiles_.push_back(
          gather([&](Index i) { return begin + i; }, count, stride, memory_.data() + tile_memory(begin)));
    }
    return &tiles_;
  }

 private:
  Rows<T> X_, Y_;
  const T* weight_;
  std::shared_ptr<const void> owner_;
  double total_weight_ = 0;
  bool unit_weights_ = true;
  T largest_input_ = std::numeric_limits<T>::infinity();
#if !defined(__wasm__)
  mutable std::mutex mutex_;
#endif
  mutable Buffer<T> memory_;
  mutable std::vector<Tile<T>> tiles_;
};

}  // namespace moonlet
