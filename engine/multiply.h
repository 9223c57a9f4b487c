// The matrix kernel that every layer of every network runs through.
//
//   out[m][n] = start[m] + sum_k left(m, k) right[k][n]     n in the lanes
//
// Every element is one chain of fused multiply-adds over k = 0, 1, …, or the sum of several where K
// is long, so its bits depend neither on the register's width nor on how rows and columns are cut
// into blocks.
//
// Samples lie in the lanes for a layer's values and for the deltas below it, units for the weight
// gradient of a layer with enough of them (weight_gradient.h).
#pragma once

#include "lanes.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

// Accumulators held in registers. 32 registers at v4 and on arm64, 16 elsewhere.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr int kAccumulators = 21, kMostRows = 7;
#else
inline constexpr int kAccumulators = 12, kMostRows = 6;
#endif

// Columns, in registers, of a block of `rows`: few rows take more columns, to hide latency.
constexpr int most_columns(int rows) {
  const int columns = kAccumulators / rows;
  return columns > 8 ? 8 : columns;
}

template <class T>
struct Left {
  const T* at;
  Index row, step;  // left(m, k) = at[m * row + k * step]
};

template <class T>
struct Right {
  const T* at;
  Index row;  // right[k][n] = at[k * row + n], readable to the end of the last register
};

template <class T>
struct Out {
  T* at;
  Index row;    // out[m][n] = at[m * row + n]
  bool adding;  // to what is there, when the sum is complete
};

// One product, or some of its rows or columns. Null `start` is zero.
template <class T>
struct Product {
  Index N, K;
  Left<T> left;
  Right<T> right;
  const T* start;
  Out<T> out;

  Product from_row(Index m) const {
    return {N,
            K,
            {left.at + m * left.row, left.row, left.step},
            right,
            start ? start + m : nullptr,
            {out.at + m * out.row, out.row, out.adding}};
  }
  Product columns(Index begin, Index end) const {
    return {(end < N ? end : N) - begin,   K,     left,
            {right.at + begin, right.row}, start, {out.at + begin, out.row, out.adding}};
  }
  Product steps(Index begin, Index end) const {
    return {N,
            end - begin,
            {left.at + begin * left.step, left.row, left.step},
            {right.at + begin * right.row, right.row},
            begin == 0 ? start : nullptr,
            {out.at, out.row, out.adding || begin > 0}};
  }
};

template <class T, int rows, int columns>
INLINE void multiply_block(Product<T> p) {
  Register<T> sums[rows][columns];
#pragma GCC unroll 8
  for (int m = 0; m < rows; ++m) {
    const Register<T> first = p.start ? broadcast(p.start[m]) : Register<T>{};
#pragma GCC unroll 8
    for (int n = 0; n < columns; ++n) sums[m][n] = first;
  }
  for (Index k = 0; k < p.K; ++k) {
    Register<T> x[columns];
#pragma GCC unroll 8
    for (int n = 0; n < columns; ++n) x[n] = load(p.right.at + k * p.right.row + n * kWidth<T>);
#pragma GCC unroll 8
    for (int m = 0; m < rows; ++m) {
      const Register<T> w = broadcast(p.left.at[m * p.left.row + k * p.left.step]);
#pragma GCC unroll 8
      for (int n = 0; n < columns; ++n) sums[m][n] = fma(w, x[n], sums[m][n]);
    }
  }
#pragma GCC unroll 8
  for (int m = 0; m < rows; ++m)
#pragma GCC unroll 8
    for (int n = 0; n < columns; ++n) {
      T* at = p.out.at + m * p.out.row + n * kWidth<T>;
      const Index wanted = p.N - n * kWidth<T>;
      if (n + 1 < columns || wanted == kWidth<T>)
        store(at, p.out.adding ? load(at) + sums[m][n] : sums[m][n]);
      else
        store_some(at, p.out.adding ? load_some(at, wanted) + sums[m][n] : sums[m][n], wanted);
    }
}

template <class T, int rows, int columns>
INLINE void multiply_columns(int wanted, Product<T> p) {
  if constexpr (columns > 0) {
    if (wanted == columns)
      multiply_block<T, rows, columns>(p);
    else
      multiply_columns<T, rows, columns - 1>(wanted, p);
  }
}

// `rows` rows of the result over all N columns, cut into blocks as even as can be.
template <class T, int rows>
void multiply_rows(const Product<T>& p) {
  constexpr int most = most_columns(rows);
  const Index registers = (p.N + kWidth<T> - 1) / kWidth<T>;
  const Index blocks = (registers + most - 1) / most;
  for (Index block = 0; block < blocks; ++block) {
    const Index begin = registers * block / blocks, end = registers * (block + 1) / blocks;
    multiply_columns<T, rows, most>(int(end - begin), p.columns(begin * kWidth<T>, end * kWidth<T>));
  }
}

template <class T, int rows>
INLINE void multiply_some(int wanted, const Product<T>& p) {
  if constexpr (rows > 0) {
    if (wanted == rows)
      multiply_rows<T, rows>(p);
    else
      multiply_some<T, rows - 1>(wanted, p);
  }
}

// `done(begin, end)` is called when those of the M rows are finished and still near.
template <class T, class Done>
INLINE void multiply(Index M, const Product<T>& product, Done done) {
  const Index blocks = (M + kMostRows - 1) / kMostRows;
  const Index parts = (product.K + kMostSteps - 1) / kMostSteps;
  for (Index part = 0; part < parts; ++part) {
    const Product<T> some = product.steps(product.K * part / parts, product.K * (part + 1) / parts);
    for (Index block = 0; block < blocks; ++block) {
      const Index begin = M * block / blocks, end = M * (block + 1) / blocks;
      multiply_some<T, kMostRows>(int(end - begin), some.from_row(begin));
      if (part + 1 == parts) done(begin, end);
    }
  }
}

}  // namespace moonlet::MOONLET_LEVEL
