// What sums over the nonzeros of rows need beside the rows: the same numbers by columns, and how the sums
// of the dense kernels are cut, so that theirs have the same bits.
#pragma once

#include <algorithm>
#include <vector>

#include "buffer.h"
#include "rows.h"
#include "tiling.h"

namespace moonlet {

// A sum over inputs: the matrix kernel's pieces (multiply.h), of all inputs or of each of two halves.
class InputCuts {
 public:
  InputCuts() = default;
  // The second half begins at `half`; 0: there is one piece of work.
  explicit InputCuts(Index n_inputs, Index half = 0) : halved_(half > 0) {
    if (halved_) add(0, half);
    first_half_ = Index(ends_.size());
    add(half, n_inputs);
    if (!halved_) first_half_ = Index(ends_.size());
    Index piece = 0;
    for (Index begin = 0; begin < n_inputs; begin += Index(1) << kShift) {
      while (ends_[std::size_t(piece)] <= begin) ++piece;
      first_.push_back(std::int32_t(piece));
    }
  }

  template <class T>
  void give(SparseInputs<T>& inputs) const {
    inputs.cuts = {first_.data(), ends_.data(), kShift};
    inputs.first_half = first_half_;
    inputs.halved = halved_;
  }

 private:
  static constexpr int kShift = 7;  // no piece but a single one has fewer inputs than half of the most

  void add(Index begin, Index end) {
    const Index parts = (end - begin + kMostSteps - 1) / kMostSteps;
    for (Index part = 1; part <= parts; ++part) ends_.push_back(begin + (end - begin) * part / parts);
  }

  std::vector<std::int32_t> first_;
  std::vector<Index> ends_;
  Index first_half_ = 0;
  bool halved_ = false;
};

// A sum over samples: tiles, which are whole lanes, and shards of tiles.
template <class T>
class TileCuts {
 public:
  // Room for so many samples or fewer.
  void reserve(Index n_samples) {
    first_.reserve(std::size_t(padded<T>(n_samples) / kLane));
    ends_.reserve(first_.capacity());
  }

  SampleCuts cut(const Tiling<T>& tiling, Index n_samples, Index shards) {
    if (tiling.lanes != Index(first_.size()) || tiling.tiles != Index(ends_.size())) {
      first_.clear();
      ends_.clear();
      for (Index t = 0; t < tiling.tiles; ++t) {
        ends_.push_back(tiling.begin(t + 1));
        first_.insert(first_.end(), std::size_t(tiling.stride(t) / kLane), std::int32_t(t));
      }
    }
    SampleCuts cuts{{first_.data(), ends_.data(), kLane == 8 ? 3 : 4}, n_samples, {}};
    for (Index shard = 0; shard < shards; ++shard)
      cuts.shard_ends[shard] = tiling.begin(tiling.tiles * (shard + 1) / shards);
    return cuts;
  }

 private:
  static constexpr Index kLane = Tiling<T>::kLane;
  static_assert(kLane == 8 || kLane == 16);

  std::vector<std::int32_t> first_;
  std::vector<Index> ends_;
};

// Some rows, or all, column by column: sorted by the lower half of the column's bits and then by the upper,
// which asks nothing of the columns that have no number. A mini-batch has some of a million.
template <class T>
class ColumnsOfRows {
 public:
  // Room for so many numbers of as many columns.
  void reserve(Index width, Index n_values) {
    bits_ = 1;
    while ((width - 1) >> (2 * bits_) > 0) ++bits_;
    if (counts_.size() < Index(2) << bits_) counts_ = Buffer<Index>(Index(2) << bits_);
    const Index most = std::min(n_values, width);
    if (numbers_.size() >= n_values && starts_.size() > most) return;
    numbers_ = Buffer<Number>(n_values);
    values_ = Buffer<T>(n_values);
    samples_ = Buffer<std::uint32_t>(n_values);
    columns_ = Buffer<std::int32_t>(n_values);
    starts_ = Buffer<Index>(most + 1);
  }

  // Of the rows from(0), …, from(count - 1), which are samples 0, 1, …
  SparseColumns<T> make(const Rows<T>& X, RowNumbers from, Index count) {
    const std::int32_t lower_half = std::int32_t((Index(1) << bits_) - 1);
    Index *const lower = counts_.data(), *const upper = lower + (Index(1) << bits_);
    std::memset(lower, 0, sizeof(Index) * std::size_t(counts_.size()));
    const auto each = [&](auto f) {
      for (Index i = 0; i < count; ++i) {
        const Index row = from(i);
        for (Index at = X.row_starts[row]; at < X.row_starts[row + 1]; ++at) f(i, at);
      }
    };
    each([&](Index, Index at) {
      ++lower[X.columns[at] & lower_half];
      ++upper[X.columns[at] >> bits_];
    });
    const Index n_values = starts_of(lower);
    starts_of(upper);
    each([&](Index i, Index at) {
      numbers_[lower[X.columns[at] & lower_half]++] = {X.values[at], X.columns[at], std::uint32_t(i)};
    });
    for (Index i = 0; i < n_values; ++i) {
      const Number& one = numbers_[i];
      const Index place = upper[one.column >> bits_]++;
      values_[place] = one.value;
      samples_[place] = one.sample;
      columns_[place] = one.column;
    }
    // Those that have any are gathered at the front.
    Index found = 0;
    for (Index i = 0; i < n_values; ++i) {
      if (found > 0 && columns_[found - 1] == columns_[i]) continue;
      columns_[found] = columns_[i];
      starts_[found++] = i;
    }
    starts_[found] = n_values;
    return {values_.data(), samples_.data(), columns_.data(), starts_.data(), found};
  }

  // What only another `make` would need.
  void drop_spare() { numbers_ = {}; }

 private:
  struct Number {
    T value;
    std::int32_t column;
    std::uint32_t sample;
  };

  // Counts become where each begins; their sum.
  Index starts_of(Index* counts) const {
    Index sum = 0;
    for (Index digit = 0; digit < Index(1) << bits_; ++digit) {
      const Index here = counts[digit];
      counts[digit] = sum;
      sum += here;
    }
    return sum;
  }

  int bits_ = 1;  // of half a column
  Buffer<Index> counts_, starts_;
  Buffer<Number> numbers_;
  Buffer<std::int32_t> columns_;
  Buffer<std::uint32_t> samples_;
  Buffer<T> values_;
};

}  // namespace moonlet
