// What a solver descends: the mean loss over all rows or some, with its penalty, and the gradient.
//
// The rows are cut into tiles, the tiles into shards, and the parameters into chunks, in ways that
// depend on the problem alone. Threads take shards, and then chunks, as they come; what is summed
// across them is summed in one order. So the bits do not depend on the number of threads.
//
// A mini-batch with many inputs that is cut for two threads goes another way, be there two or one: each
// thread has half of the inputs, gathers them, and keeps their weights in its cache from one batch to
// the next; only the first layer's sums pass between the threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>

#include "architecture.h"
#include "kernels.h"
#include "state.h"
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
  void fields(State& state) {
    for (double* number : {&loss, &gradient_norm, &largest_component}) state.field(*number);
  }
};

// Memory of one run, kept from one network to the next, and from one run to the next by a trainer
// that says so.
template <class T>
class Scratch {
 public:
  struct Memory {
    Buffer<T> workspaces, tiles, gradients;
  };

  explicit Scratch(Team& team) : team(team) {}

  void swap(Memory& other) noexcept { std::swap(memory_, other); }

  Team& team;
  // Of a thread, or of a tile where several threads work at one.
  T* workspace(Index i) { return memory_.workspaces.data() + i * workspace_size_; }
  T* tile(Index i) { return memory_.tiles.data() + i * tile_size_; }
  T* gradient(Index shard) {
    return memory_.gradients.data() + (shard - 1) * gradient_size_;
  }  // of shards 1, …

  void reserve(Index copies, Index workspace, Index tile, Index gradient, Index shards) {
    grow(memory_.workspaces, workspace_size_, workspace, copies);
    grow(memory_.tiles, tile_size_, tile, copies);
    grow(memory_.gradients, gradient_size_, gradient, shards - 1);
  }

 private:
  static void grow(Buffer<T>& buffer, Index& size, Index wanted, Index copies) {
    size = padded<T>(wanted);
    if (buffer.size() < checked_product(size, copies)) buffer = Buffer<T>(size * copies);
  }

  Memory memory_;
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
    expect_to_fit(*data_);
    if (dropping_.threshold && !network.may_drop)
      throw std::invalid_argument("the network has no room for dropout");
  }

  // Other rows from here on, and another seed of the units left out.
  void take(std::shared_ptr<const TrainingData<T>> data, std::uint64_t seed) {
    expect_to_fit(*data);
    data_ = std::move(data);
    tiles_ = nullptr;
    dropping_.seed = seed;
  }

  const std::shared_ptr<const Architecture>& architecture() const { return architecture_; }
  const Network& network() const { return architecture_->network(); }
  double alpha() const { return alpha_; }
  const TrainingData<T>& data() const { return *data_; }
  const std::shared_ptr<const TrainingData<T>>& shared_data() const { return data_; }
  Index length() const { return penalised_.size(); }  // of a padded parameter vector

  // How many threads can share a batch of up to `batch_rows`, or all rows when 0.
  Index most_shards(Index batch_rows) const { return shards(tiling(batch_rows).tiles); }

  // Allocates all that `evaluate` will need for such batches; false when told to stop half-way.
  bool reserve(Scratch<T>& scratch, Index batch_rows, const std::atomic<bool>* stop = nullptr) {
    if (batch_rows == 0) tiles_ = data_->tiles(stop);
    if (batch_rows == 0 && !tiles_) return false;
    const Index widest = tiling(batch_rows).widest();
    const Index copies = std::max(Index(scratch.team.size()), Index(many_inputs() ? 2 : 1));
    scratch.reserve(copies, workspace_size<T>(network(), widest),
                    batch_rows == 0 ? 0 : data_->tile_memory(widest), length(), most_shards(batch_rows));
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
    if (tiling.cut && many_inputs())
      return evaluate_inputs_apart(parameters, gradient, scratch, tiling, batch, weight, control, then,
                                   result);
    return evaluate(parameters, gradient, scratch, tiling.tiles, tile_at, weight, control, then, result);
  }

 private:
  void expect_to_fit(const TrainingData<T>& data) const {
    if (network().n_inputs() != data.n_inputs() || network().n_outputs() != data.n_outputs())
      throw std::invalid_argument("the network's inputs and outputs are not the data's");
  }

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

  // Above, the first layer is most of the work, and its sums over inputs are cut in any case.
  static constexpr Index kManyInputs = 256;
  bool many_inputs() const { return network().n_layers > 1 && network().n_inputs() > kManyInputs; }

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

    double loss = 0;
    for (Index shard = 0; shard < n_shards; ++shard) loss += losses[shard];
    const Index n_chunks = std::min((n + kChunk - 1) / kChunk, kMostChunks);
    const auto chunk_begin = [&](Index i) { return padded<T>(n * i / n_chunks); };
    const auto add_up = [&](Index chunk) {
      const Range range{chunk_begin(chunk), chunk_begin(chunk + 1)};
      for (Index shard = 1; shard < n_shards; ++shard)
        level.add_scaled(range.end - range.begin, T(1), scratch.gradient(shard) + range.begin,
                         gradient + range.begin);
      return range;
    };
    result = finish(parameters, gradient, scratch.team, loss, weight, n_chunks, add_up, then);
    return true;
  }

  template <class Then>
  bool evaluate_inputs_apart(const T* parameters, T* gradient, Scratch<T>& scratch, const Tiling<T>& tiling,
                             Batch batch, double weight, const Control& control, Then then,
                             Evaluation& result) const {
    const Kernels<T>& level = kernels<T>();
    const Layer& first = network().layers[0];
    constexpr Index lane = Tiling<T>::kLane;
    // Two halves in groups of inputs whose weights, which come first of all parameters, are whole lanes.
    // The few inputs that are left belong to the second half.
    const Index groups = first.fan_in / lane;
    const auto half = [&](Index part) { return groups * part / 2; };
    const auto row = [&](Index t) {
      return [rows = batch.rows + tiling.begin(t)](Index i) { return Index(rows[i]); };
    };

    Tile<T> tiles[2];
    for (Index t = 0; t < 2; ++t) {
      const Index begin = tiling.begin(t), stride = tiling.stride(t);
      tiles[t] = data_->tile_in(scratch.tile(t), std::min(stride, batch.count - begin), stride);
      tiles[t].inputs_apart = true;
      tiles[t].dropping = dropping(batch.epoch, batch.rows + begin, 0, batch.count - begin);
    }
    scratch.team.each(2, [&](Index part, int) {
      const Index begin = half(part) * lane, end = part == 0 ? half(1) * lane : first.fan_in;
      for (Index t = 0; t < 2; ++t) {
        const Tile<T>& tile = tiles[t];
        data_->gather_inputs(row(t), tile.count, tile.stride, scratch.tile(t), begin, end);
        level.first_layer(network(), parameters, tile, part, begin, end, scratch.workspace(t));
      }
    });

    const Index rest = groups * lane * first.fan_out, n = length();
    double losses[2];
    scratch.team.each(2, [&](Index t, int) {
      data_->gather_targets(row(t), tiles[t].count, tiles[t].stride, scratch.tile(t));
      T* sum = t == 0 ? gradient : scratch.gradient(1);
      std::memset(sum + rest, 0, sizeof(T) * std::size_t(n - rest));
      losses[t] = level.tile_loss(network(), parameters, tiles[t], scratch.workspace(t), sum);
    });
    if (control.stop.load(std::memory_order_relaxed)) return false;

    // Blocks of a half by turns: a thread begins with those of the half that it had above.
    const Index blocks = std::min((groups - half(1) + 3) / 4, kMostChunks / 2 - 1);
    const auto block_of_weights = [&](Index task) {
      const Index part = task % 2, size = half(part + 1) - half(part);
      const auto edge = [&](Index block) { return (half(part) + size * block / blocks) * lane; };
      const bool last = task == 2 * blocks;
      const Index begin = last ? groups * lane : edge(task / 2),
                  end = last ? first.fan_in : edge(task / 2 + 1);
      const Range range{begin * first.fan_out, last ? n : end * first.fan_out};
      T* at = gradient + range.begin;
      if (last)
        level.add_scaled(range.end - range.begin, T(1), scratch.gradient(1) + range.begin, at);
      else
        std::memset(at, 0, sizeof(T) * std::size_t(range.end - range.begin));
      for (Index t = 0; t < 2 && begin < end; ++t)
        level.first_layer_gradient(network(), tiles[t], begin, end, scratch.workspace(t), gradient);
      return range;
    };
    result = finish(parameters, gradient, scratch.team, losses[0] + losses[1], weight, 2 * blocks + 1,
                    block_of_weights, then);
    return true;
  }

  struct Range {
    Index begin, end;
  };

  // The end of both ways: `make(chunk)` completes the sum over samples in a range of the gradient, which
  // is then scaled, penalised and given to `then`.
  template <class Make, class Then>
  Evaluation finish(const T* parameters, T* gradient, Team& team, double loss, double weight, Index n_chunks,
                    Make make, Then then) const {
    const double scale = weight > 0 ? 1.0 / weight : 0.0, decay = alpha_ * scale;
    GradientSums sums[kMostChunks];
    team.each(n_chunks, [&](Index chunk, int) {
      const auto [begin, end] = make(chunk);
      sums[chunk] = kernels<T>().finish_gradient(end - begin, parameters + begin, penalised_.data() + begin,
                                                 T(scale), T(decay), gradient + begin);
      then(begin, end);
    });
    GradientSums total{};
    for (Index i = 0; i < n_chunks; ++i) {
      total.squared_norm += sums[i].squared_norm;
      total.squared_weights += sums[i].squared_weights;
      total.largest = std::max(total.largest, sums[i].largest);
    }
    return {loss * scale + 0.5 * decay * total.squared_weights, __builtin_sqrt(total.squared_norm),
            total.largest};
  }

  std::shared_ptr<const Architecture> architecture_;
  std::shared_ptr<const TrainingData<T>> data_;
  const std::vector<Tile<T>>* tiles_ = nullptr;  // set by reserve
  Buffer<T> penalised_;
  Dropping dropping_;
  double alpha_;
};

}  // namespace moonlet
