// Where the inputs of tiles come from: rows that are dense, or the rows of a CSR matrix.
//
// What a kind of rows is known by stands here and in training_data.h, which makes tiles of them; what is
// above a tile takes it as it comes. Sparse rows stay as they are (sparse.h), and their sums run over what
// is not zero (by_nonzeros.h), to the bits that dense rows give. Only where that would save nothing are
// they made dense, a tile at a time: of few inputs, for which there is a sweep of its own, or where
// every fourth number is there.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

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

// Whether sums over what is there alone save anything.
inline bool few_among_zeros(Index n_values, Index n_rows, Index width) {
  constexpr double most = 0.25;
  return kSparseInputs && width > kFewInputs && double(n_values) <= most * double(n_rows) * double(width);
}

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
  bool stay_sparse() const { return row_starts && few_among_zeros(n_values(), n_rows, width); }

  Rows some(Index first, Index last) const {
    Rows these = *this;
    these.n_rows = last - first;
    if (row_starts)
      these.row_starts += first;
    else
      these.values += first * width;
    return these;
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

}  // namespace moonlet
