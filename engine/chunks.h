// How the gradient is cut for the threads that finish it: in whole lanes, and in a way that depends on the
// network alone.
#pragma once

#include <algorithm>

#include "network.h"
#include "tiling.h"

namespace moonlet {

struct Range {
  Index begin, end;
};

// Pieces of some 8192 parameters.
template <class T>
class Chunks {
 public:
  static constexpr Index kMost = 4096;

  explicit Chunks(Index length) : length_(length), size_(std::min((length + kChunk - 1) / kChunk, kMost)) {}

  Index size() const { return size_; }
  Index longest() const { return length_ / size_ + 2 * Tiling<T>::kLane; }
  Range range(Index chunk) const {
    return {padded<T>(length_ * chunk / size_), padded<T>(length_ * (chunk + 1) / size_)};
  }

 private:
  static constexpr Index kChunk = 2048;

  Index length_, size_;
};

// Where each of two threads has half of the inputs: groups of inputs whose weights, which come first of
// all parameters, are whole lanes. Blocks of either half by turns, so that a thread begins with those of
// its own; the last has the few inputs that are left, and all other parameters.
template <class T>
class InputBlocks {
 public:
  InputBlocks(const Layer& first, Index length)
      : first_(first),
        length_(length),
        groups_(first.fan_in / kLane),
        blocks_(std::min((groups_ - groups_ / 2 + 3) / 4, Chunks<T>::kMost / 2 - 1)) {}

  // The inputs of a half, those that are left included.
  Range half(Index part) const { return part == 0 ? Range{0, edge(1)} : Range{edge(1), first_.fan_in}; }

  Index size() const { return 2 * blocks_ + 1; }
  // But for the last.
  Index longest() const { return ((groups_ - groups_ / 2) / blocks_ + 1) * kLane * first_.fan_out; }
  Range inputs(Index block) const {
    if (block == 2 * blocks_) return {groups_ * kLane, first_.fan_in};
    const Index part = block % 2, begin = edge(part), groups = (edge(part + 1) - begin) / kLane;
    return {begin + groups * (block / 2) / blocks_ * kLane,
            begin + groups * (block / 2 + 1) / blocks_ * kLane};
  }
  Range range(Index block) const {
    const auto [begin, end] = inputs(block);
    return {begin * first_.fan_out, block == 2 * blocks_ ? length_ : end * first_.fan_out};
  }

 private:
  static constexpr Index kLane = Tiling<T>::kLane;

  Index edge(Index part) const { return groups_ * part / 2 * kLane; }

  const Layer& first_;
  Index length_, groups_, blocks_;
};

}  // namespace moonlet
