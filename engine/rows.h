// Where the inputs of tiles come from: rows that are dense, or the rows of a CSR matrix.
//
// What a kind of rows is known by stands here and in training_data.h, which makes tiles of them; what is
// above a tile takes it as it comes. Sparse rows stay as they are (sparse.h), and their sums run over what
// is not zero (by_nonzeros.h), to the bits that dense rows give. Only where that would save nothing are
// they made dense, a tile at a time: of few inputs, for which there is a sweep of its own, or where
// every fourth number is there.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "buffer.h"
#include "kernels.h"
#include "network.h"

namespace moonlet {

// Some rows, in the order of samples: those named, or first, first + 1, …
struct RowNumbers {
  const std::uint32_t* rows = nullptr;
  Index first = 0;

  Index operator()(Index i) const { return rows ? Index(rows[i]) : first + i; }
  RowNumbers from(Index i) const { return rows ? RowNumbers{rows + i} : RowNumbers{nullptr, first + i}; }
};

// A row-major matrix or, where `row_starts` is given, the rows of a CSR matrix: the columns of a row in
// rising order, each once. Not owned.
template <class T>
struct Rows {
  const T* values = nullptr;
  const Index* row_starts = nullptr;
  const std::int32_t* columns = nullptr;
  Index n_rows = 0, width = 0;

  // Numbers that are there, of all rows.
  Index n_values() const { return row_starts ? row_starts[n_rows] - row_starts[0] : n_rows * width; }
  bool stay_sparse() const {
    constexpr double most = 0.25;
    return kSparseInputs && row_starts && width > kFewInputs &&
           double(n_values()) <= most * double(n_rows) * double(width);
  }

  // Row `from(i)`, i < count, becomes column i of `out`, each of whose `width` rows is `stride`
  // long. What lies beyond `count` is set to zero. Or of `width` rows only those from first to last.
  void gather(RowNumbers from, Index count, Index stride, T* out) const {
    gather(from, count, stride, out, 0, width);
  }
  void gather(RowNumbers from, Index count, Index stride, T* out, Index first, Index last) const {
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
          out[column * stride + i] = values[at];
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

// The rows of a CSR matrix that somebody gives us. The indices are checked as they are copied, so that
// nothing that is done to the originals can lead out of anybody's memory; the values are used where they
// lie, unless columns were out of order, or one was there twice: then they are sorted, and added up in the
// order in which they stood, as SciPy does.
template <class T>
class CsrRows {
 public:
  template <class Column>
  CsrRows(const T* values, const Column* columns, Index n_values, const Index* starts, Index n_rows,
          Index width)
      : starts_(std::size_t(n_rows + 1)), n_rows_(n_rows), width_(width), values_(values) {
    if (width > kMostColumns) refuse("has more than 2^31 columns");
    for (Index row = 0; row <= n_rows; ++row) {
      const Index start = starts[row];
      if (start < 0 || start > n_values) refuse("has row starts beyond its values");
      if (row == 0 ? start != 0 : start < starts_[std::size_t(row - 1)])
        refuse("needs row starts that begin with 0 and do not fall");
      starts_[std::size_t(row)] = start;
    }
    columns_ = Buffer<std::int32_t>(starts_.back());
    bool in_order = true;
    for (Index row = 0; row < n_rows; ++row) {
      Index before = -1;
      for (Index at = starts_[std::size_t(row)]; at < starts_[std::size_t(row + 1)]; ++at) {
        const Column column = columns[at];
        if (column < 0 || Index(column) >= width)
          refuse("has a column index out of range, " + std::to_string(column) + " of " +
                 std::to_string(width) + " columns");
        in_order = in_order && Index(column) > before;
        before = Index(column);
        columns_[at] = std::int32_t(column);
      }
    }
    if (!in_order) put_in_order();
  }

  Rows<T> rows() const { return {values_, starts_.data(), columns_.data(), n_rows_, width_}; }

 private:
  static constexpr std::int64_t kMostColumns = std::int64_t(1) << 31;

  [[noreturn]] static void refuse(const std::string& what) {
    throw std::invalid_argument("the CSR matrix " + what);
  }

  void put_in_order() {
    struct Number {
      std::int32_t column;
      T value;
    };
    std::vector<Number> row;
    own_values_ = Buffer<T>(starts_.back());
    Index out = 0, begin = 0;
    for (Index r = 0; r < n_rows_; ++r) {
      const Index end = starts_[std::size_t(r + 1)];
      row.clear();
      for (Index at = begin; at < end; ++at) row.push_back({columns_[at], values_[at]});
      std::stable_sort(row.begin(), row.end(),
                       [](const Number& a, const Number& b) { return a.column < b.column; });
      const Index first = out;
      for (const auto& [column, value] : row) {
        if (out > first && columns_[out - 1] == column) {
          own_values_[out - 1] += value;
          continue;
        }
        columns_[out] = column;
        own_values_[out++] = value;
      }
      starts_[std::size_t(r + 1)] = out;
      begin = end;
    }
    if (!all_finite(own_values_.data(), out)) refuse("has numbers at the same place whose sum is infinite");
    values_ = own_values_.data();
  }

  std::vector<Index> starts_;
  Index n_rows_, width_;
  const T* values_;
  Buffer<std::int32_t> columns_;
  Buffer<T> own_values_;
};

}  // namespace moonlet
