// A layer's gradient from its deltas D and the activations A below it, summed over a tile's samples.
//
//   dW[k][m] += sum_s A[k][s] D[m][s]      db[m] += sum_s D[m][s]
//
// As many units as fill whole lanes lie in the lanes: their part of dW comes out of the matrix
// kernel, from D transposed and A broadcast, and each element is one chain over s. For the units
// left over samples stay in the lanes: a chain over s in each virtual lane, the lanes summed at the
// end, which takes half as long again.
#pragma once

#include "lanes.h"
#include "multiply.h"
#include "network.h"
#include "transpose.h"

namespace moonlet::MOONLET_LEVEL {

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

// How many of M units lie in the lanes: whole lanes of them, and the last when three quarters full.
template <class T>
constexpr Index units_in_lanes(Index M) {
  return 4 * (padded<T>(M) - M) <= kLaneCount<T> ? M : M / kLaneCount<T> * kLaneCount<T>;
}

// The deltas of a layer, in rows of `stride`, as its weight gradient needs them.
template <class T>
struct Deltas {
  Index units, stride;
  const T* D;
  Index samples;        // the first ones: the others have deltas of 0
  const T* transposed;  // of the units in the lanes, a padded row for each sample
};

// Transposes into `room`, where as many samples as `stride` have room for their padded units.
template <class T>
INLINE Deltas<T> deltas_for_gradient(Index units, Index stride, Index samples, const T* D, T* room) {
  const Index wide = units_in_lanes<T>(units), row = padded<T>(wide);
  if (wide > 0) transpose([&](Index m) { return D + m * stride; }, wide, row, samples, row, room);
  return {units, stride, D, samples, room};
}

// dW of K rows.
template <class T>
INLINE void weight_gradient(Index K, const T* A, const Deltas<T>& d, T* dW) {
  const Index wide = units_in_lanes<T>(d.units);
  if (wide > 0)
    multiply(
        K,
        Product<T>{
            wide, d.samples, {A, d.stride, 1}, {d.transposed, padded<T>(wide)}, nullptr, {dW, d.units, true}},
        [](Index, Index) {});
  if (wide < d.units) products(K, d.units - wide, d.stride, A, d.D + wide * d.stride, dW + wide, d.units);
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
