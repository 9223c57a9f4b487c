// What a network gives for rows as they came, row by row again.
#pragma once

#include <chrono>

#include "architecture.h"
#include "sparse.h"
#include "tiling.h"

namespace moonlet {

// Multiply-adds to answer so many rows, about; a transcendental counts for 30.
inline double work_of_outputs(const Network& network, Index n_rows) {
  return double(n_rows) * (double(network.n_parameters) + 30.0 * double(network.rows));
}

// `out` is row-major. With `both_classes`, which is for one sigmoid, there are two columns: that of
// the other class and its own. `look` is called now and then, and may throw. X is rows, or gives some at a
// time as those do (CsrRows).
template <class T, class Given, class Look>
void write_outputs(const Network& network, const T* parameters, Given&& X, bool both_classes, T* out,
                   Look look) {
  constexpr std::chrono::milliseconds look_every{20};
  const Index n_outputs = network.n_outputs();
  const Tiling<T> tiling(X.n_rows, 0);
  const Index widest = tiling.widest();
  // One piece of memory: for a single row, asking for it is a good part of the time.
  const bool sparse = X.stay_sparse();
  InputCuts cuts;
  if (sparse) cuts = InputCuts(X.width);
  const Index for_columns = sparse ? 0 : checked_product(X.width, widest),
              for_outputs = checked_product(n_outputs, widest);
  Buffer<T> memory(checked_sum(checked_sum(for_columns, for_outputs), workspace_size<T>(network, widest)));
  T* const columns = memory.data();
  T* const outputs = columns + for_columns;
  T* const workspace = outputs + for_outputs;
  auto next_look = std::chrono::steady_clock::now() + look_every;
  for (Index t = 0; t < tiling.tiles; ++t) {
    const Index begin = tiling.begin(t), stride = tiling.stride(t),
                count = std::min(stride, X.n_rows - begin);
    const Rows<T> rows = X.some(begin, begin + count);
    Tile<T> tile{columns, nullptr, nullptr, stride, count, true};
    if (sparse) {
      tile.X = nullptr;
      tile.sparse = {rows.values, rows.columns, rows.row_starts};
      cuts.give(tile.sparse);
    } else {
      rows.gather({}, count, stride, columns);
    }
    kernels<T>().tile_outputs(network, parameters, tile, workspace, outputs);
    if (both_classes) {
      for (Index r = 0; r < count; ++r) {
        out[2 * (begin + r)] = T(1) - outputs[r];
        out[2 * (begin + r) + 1] = outputs[r];
      }
    } else {
      for (Index r = 0; r < count; ++r)
        for (Index i = 0; i < n_outputs; ++i) out[(begin + r) * n_outputs + i] = outputs[i * stride + r];
    }
    if (t + 1 < tiling.tiles && std::chrono::steady_clock::now() > next_look) {
      look();
      next_look = std::chrono::steady_clock::now() + look_every;
    }
  }
}

}  // namespace moonlet
