// The rows of a CSR matrix that somebody gives us.
//
// Its indices are checked as they are copied, all at once or some rows at a time, so that nothing that is
// done to the originals meanwhile can lead out of anybody's memory. The values are used where they lie,
// unless columns were out of order, or one was there twice: then they are sorted, and added up in the order
// in which they stood, as SciPy does.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "buffer.h"
#include "rows.h"

namespace moonlet {

// Whole numbers of either size.
struct Integers {
  const void* at;
  bool wide;  // 64 bits

  template <class F>
  void with(F f) const {
    if (wide)
      f(static_cast<const std::int64_t*>(at));
    else
      f(static_cast<const std::int32_t*>(at));
  }
  Index operator[](Index i) const {
    return wide ? static_cast<const std::int64_t*>(at)[i] : static_cast<const std::int32_t*>(at)[i];
  }
};

template <class T>
struct GivenCsr {
  const T* values;
  Integers columns;
  Index n_values;
  Integers starts;
  Index n_rows, width;
};

template <class T>
class CsrRows {
 public:
  const Index n_rows, width;

  explicit CsrRows(const GivenCsr<T>& given) : n_rows(given.n_rows), width(given.width), given_(given) {
    if (width > kMostColumns) refuse("has more than 2^31 columns");
    if (given.starts[0] != 0) refuse_starts();
  }

  bool stay_sparse() const { return few_among_zeros(given_.starts[n_rows], n_rows, width); }

  // Some of them, which are there until others are asked for.
  Rows<T> some(Index first, Index last) {
    const Index count = last - first;
    starts_.resize(std::size_t(count + 1));
    const Index begin = given_.starts[first];
    Index before = begin;
    for (Index row = 0; row <= count; ++row) {
      const Index start = given_.starts[first + row];
      if (start < 0 || start > given_.n_values) refuse("has row starts beyond its values");
      if (start < before) refuse_starts();
      starts_[std::size_t(row)] = start - begin;
      before = start;
    }
    values_ = given_.values + begin;
    const Index n_values = starts_.back();
    if (columns_.size() < n_values) columns_ = Buffer<std::int32_t>(n_values);
    bool in_order = false;
    given_.columns.with([&](const auto* columns) { in_order = copy(columns + begin, n_values); });
    if (!in_order) put_in_order(count);
    return {values_, starts_.data(), columns_.data(), count, width};
  }
  Rows<T> all() { return some(0, n_rows); }

 private:
  static constexpr std::int64_t kMostColumns = std::int64_t(1) << 31;

  [[noreturn]] static void refuse(const std::string& what) {
    throw std::invalid_argument("the CSR matrix " + what);
  }
  [[noreturn]] static void refuse_starts() { refuse("needs row starts that begin with 0 and do not fall"); }

  // Whether columns rise within each row: they fall between rows, or nowhere. No branch for each of them.
  template <class Column>
  bool copy(const Column* columns, Index n_values) {
    const std::uint64_t end = std::uint64_t(width);
    std::int32_t* const copies = columns_.data();
    Index outside = 0, falls = 0;
    std::int32_t before = -1;
    for (Index at = 0; at < n_values; ++at) {
      const Column column = columns[at];
      const std::int32_t now = std::int32_t(column);
      outside += std::uint64_t(column) >= end;
      falls += now <= before;
      copies[at] = before = now;
    }
    if (outside > 0) refuse_columns(columns, n_values);
    for (std::size_t row = 1; row + 1 < starts_.size(); ++row)
      if (const Index at = starts_[row]; at > 0 && at < starts_[row + 1])
        falls -= copies[at] <= copies[at - 1];
    return falls == 0;
  }

  template <class Column>
  [[noreturn]] void refuse_columns(const Column* columns, Index n_values) const {
    const Column* const found = std::find_if(columns, columns + n_values, [&](Column column) {
      return std::uint64_t(column) >= std::uint64_t(width);
    });
    const std::string which = found < columns + n_values ? ", " + std::to_string(*found) : "";
    refuse("has a column index out of range" + which + " of " + std::to_string(width) + " columns");
  }

  void put_in_order(Index count) {
    struct Number {
      std::int32_t column;
      T value;
    };
    std::vector<Number> row;
    if (own_values_.size() < starts_.back()) own_values_ = Buffer<T>(starts_.back());
    Index out = 0, begin = 0;
    for (Index r = 0; r < count; ++r) {
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

  GivenCsr<T> given_;
  std::vector<Index> starts_;
  const T* values_ = nullptr;
  Buffer<std::int32_t> columns_;
  Buffer<T> own_values_;
};

}  // namespace moonlet
