// Rows and targets as they came, and as tiles in the engine's layout.
//
// A tile is a block of samples, feature by feature. Full-batch solvers share one set of tiles of
// all rows, made when first asked for; mini-batches are gathered into a tile of their own. Of rows that
// stay sparse (rows.h) a tile has targets and weights, and knows where its inputs are; all rows' columns
// are made once for all networks as well.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#if !defined(__wasm__)
#include <mutex>
#endif
#include <numeric>
#include <vector>

#include "buffer.h"
#include "elsewhere.h"
#include "kernels.h"
#include "network.h"
#include "rows.h"
#include "sparse.h"
#include "tiling.h"

namespace moonlet {

template <class T>
class TrainingData {
 public:
  // `weight` may be null. `owner` keeps all of the memory alive.
  TrainingData(Rows<T> X, Rows<T> Y, const T* weight, std::shared_ptr<const void> owner)
      : X_(X), Y_(Y), weight_(weight), owner_(std::move(owner)), sparse_(X.stay_sparse()) {
    for (Index i = 0; i < X_.n_rows; ++i) {
      const double w = weight ? double(weight[i]) : 1.0;
      total_weight_ += w;
      unit_weights_ = unit_weights_ && w == 1.0;
    }
    if (X_.width <= kFewInputs && !X_.row_starts) largest_input_ = X_.largest();
    if (sparse_) {
      cuts_ = InputCuts(X_.width);
      halves_ = InputCuts(X_.width, half_of_inputs<T>(X_.width));
    }
  }

  // Rows that lie elsewhere: how many, and how wide. Only an objective knows what to do with them.
  TrainingData(Index n_rows, Index n_inputs, Index n_outputs, std::shared_ptr<Elsewhere<T>> elsewhere)
      : X_{nullptr, nullptr, nullptr, n_rows, n_inputs},
        Y_{nullptr, nullptr, nullptr, n_rows, n_outputs},
        weight_(nullptr),
        elsewhere_(std::move(elsewhere)) {}

  const std::shared_ptr<Elsewhere<T>>& elsewhere() const { return elsewhere_; }  // null if they are here

  Index n_rows() const { return X_.n_rows; }
  Index n_inputs() const { return X_.width; }
  Index n_outputs() const { return Y_.width; }
  double total_weight() const { return total_weight_; }
  const Rows<T>& inputs() const { return X_; }
  const Rows<T>& targets() const { return Y_; }
  const T* weights() const { return weight_; }  // null where there are none
  bool weighted() const { return weight_ != nullptr; }
  double weight(Index row) const { return weight_ ? double(weight_[row]) : 1.0; }

  bool sparse() const { return sparse_; }
  // Inputs of a row that cost work: all, or the mean number of those that are there.
  double inputs_a_row() const {
    return sparse_ ? double(X_.n_values()) / double(n_rows()) : double(n_inputs());
  }

  Index tile_memory(Index stride) const { return checked_product(kept_inputs() + n_outputs() + 1, stride); }

  // The rows from(0), …, from(count - 1) as one tile in the memory given. `apart`: the first layer's sums
  // over sparse inputs are those of two halves.
  Tile<T> gather(RowNumbers from, Index count, Index stride, T* memory, bool apart = false) const {
    if (!sparse_) X_.gather(from, count, stride, memory);
    gather_targets(from, count, stride, memory);
    Tile<T> tile = tile_in(memory, count, stride);
    if (sparse_) {
      tile.X = nullptr;
      tile.sparse = {X_.values, X_.columns, X_.row_starts, from.rows, from.first};
      (apart ? halves_ : cuts_).give(tile.sparse);
    }
    return tile;
  }

  // The same in pieces: inputs first to last; targets and weights; and what they are pieces of.
  void gather_inputs(RowNumbers from, Index count, Index stride, T* memory, Index first, Index last) const {
    X_.gather(from, count, stride, memory, first, last);
  }
  void gather_targets(RowNumbers from, Index count, Index stride, T* memory) const {
    T* Y = memory + kept_inputs() * stride;
    T* weight = Y + n_outputs() * stride;
    Y_.gather(from, count, stride, Y);
    for (Index i = 0; i < stride; ++i) weight[i] = i < count ? T(this->weight(from(i))) : T(0);
  }
  Tile<T> tile_in(const T* memory, Index count, Index stride) const {
    const T* Y = memory + kept_inputs() * stride;
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
      tiles_.push_back(gather({nullptr, begin}, count, stride, memory_.data() + tile_memory(begin)));
    }
    return &tiles_;
  }

  // All rows by columns, where they are sparse.
  const SparseColumns<T>& columns() const {
#if !defined(__wasm__)
    const std::lock_guard lock(mutex_);
#endif
    if (!columns_.starts) {
      column_memory_.reserve(X_.width, X_.n_values());
      columns_ = column_memory_.make(X_, {}, n_rows());
      column_memory_.drop_spare();
    }
    return columns_;
  }

  // How many numbers a batch of so many rows may have.
  Index most_values(Index batch_rows) const {
    if (batch_rows >= n_rows()) return X_.n_values();
    std::vector<Index> lengths;
    for (Index i = 0; i < n_rows(); ++i) lengths.push_back(X_.row_starts[i + 1] - X_.row_starts[i]);
    std::nth_element(lengths.begin(), lengths.begin() + batch_rows, lengths.end(), std::greater<>());
    return std::accumulate(lengths.begin(), lengths.begin() + batch_rows, Index(0));
  }

 private:
  Index kept_inputs() const { return sparse_ ? 0 : n_inputs(); }  // in a tile's memory

  Rows<T> X_, Y_;
  const T* weight_;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<Elsewhere<T>> elsewhere_;
  bool sparse_ = false;
  InputCuts cuts_, halves_;
  double total_weight_ = 0;
  bool unit_weights_ = true;
  T largest_input_ = std::numeric_limits<T>::infinity();
#if !defined(__wasm__)
  mutable std::mutex mutex_;
#endif
  mutable Buffer<T> memory_;
  mutable std::vector<Tile<T>> tiles_;
  mutable ColumnsOfRows<T> column_memory_;
  mutable SparseColumns<T> columns_{};
};

}  // namespace moonlet
