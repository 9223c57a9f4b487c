// What an evaluation works in.
#pragma once

#include "buffer.h"
#include "sparse.h"
#include "team.h"

namespace moonlet {

// Memory of one run, kept from one network to the next, and from one run to the next by a trainer
// that says so.
template <class T>
class Scratch {
 public:
  struct Memory {
    Buffer<T> workspaces, tiles, gradients, first_deltas, chunks;
    ColumnsOfRows<T> columns;
    TileCuts<T> cuts;
  };

  explicit Scratch(Team& team) : team(team) {}

  void swap(Memory& other) noexcept { std::swap(memory_, other); }

  Team& team;
  // Of a thread, or of a tile where several threads work at one.
  T* workspace(Index i) { return memory_.workspaces.data() + i * workspace_size_; }
  T* tile(Index i) { return memory_.tiles.data() + i * tile_size_; }
  T* gradient(Index shard) {
    return memory_.gradients.data() + (shard - 1) * gradient_size_;
  }  // of shards 1, …
  // Of sparse inputs: the first layer's deltas of all samples; a piece of a gradient for each thread; a
  // batch's columns; how samples are cut.
  T* first_deltas() { return memory_.first_deltas.data(); }
  T* chunk(Index thread) { return memory_.chunks.data() + thread * chunk_size_; }
  ColumnsOfRows<T>& columns() { return memory_.columns; }
  TileCuts<T>& cuts() { return memory_.cuts; }

  void reserve(Index copies, Index workspace, Index tile, Index gradient, Index shards) {
    grow(memory_.workspaces, workspace_size_, workspace, copies);
    grow(memory_.tiles, tile_size_, tile, copies);
    grow(memory_.gradients, gradient_size_, gradient, shards - 1);
  }
  void reserve_sparse(Index deltas, Index chunk) {
    if (memory_.first_deltas.size() < deltas) memory_.first_deltas = Buffer<T>(deltas);
    grow(memory_.chunks, chunk_size_, chunk, Index(team.size()));
  }

 private:
  static void grow(Buffer<T>& buffer, Index& size, Index wanted, Index copies) {
    size = padded<T>(wanted);
    if (buffer.size() < checked_product(size, copies)) buffer = Buffer<T>(size * copies);
  }

  Memory memory_;
  Index workspace_size_ = 0, tile_size_ = 0, gradient_size_ = 0, chunk_size_ = 0;
};

}  // namespace moonlet
