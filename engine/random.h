// The one generator of shuffles and dropout masks: counter-based, so that any number of any stream
// can be had at once, by any thread, after any interruption.
//
// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
// moonlet.reference.chance specifies it in Python, and is tested against the authors' known answers;
// the engine is tested against that.
#pragma once

#include <array>
#include <cstdint>

#include "network.h"

namespace moonlet {

using Philox = std::array<std::uint32_t, 4>;

inline Philox philox(Philox counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t(0xD2511F53u) * counter[0];
    const std::uint64_t b = std::uint64_t(0xCD9E8D57u) * counter[2];
    counter = {std::uint32_t(b >> 32) ^ counter[1] ^ key0, std::uint32_t(b),
               std::uint32_t(a >> 32) ^ counter[3] ^ key1, std::uint32_t(a)};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

// The order of n < 2^32 rows in an epoch: Fisher & Yates from the last place down, the number for
// place i being word i % 4 of the block i / 4, scaled to 0 … i by the high half of a product.
inline void shuffle_rows(std::uint64_t seed, std::uint64_t epoch, Index n, std::uint32_t* order) {
  for (Index i = 0; i < n; ++i) order[i] = std::uint32_t(i);
  Philox block{};
  for (Index i = n - 1; i > 0; --i) {
    if (i == n - 1 || i % 4 == 3)
      block = philox({std::uint32_t(i / 4), std::uint32_t(epoch), std::uint32_t(epoch >> 32), kShuffleStream},
                     std::uint32_t(seed), std::uint32_t(seed >> 32));
    const Index j = Index((std::uint64_t(block[std::size_t(i % 4)]) * std::uint64_t(i + 1)) >> 32);
    const std::uint32_t kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

}  // namespace moonlet
