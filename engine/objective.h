// What a solver descends: the mean loss over all rows or some, with its penalty, and the gradient.
//
// The rows are cut into tiles, the tiles into shards, and the parameters into chunks, in ways that
// depend on the problem alone. Threads take shards, and then chunks, as they come; what is summed
// across them is summed in one order. So the bits do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>

#include "architecture.h"
#include "kernels.h"
#include "team.h"
#include "training_data.h"

namespace moonlet {

// What ends a run from outside.
struct Control {
  std::atomic<bool> stop{false};
};

struct Evaluation {
  double loss = 0;
  double gradient_norm = 0;
  double largest_component = 0;
  bool finite() const { return __builtin_isfinite(loss) && __builtin_isfinite(gradient_norm); }
};

// Memory of one run, kept from one network to the next.
template <class T>
class Scratch {
 public:
  explicit Scratch(Team& team) : team(team) {}

  Team& team;
  T* workspace(int thread) { return workspaces_.data() + thread * workspace_size_; }
  T* tile(int thread) { return tiles_.data() + thread * tile_size_; }
  T* gradient(Index shard) { return gradients_.data() + (shard - 1) * gradient_size_; }  // of shards 1, …

  void reserve(Index workspace, Index tile, Index gradient, Index shards) {
    grow(workspaces_, workspace_size_, workspace, team.size());
    grow(tiles_, tile_size_, tile, team.size());
    grow(gradients_, gradient_size_, gradient, shards - 1);
  }

 private:
  static void grow(Buffer<T>& buffer, Index& size, Index wanted, Index copies) {
    size = padded<T>(wanted);
    if (buffer.size() < checked_product(size, copies)) buffer = Buffer<T>(size * copies);
  }

  Buffer<T> workspaces_, tiles_, gradients_;
  Index workspace_size_ = 0, tile_size_ = 0, gradient_size_ = 0;
};

// Rows of a mini-batch, and the epoch that takes them.
struct Batch {
  const std::uint32_t* rows;
  Index count;
  std::int64_t epoch;
};

// The share of the hidden units that training does without (dropout.h).
struct Dropout {
  double rate = 0;
  std::uint64_t seed = 0;
};

template <class T>
class Objective {
 public:
  Objective(std::shared_ptr<const Architecture> architecture, std::shared_ptr<const TrainingData<T>> data,
            double alpha, Dropout dropout = {})
      : architecture_(std::move(architecture)),
        data_(std::move(data)),
        penalised_(architecture_->penalised<T>()),
        alpha_(alpha) {
    dropping_.threshold = std::uint32_t(dropout.rate * 0x1p32);  // rounded down: the rate is below 1
    dropping_.seed = dropout.seed;
    dropping_.scale = 1 / (1 - dropout.rate);
    const Network& network = architecture_->network();
    if (network.n_inputs() != data_->n_inputs() || network.n_outputs() != data_->n_outputs())
      throw std::invalid_argument("the network's inputs and outputs are not the data's");
    if (dropping_.threshold && !network.may_drop)
      throw std::invalid_argument("the network has no room for dropout");
  }

  const Network& network() const { return architecture_->network(); }
  const TrainingData<T>& data() const { return *data_; }
  Index length() const { return penalised_.size(); }  // of a padded parameter vector

  // How many threads can share a batch of up to `batch_rows`, or all rows when 0.
  Index most_shards(Index batch_rows) const { return shards(tiling(batch_rows).tiles); }

  // Allocates all that `evaluate` will need for such batches; false when told to stop half-way.
  bool reserve(Scratch<T>& scratch, Index batch_rows, const std::atomic<bool>* stop = nullptr) {
    if (batch_rows == 0) tiles_ = data_->tiles(stop);
    if (batch_rows == 0 && !tiles_) return false;
    const Index widest = tiling(batch_rows).widest();
    scratch.reserve(workspace_size<T>(network(), widest), batch_rows == 0 ? 0 : data_->tile_memory(widest),
                    length(), most_shards(batch_rows));
    return true;
  }

  // loss = 1/W sum_s w_s loss_s + alpha / (2 W) sum weights^2, W the sum of the rows' weights, over
  // all rows. False, with nothing promised of the results, when the control said stop half-way.
  // Dropout takes the masks of the epoch.
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, const Control& control,
                Evaluation& result, std::int64_t epoch = 0) const {
    const Tiling<T> tiling = this->tiling(0);
    const auto tile_at = [&](Index t, int) {
      Tile<T> tile = (*tiles_)[std::size_t(t)];
      tile.dropping = dropping(epoch, nullptr, tiling.begin(t), data_->n_rows() - tiling.begin(t));
      return tile;
    };
    return evaluate(
        parameters, gradient, scratch, Index(tiles_->size()), tile_at, data_->total_weight(), control,
        [](Index, Index) {}, result);
  }

  // The same over the rows of a batch. `then(begin, end)` is called for every chunk of the
  // gradient, on any thread, when it is finished; for none of them when told to stop.
  template <class Then>
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, Batch batch, const Control& control,
                Then then, Evaluation& result) const {
    const Tiling<T> tiling = this->tiling(batch.count);
    const auto tile_at = [&](Index t, int thread) {
      const Index begin = tiling.begin(t), stride = tiling.stride(t);
      Tile<T> tile = data_->gather([&](Index i) { return Index(batch.rows[begin + i]); },
                                   std::min(stride, batch.count - begin), stride, scratch.tile(thread));
      tile.dropping = dropping(batch.epoch, batch.rows + begin, 0, batch.count - begin);
      return tile;
    };
    double weight = 0;
    for (Index i = 0; i < batch.count; ++i) weight += data_->weight(batch.rows[i]);
    return evaluate(parameters, gradient, scratch, tiling.tiles, tile_at, weight, control, then, result);
  }

 private:
  static constexpr Index kMostShards = 8;
  static constexpr Index kChunk = 8192;  // parameters
  static constexpr Index kMostChunks = 4096;

  // All rows are tiled alike for every network, since the tiles are shared.
  Tiling<T> tiling(Index batch_rows) const {
    return batch_rows == 0 ? Tiling<T>(data_->n_rows(), 0) : Tiling<T>(batch_rows, network().n_parameters);
  }

  Dropping dropping(std::int64_t epoch, const std::uint32_t* rows, Index first_row, Index count) const {
    Dropping these = dropping_;
    these.epoch = std::uint32_t(epoch);
    these.rows = rows;
    these.first_row = first_row;
    these.count = count;
    return these;
  }

  // Every shard but the first has a gradient of its own: some 64 MB of them at the most.
  Index shards(Index tiles) const {
    const Index affordable = std::max(Index(2), Index(8000000) / length());
    return std::min({tiles, kMostShards, affordable});
  }

  template <class TileAt, class Then>
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, Index tiles, TileAt tile_at,
                double weight, const Control& control, Then then, Evaluation& result) const {
    const Kernels<T>& level = kernels<T>();
    const Index n = length(), n_shards = shards(tiles);
    double losses[kMostShards] = {};
    std::atomic<bool> held{false};
    scratch.team.each(n_shards, [&](Index shard, int thread) {
      T* sum = shard == 0 ? gradient : scratch.gradient(shard);
      std::memset(sum, 0, sizeof(T) * std::size_t(n));
      for (Index t = tiles * shard / n_shards; t < tiles * (shard + 1) / n_shards; ++t) {
        if (t > 0 && control.stop.load(std::memory_order_relaxed)) {
          held = true;
          return;
        }
        losses[shard] +=
            level.tile_loss(network(), parameters, tile_at(t, thread), scratch.workspace(thread), sum);
      }
    });
    if (held) return false;

    const double scale = weight > 0 ? 1.0 / weight : 0.0, decay = alpha_ * scale;
    const Index n_chunks = std::min((n + kChunk - 1) / kChunk, kMostChunks);
    const auto chunk_begin = [&](Index i) { return padded<T>(n * i / n_chunks); };
    GradientSums sums[kMostChunks];
    scratch.team.each(n_chunks, [&](Index chunk, int) {
      const Index begin = chunk_begin(chunk), size = chunk_begin(chunk + 1) - begin;
      for (Index shard = 1; shard < n_shards; ++shard)
        level.add_scaled(size, T(1), scratch.gradient(shard) + begin, gradient + begin);
      sums[chunk] = level.finish_gradient(size, parameters + begin, penalised_.data() + begin, T(scale),
                                          T(decay), gradient + begin);
      then(begin, begin + size);
    });
    GradientSums total{};
    for (Index i = 0; i < n_chunks; ++i) {
      total.squared_norm += sums[i].squared_norm;
      total.squared_weights += sums[i].squared_weights;
      total.largest = std::max(total.largest, sums[i].largest);
    }
    double loss = 0;
    for (Index shard = 0; shard < n_shards; ++shard) loss += losses[shard];
    result = {loss * scale + 0.5 * decay * total.squared_weights, __builtin_sqrt(total.squared_norm),
              total.largest};
    return true;
  }

  std::shared_ptr<const Architecture> architecture_;
  std::shared_ptr<const TrainingData<T>> data_;
  const std::vector<Tile<T>>* tiles_ = nullptr;  // set by reserve
  Buffer<T> penalised_;
  Dropping dropping_;
  double alpha_;
};

}  // namespace moonlet
