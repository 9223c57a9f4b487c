// How rows are cut into tiles.
#pragma once

#include <algorithm>

#include "network.h"

namespace moonlet {

// How n rows are cut into tiles, which depends on the number of rows and the network alone.
template <class T>
struct Tiling {
  static constexpr Index kLane = 64 / sizeof(T);
  // A tile's activations should stay in the cache; one under 12 registers pays for its edges.
  static constexpr Index kMostLanes = 30, kLeastLanes = 6;
  // Work, in parameters times rows, from which even one batch is cut in two: where two threads can gain
  // a fifth (gain.h sees whether they do), and one loses next to nothing.
  static constexpr double kWorthTwo = 2e5;

  Tiling(Index n_rows, Index n_parameters) : lanes(padded<T>(n_rows) / kLane) {
    tiles = (lanes + kMostLanes - 1) / kMostLanes;
    cut = tiles == 1 && lanes >= 2 * kLeastLanes && double(n_rows) * double(n_parameters) >= kWorthTwo;
    if (cut) tiles = 2;
  }
  Index begin(Index tile) const { return lanes * tile / tiles * kLane; }
  Index stride(Index tile) const { return begin(tile + 1) - begin(tile); }
  // Of these rows or fewer: a shorter batch may be one tile where a longer one is two.
  Index widest() const { return std::min(lanes, kMostLanes) * kLane; }

  Index lanes, tiles;
  bool cut;  // for two threads alone: one tile would do
};

// Where two threads that have half of the inputs each divide them: in whole lanes.
template <class T>
constexpr Index half_of_inputs(Index n_inputs) {
  return n_inputs / Tiling<T>::kLane / 2 * Tiling<T>::kLane;
}

}  // namespace moonlet
