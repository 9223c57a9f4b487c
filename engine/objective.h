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
#include "scratch.h"
#include "state.h"
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
  double cost = 0;  // of a unit of |w|: Penalty::l1 over the rows' weights
  bool finite() const { return __builtin_isfinite(loss) && __builtin_isfinite(gradient_norm); }
  void fields(State& state) {
    for (double* number : {&loss, &gradient_norm, &largest_component}) state.field(*number);
  }
};

// Rows of a mini-batch, and the epoch that takes them.
struct Batch {
  const std::uint32_t* rows;
  Index count;
  std::int64_t epoch;
};

// What weights cost: (l1 sum |w| + l2 / 2 sum w^2) / W, W the sum of the rows' weights.
struct Penalty {
  double l2 = 0, l1 = 0;
  // The same in scikit-learn's words.
  static Penalty of(double alpha, double l1_ratio) { return {alpha * (1 - l1_ratio), alpha * l1_ratio}; }
};

// The share of the hidden units that training does without (dropout.h).
struct Dropout {
  double rate = 0;
  std::uint64_t seed = 0;
};

// What is done with each chunk of a gradient when it is finished: `do(range, gradient, cost)`, on any
// thread. It outlives the evaluation. Not a template, or all of an evaluation would be there for each solver.
template <class T>
class Then {
 public:
  template <class Do>
  Then(const Do& one)
      : do_(&one), call_([](const void* to_do, Range range, const T* gradient, double cost) {
          (*static_cast<const Do*>(to_do))(range, gradient, cost);
        }) {}
  void operator()(Range range, const T* gradient, double cost) const { call_(do_, range, gradient, cost); }

 private:
  const void* do_;
  void (*call_)(const void*, Range, const T*, double);
};

template <class T>
class Objective {
 public:
  Objective(std::shared_ptr<const Architecture> architecture, std::shared_ptr<const TrainingData<T>> data,
            Penalty penalty, Dropout dropout = {})
      : architecture_(std::move(architecture)),
        data_(std::move(data)),
        penalised_(architecture_->penalised<T>()),
        penalty_(penalty) {
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
  const Penalty& penalty() const { return penalty_; }
  const TrainingData<T>& data() const { return *data_; }
  const std::shared_ptr<const TrainingData<T>>& shared_data() const { return data_; }
  Index length() const { return penalised_.size(); }        // of a padded parameter vector
  const T* penalised() const { return penalised_.data(); }  // 1 for weights, 0 for biases
  // The same of a range. Those of the first layer's weights, of which there may be millions, are all alike:
  // the first of them are in the cache.
  const T* penalised(Range range) const {
    return penalised() + (range.end <= network().layers[0].biases ? 0 : range.begin);
  }

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

  // loss = 1/W sum_s w_s loss_s and the penalty, W the sum of the rows' weights, over all rows. The
  // gradient is without that of the penalty's |w|, which is a solver's business; its norm and largest
  // component are with it. False, with nothing promised of the results, when the control said stop half-way.
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
        sums_ ? 1.0 : data_->total_weight(), control, [](Range, const T*, double) {}, result);
  }

  // The same over the rows of a batch. `then` is called for every chunk of the gradient; for none of them
  // when told to stop. Nobody can rely on finding it in `gradient` afterwards.
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, Batch batch, const Control& control,
                const Then<T>& then, Evaluation& result) const {
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

  template <class TileAt, class Cut>
  bool evaluate(const T* parameters, T* gradient, Scratch<T>& scratch, const Tiling<T>& tiling,
                TileAt tile_at, const SparseColumns<T>& columns, Index n_samples, const Cut& chunks,
                bool kept, double weight, const Control& control, const Then<T>& then,
                Evaluation& result) const {
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
        [&](Range range, int) { return gradient + range.begin; }, [](Range, const T*, double) {});
    return true;
  }

  bool evaluate_inputs_apart(const T* parameters, T* gradient, Scratch<T>& scratch, const Tiling<T>& tiling,
                             Batch batch, double weight, const Control& control, const Then<T>& then,
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
  template <class Cut, class Make>
  Evaluation finish(const T* parameters, Team& team, double loss, double weight, const Cut& chunks, Make make,
                    const Then<T>& then) const {
    const double scale = weight > 0 ? 1.0 / weight : 0.0;
    const double decay = penalty_.l2 * scale, cost = penalty_.l1 * scale;
    const Kernels<T>& level = kernels<T>();
    GradientSums sums[Chunks<T>::kMost];
    const Index n_chunks = chunks.size();
    team.each(n_chunks, [&](Index chunk, int thread) {
      const Range range = chunks.range(chunk);
      T* const g = make(range, thread);
      const Index n = range.end - range.begin;
      const T *p = parameters + range.begin, *penalised = this->penalised(range);
      sums[chunk] = level.finish_gradient(n, p, penalised, T(scale), T(decay), g);
      if (cost > 0) {
        const double squared_weights = sums[chunk].squared_weights;
        sums[chunk] = level.least_gradient(n, p, penalised, T(cost), g, nullptr);
        sums[chunk].squared_weights = squared_weights;
      }
      then(range, static_cast<const T*>(g), cost);
    });
    GradientSums total{};
    for (Index i = 0; i < n_chunks; ++i) {
      total.squared_norm += sums[i].squared_norm;
      total.squared_weights += sums[i].squared_weights;
      total.largest = std::max(total.largest, sums[i].largest);
      total.weights_size += sums[i].weights_size;
    }
    return {loss * scale + 0.5 * decay * total.squared_weights + cost * total.weights_size,
            __builtin_sqrt(total.squared_norm), total.largest, cost};
  }

  std::shared_ptr<const Architecture> architecture_;
  std::shared_ptr<const TrainingData<T>> data_;
  const std::vector<Tile<T>>* tiles_ = nullptr;  // set by reserve
  Index most_values_ = -1;                       // of a batch of sparse rows, once it is asked for
  Buffer<T> penalised_;
  Dropping dropping_;
  Penalty penalty_;
  bool sums_ = false;
};

}  // namespace moonlet
