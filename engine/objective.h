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
#include "chunks.h"
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
    Buffer<T> workspaces, tiles, gradients, first_deltas, chunks;
    ColumnsOfRows<T> columns;
    TileCuts<T> cuts;
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
  // Of sparse inputs: the first layer's deltas of all samples; a piece of a gradient for each thread; a
  // batch's columns; how samples are cut.
  T* first_deltas() { return memory_.first_deltas.data(); }
  T* chunk(Index thread) { return memory_.chunks.data() + thread * chunk_size_; }
  ColumnsOfRows<T>& columns() { return memory_.columns; }
  TileCuts<T>& cuts() { return memory_.cuts; }

  void reserve(Index copies, Index workspace, Index tile, Index gradient, Index shards) {
    grow(memory_.workspaces, workspace_size_, workspace, copies);
    grow(memory_.tiles, tile_size_, tile, copies);
    grow(memory_.gradients, gradient_size_, gradient, shards - 1);
  }
  void reserve_sparse(Index deltas, Index chunk) {
    if (memory_.first_deltas.size() < deltas) memory_.first_deltas = Buffer<T>(deltas);
    grow(memory_.chunks, chunk_size_, chunk, Index(team.size()));
  }

 private:
  static void grow(Buffer<T>& buffer, Index& size, Index wanted, Index copies) {
    size = padded<T>(wanted);
    if (buffer.size() < checked_product(size, copies)) buffer = Buffer<T>(size * copies);
  }

  Memory memory_;
  Index workspace_size_ = 0, tile_size_ = 0, gradient_size_ = 0, chunk_size_ = 0;
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
    most_values_ = -1;
    dropping_.seed = seed;
  }

  void sum_up() { sums_ = true; }  // instead of means: the rows are a part of those of a training
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
    if (data_->elsewhere()) return true;
    if (batch_rows == 0) tiles_ = data_->tiles(stop);
    if (batch_rows == 0 && !tiles_) return false;
    const Index widest = tiling(batch_rows).widest();
    const Index copies = std::max(Index(scratch.team.size()), Index(many_inputs() ? 2 : 1));
    scratch.reserve(copies, workspace_size<T>(network(), widest),
                    batch_rows == 0 ? 0 : data_->tile_memory(widest), length() - first_of_tiles(),
                    most_shards(batch_rows));
    if (data_->sparse()) reserve_sparse(scratch, batch_rows);
    return true;
  }

  // loss = 1/W sum_s w_s loss_s + alpha / (2 W) sum weights^2, W the sum of the rows' weights, over
  // all rows. False, with nothing promised of the results, when the control said stop half-way.
  // Dropout takes the masks of the epoch. Of rows that lie elsewhere false also means: not known yet.
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, const Control& control,
                Evaluation& result, std::int64_t epoch = 0) const {
    if (data_->elsewhere()) return evaluate_elsewhere(parameters, gradient, scratch, result);
    const Team::Piece piece(scratch.team);
    const Tiling<T> tiling = this->tiling(0);
    const auto tile_at = [&](Index t, int) {
      Tile<T> tile = (*tiles_)[std::size_t(t)];
      tile.dropping = dropping(epoch, nullptr, tiling.begin(t), data_->n_rows() - tiling.begin(t));
      return tile;
    };
    const SparseColumns<T> columns = data_->sparse() ? data_->columns() : SparseColumns<T>{};
    return evaluate(
        parameters, gradient, scratch, tiling, tile_at, columns, data_->n_rows(), Chunks<T>(length()), true,
        sums_ ? 1.0 : data_->total_weight(), control, [](Range, const T*) {}, result);
  }

  // The same over the rows of a batch. `then(range, gradient)` is called for every chunk of the
  // gradient, on any thread, when it is finished; for none of them when told to stop. Nobody can rely on
  // finding it in `gradient` afterwards.
  template <class Then>
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, Batch batch, const Control& control,
                Then then, Evaluation& result) const {
    const Team::Piece piece(scratch.team);
    const Tiling<T> tiling = this->tiling(batch.count);
    const bool apart = tiling.cut && many_inputs();
    const auto tile_at = [&](Index t, int thread) {
      const Index begin = tiling.begin(t), stride = tiling.stride(t);
      Tile<T> tile = data_->gather({batch.rows + begin}, std::min(stride, batch.count - begin), stride,
                                   scratch.tile(thread), apart);
      tile.dropping = dropping(batch.epoch, batch.rows + begin, 0, batch.count - begin);
      return tile;
    };
    double weight = 0;
    for (Index i = 0; i < batch.count; ++i) weight += data_->weight(batch.rows[i]);
    if (apart && !data_->sparse())
      return evaluate_inputs_apart(parameters, gradient, scratch, tiling, batch, weight, control, then,
                                   result);
    SparseColumns<T> columns{};
    if (data_->sparse()) columns = scratch.columns().make(data_->inputs(), {batch.rows}, batch.count);
    const auto evaluate_in = [&](const auto& chunks) {
      return evaluate(parameters, gradient, scratch, tiling, tile_at, columns, batch.count, chunks, false,
                      weight, control, then, result);
    };
    return apart ? evaluate_in(InputBlocks<T>(network().layers[0], length()))
                 : evaluate_in(Chunks<T>(length()));
  }

 private:
  void expect_to_fit(const TrainingData<T>& data) const {
    if (network().n_inputs() != data.n_inputs() || network().n_outputs() != data.n_outputs())
      throw std::invalid_argument("the network's inputs and outputs are not the data's");
  }

  static constexpr Index kMostShards = SampleCuts::kMostShards;

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

  // From where on tiles add to the gradient: what is before is summed over all samples at once.
  Index first_of_tiles() const {
    return data_->sparse() ? network().layers[0].biases / Tiling<T>::kLane * Tiling<T>::kLane : 0;
  }

  void reserve_sparse(Scratch<T>& scratch, Index batch_rows) {
    const Index samples = padded<T>(batch_rows == 0 ? data_->n_rows() : batch_rows);
    scratch.cuts().reserve(samples);
    const Index row = delta_stride<T>(units_of_first_layer(network()));
    const Index deltas = checked_sum(checked_product(samples, row), Tiling<T>::kLane);
    if (batch_rows == 0) {
      scratch.reserve_sparse(deltas, 0);
      data_->columns();
    } else {
      const InputBlocks<T> blocks(network().layers[0], length());
      const Index longest = many_inputs() ? blocks.longest() : 0;
      scratch.reserve_sparse(deltas, std::max(Chunks<T>(length()).longest(), longest));
      if (most_values_ < 0) most_values_ = data_->most_values(batch_rows);
      scratch.columns().reserve(data_->n_inputs(), most_values_);
    }
  }

  template <class TileAt, class Cut, class Then>
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, const Tiling<T>& tiling,
                TileAt tile_at, const SparseColumns<T>& columns, Index n_samples, const Cut& chunks,
                bool kept, double weight, const Control& control, Then then, Evaluation& result) const {
    const Kernels<T>& level = kernels<T>();
    const Index n = length(), tiles = tiling.tiles, n_shards = shards(tiles), first = first_of_tiles();
    const bool sparse = data_->sparse();
    const Index delta_row = sparse ? delta_stride<T>(units_of_first_layer(network())) : 0;
    double losses[kMostShards] = {};
    std::atomic<bool> held{false};
    scratch.team.each(n_shards, [&](Index shard, int thread) {
      T* sum = shard == 0 ? gradient + first : scratch.gradient(shard);
      std::memset(sum, 0, sizeof(T) * std::size_t(n - first));
      for (Index t = tiles * shard / n_shards; t < tiles * (shard + 1) / n_shards; ++t) {
        if (t > 0 && control.stop.load(std::memory_order_relaxed)) {
          held = true;
          return;
        }
        Tile<T> tile = tile_at(t, thread);
        tile.first_parameter = first;
        if (sparse) tile.first_deltas = scratch.first_deltas() + tiling.begin(t) * delta_row;
        losses[shard] += level.tile_loss(network(), parameters, tile, scratch.workspace(thread), sum);
      }
    });
    if (held) return false;

    double loss = 0;
    for (Index shard = 0; shard < n_shards; ++shard) loss += losses[shard];
    SampleCuts cuts{};
    if (sparse) cuts = scratch.cuts().cut(tiling, n_samples, n_shards);
    const Index weights_end = network().layers[0].biases;
    const auto add_up = [&](Range range, int thread) {
      // What is used at once stays in the cache.
      T* const sums = !kept && range.end <= first ? scratch.chunk(thread) : gradient + range.begin;
      if (sparse && range.begin < weights_end)
        level.sparse_gradient(network(), columns, cuts, scratch.first_deltas(), range.begin,
                              std::min(range.end, weights_end), sums);
      const Index begin = std::max(range.begin, first);
      for (Index shard = 1; shard < n_shards && begin < range.end; ++shard)
        level.add_scaled(range.end - begin, T(1), scratch.gradient(shard) + (begin - first),
                         gradient + begin);
      return sums;
    };
    result = finish(parameters, scratch.team, loss, weight, chunks, add_up, then);
    return true;
  }

  bool evaluate_elsewhere(const T* parameters, T* gradient, Scratch<T>& scratch, Evaluation& result) const {
    typename Elsewhere<T>::Sums sums;
    if (!data_->elsewhere()->answer(length(), parameters, gradient, sums)) return false;
    result = finish(
        parameters, scratch.team, sums.loss, sums.weight, Chunks<T>(length()),
        [&](Range range, int) { return gradient + range.begin; }, [](Range, const T*) {});
    return true;
  }

  template <class Then>
  bool evaluate_inputs_apart(const T* parameters, T* gradient, Scratch<T>& scratch, const Tiling<T>& tiling,
                             Batch batch, double weight, const Control& control, Then then,
                             Evaluation& result) const {
    const Kernels<T>& level = kernels<T>();
    const Index n = length();
    const InputBlocks<T> blocks(network().layers[0], n);
    const auto row = [&](Index t) { return RowNumbers{batch.rows + tiling.begin(t)}; };

    Tile<T> tiles[2];
    for (Index t = 0; t < 2; ++t) {
      const Index begin = tiling.begin(t), stride = tiling.stride(t);
      tiles[t] = data_->tile_in(scratch.tile(t), std::min(stride, batch.count - begin), stride);
      tiles[t].inputs_apart = true;
      tiles[t].dropping = dropping(batch.epoch, batch.rows + begin, 0, batch.count - begin);
    }
    scratch.team.each(2, [&](Index part, int) {
      const auto [begin, end] = blocks.half(part);
      for (Index t = 0; t < 2; ++t) {
        const Tile<T>& tile = tiles[t];
        data_->gather_inputs(row(t), tile.count, tile.stride, scratch.tile(t), begin, end);
        level.first_layer(network(), parameters, tile, part, begin, end, scratch.workspace(t));
      }
    });

    const Index rest = blocks.range(blocks.size() - 1).begin;
    double losses[2];
    scratch.team.each(2, [&](Index t, int) {
      data_->gather_targets(row(t), tiles[t].count, tiles[t].stride, scratch.tile(t));
      T* sum = t == 0 ? gradient : scratch.gradient(1);
      std::memset(sum + rest, 0, sizeof(T) * std::size_t(n - rest));
      losses[t] = level.tile_loss(network(), parameters, tiles[t], scratch.workspace(t), sum);
    });
    if (control.stop.load(std::memory_order_relaxed)) return false;

    const auto block_of_weights = [&](Range range, int) {
      const bool last = range.end == n;
      const Range inputs{range.begin / network().layers[0].fan_out,
                         last ? network().n_inputs() : range.end / network().layers[0].fan_out};
      T* at = gradient + range.begin;
      if (last)
        level.add_scaled(range.end - range.begin, T(1), scratch.gradient(1) + range.begin, at);
      else
        std::memset(at, 0, sizeof(T) * std::size_t(range.end - range.begin));
      for (Index t = 0; t < 2 && inputs.begin < inputs.end; ++t)
        level.first_layer_gradient(network(), tiles[t], inputs.begin, inputs.end, scratch.workspace(t),
                                   gradient);
      return at;
    };
    result = finish(parameters, scratch.team, losses[0] + losses[1], weight, blocks, block_of_weights, then);
    return true;
  }

  // The end of all ways: `make(range, thread)` completes the sum over samples in a range of the gradient
  // and tells where it is. It is then scaled, penalised and given to `then`.
  template <class Cut, class Make, class Then>
  Evaluation finish(const T* parameters, Team& team, double loss, double weight, const Cut& chunks, Make make,
                    Then then) const {
    const double scale = weight > 0 ? 1.0 / weight : 0.0, decay = alpha_ * scale;
    GradientSums sums[Chunks<T>::kMost];
    const Index n_chunks = chunks.size();
    team.each(n_chunks, [&](Index chunk, int thread) {
      const Range range = chunks.range(chunk);
      T* const g = make(range, thread);
      sums[chunk] = kernels<T>().finish_gradient(range.end - range.begin, parameters + range.begin,
                                                 penalised_.data() + range.begin, T(scale), T(decay), g);
      then(range, static_cast<const T*>(g));
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
  Index most_values_ = -1;                       // of a batch of sparse rows, once it is asked for
  Buffer<T> penalised_;
  Dropping dropping_;
  double alpha_;
  bool sums_ = false;
};

}  // namespace moonlet
