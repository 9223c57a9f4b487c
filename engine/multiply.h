// The two matrix kernels that every layer of every network runs through.
//
// multiply   out[m][n] = start[m] + sum_k left(m, k) right[k][n]     n in the lanes
// products   out[k][m] += sum_s A[k][s] D[m][s]                     s in the lanes
//
// Every element of `multiply` is one chain of fused multiply-adds over k = 0, 1, …, so its
// bits depend neither on the register's width nor on how the work is cut into blocks. Every
// element of `products` is a chain over s in each virtual lane, the lanes summed at the end.
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

template <class T, int rows, int columns>
INLINE void multiply_block(Index K, Left<T> left, const T* right, Index right_stride, const T* start, T* out,
                           Index out_stride) {
  Register<T> sums[rows][columns];
#pragma GCC unroll 8
  for (int m = 0; m < rows; ++m) {
    const Register<T> first = start ? broadcast(start[m]) : Register<T>{};
#pragma GCC unroll 8
    for (int n = 0; n < columns; ++n) sums[m][n] = first;
  }
  for (Index k = 0; k < K; ++k) {
    Register<T> x[columns];
#pragma GCC unroll 8
    for (int n = 0; n < columns; ++n) x[n] = load(right + k * right_stride + n * kWidth<T>);
#pragma GCC unroll 8
    for (int m = 0; m < rows; ++m) {
      const Register<T> w = broadcast(left.at[m * left.row + k * left.step]);
#pragma GCC unroll 8
      for (int n = 0; n < columns; ++n) sums[m][n] = fma(w, x[n], sums[m][n]);
    }
  }
#pragma GCC unroll 8
  for (int m = 0; m < rows; ++m)
#pragma GCC unroll 8
    for (int n = 0; n < columns; ++n) store(out + m * out_stride + n * kWidth<T>, sums[m][n]);
}

template <class T, int rows, int columns>
INLINE void multiply_columns(int wanted, Index K, Left<T> left, const T* right, Index right_stride,
                             const T* start, T* out, Index out_stride) {
  if constexpr (columns > 0) {
    if (wanted == columns)
      multiply_block<T, rows, columns>(K, left, right, right_stride, start, out, out_stride);
    else
      multiply_columns<T, rows, columns - 1>(wanted, K, left, right, right_stride, start, out, out_stride);
  }
}

// `rows` rows of the result over all N columns, cut into blocks as even as can be.
template <class T, int rows>
void multiply_rows(Index N, Index K, Left<T> left, const T* right, Index right_stride, const T* start, T* out,
                   Index out_stride) {
  constexpr int most = most_columns(rows);
  const Index registers = N / kWidth<T>;
  const Index blocks = (registers + most - 1) / most;
  for (Index block = 0; block < blocks; ++block) {
    const Index begin = registers * block / blocks, end = registers * (block + 1) / blocks;
    const Index at = begin * kWidth<T>;
    multiply_columns<T, rows, most>(int(end - begin), K, left, right + at, right_stride, start, out + at,
                                    out_stride);
  }
}

template <class T, int rows>
INLINE void multiply_some(int wanted, Index N, Index K, Left<T> left, const T* right, Index right_stride,
                          const T* start, T* out, Index out_stride) {
  if constexpr (rows > 0) {
    if (wanted == rows)
      multiply_rows<T, rows>(N, K, left, right, right_stride, start, out, out_stride);
    else
      multiply_some<T, rows - 1>(wanted, N, K, left, right, right_stride, start, out, out_stride);
  }
}

// `done(begin, end)` is called when those rows of the result are finished and still near.
template <class T, class Done>
INLINE void multiply(Index M, Index N, Index K, Left<T> left, const T* right, Index right_stride,
                     const T* start, T* out, Index out_stride, Done done) {
  const Index blocks = (M + kMostRows - 1) / kMostRows;
  for (Index block = 0; block < blocks; ++block) {
    const Index begin = M * block / blocks, end = M * (block + 1) / blocks;
    const Left<T> part{left.at + begin * left.row, left.row, left.step};
    multiply_some<T, kMostRows>(int(end - begin), N, K, part, right, right_stride,
                                start ? start + begin : nullptr, out + begin * out_stride, out_stride);
    done(begin, end);
  }
}

// ---- sums over samples ----

#if defined(__AVX512F__)
inline constexpr int kProductRows = 4, kProductColumns = 4;
#elif defined(__AVX2__) || defined(__aarch64__)
inline constexpr int kProductRows = 2, kProductColumns = 2;
#else
inline constexpr int kProductRows = 1, kProductColumns = 2;
#endif

template <class T, int rows, int columns>
INLINE void products_block(Index samples, const T* A, const T* D, T* out, Index out_stride) {
  Lanes<T> sums[rows][columns];
#pragma GCC unroll 4
  for (int k = 0; k < rows; ++k)
#pragma GCC unroll 4
    for (int m = 0; m < columns; ++m) sums[k][m] = broadcast_lanes<T>(0);
  for (Index s = 0; s < samples; s += kLaneCount<T>) {
    Lanes<T> d[columns];
#pragma GCC unroll 4
    for (int m = 0; m < columns; ++m) d[m] = load_lanes(D + m * samples + s);
#pragma GCC unroll 4
    for (int k = 0; k < rows; ++k) {
      const Lanes<T> a = load_lanes(A + k * samples + s);
#pragma GCC unroll 4
      for (int m = 0; m < columns; ++m) sums[k][m] = fma(a, d[m], sums[k][m]);
    }
  }
#pragma GCC unroll 4
  for (int k = 0; k < rows; ++k)
#pragma GCC unroll 4
    for (int m = 0; m < columns; ++m) out[k * out_stride + m] += sum(sums[k][m]);
}

template <class T, int rows, int columns>
INLINE void products_some(int wanted_rows, int wanted_columns, Index samples, const T* A, const T* D, T* out,
                          Index out_stride) {
  if (wanted_rows < rows) {
    if constexpr (rows > 1)
      products_some<T, rows - 1, columns>(wanted_rows, wanted_columns, samples, A, D, out, out_stride);
  } else if (wanted_columns < columns) {
    if constexpr (columns > 1)
      products_some<T, rows, columns - 1>(wanted_rows, wanted_columns, samples, A, D, out, out_stride);
  } else {
    products_block<T, rows, columns>(samples, A, D, out, out_stride);
  }
}

// out[k][m] += sum_s A[k][s] D[m][s] for K rows of A and M of D, each row `samples` long.
template <class T>
void products(Index K, Index M, Index samples, const T* A, const T* D, T* out, Index out_stride) {
  const Index row_blocks = (K + kProductRows - 1) / kProductRows;
  const Index column_blocks = (M + kProductColumns - 1) / kProductColumns;
  for (Index r = 0; r < row_blocks; ++r) {
    const Index k = K * r / row_blocks, k_end = K * (r + 1) / row_blocks;
    for (Index c = 0; c < column_blocks; ++c) {
      const Index m = M * c / column_blocks, m_end = M * (c + 1) / column_blocks;
      products_some<T, kProductRows, kProductColumns>(int(k_end - k), int(m_end - m), samples,
                                                      A + k * samples, D + m * samples,
                                                      out + k * out_stride + m, out_stride);
    }
  }
}

// out[m] += sum_s D[m][s]: the gradient of the biases.
template <class T>
void sums_over_samples(Index M, Index samples, const T* D, T* out) {
  for (Index m = 0; m < M; ++m) {
    Lanes<T> total = broadcast_lanes<T>(0);
    for (Index s = 0; s < samples; s += kLaneCount<T>)
      total = each([](auto x, auto y) { return x + y; }, total, load_lanes(D + m * samples + s));
    out[m] += sum(total);
  }
}

}  // namespace moonlet::MOONLET_LEVEL
