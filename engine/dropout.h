// Dropout: hidden units left out at random while a network is trained, those that stay scaled up.
//
//   A <- A ∘ M       M = 1 / (1 - rate) where a unit is kept, else 0        D <- D ∘ M ∘ f'(Z)
//
// How it differs from Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), "Dropout: a simple
// way to prevent neural networks from overfitting":
//   1. What is kept is scaled up in training, so that predictions need no scaling: a trained network is a
//      plain one, for ONNX and scikit-learn too.
//   2. Hidden units only. Inputs of a table are few, and each has a meaning.
//   3. No bound on the length of a unit's weights: `alpha` is there for that.
//   4. Whether a unit is dropped depends on the seed, the epoch, the row's number and the unit's alone: not
//      on the batch, the tile or the thread that the row is in. So the bits are the same for any of them,
//      and "gd", whose batch is all rows, can have it too.
//
// random.h has the generator; here it runs with rows in the lanes, and moonlet.reference.dropout_masks is
// what it is tested against.
#pragma once

#include "activations.h"
#include "lanes.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

typedef std::uint32_t Words __attribute__((vector_size(kRegisterBytes)));
typedef std::uint64_t WideWords __attribute__((vector_size(kRegisterBytes)));

// The 64-bit products of the lower halves of the lanes.
INLINE WideWords product_of_low(WideWords a, WideWords b) {
#if defined(__AVX512F__)
  return WideWords(_mm512_mul_epu32(__m512i(a), __m512i(b)));
#elif defined(__AVX2__)
  return WideWords(_mm256_mul_epu32(__m256i(a), __m256i(b)));
#elif defined(__x86_64__)
  return WideWords(_mm_mul_epu32(__m128i(a), __m128i(b)));
#elif defined(__aarch64__)
  return WideWords(vmull_u32(vmovn_u64(uint64x2_t(a)), vmovn_u64(uint64x2_t(b))));
#elif defined(__wasm__)
  const v128_t low_a = wasm_i32x4_shuffle(v128_t(a), v128_t(a), 0, 2, 0, 2);
  const v128_t low_b = wasm_i32x4_shuffle(v128_t(b), v128_t(b), 0, 2, 0, 2);
  return WideWords(wasm_u64x2_extmul_low_u32x4(low_a, low_b));
#else
  return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

// philox of random.h in each lane, whose upper halves are noise throughout.
struct PhiloxLanes {
  WideWords word[4];
};

INLINE PhiloxLanes philox(PhiloxLanes counter, std::uint64_t seed) {
  const WideWords zero{}, a = zero + 0xD2511F53u, b = zero + 0xCD9E8D57u;
  std::uint32_t key0 = std::uint32_t(seed), key1 = std::uint32_t(seed >> 32);
  WideWords* c = counter.word;
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const WideWords p = product_of_low(c[0], a), q = product_of_low(c[2], b);
    c[0] = (q >> 32) ^ c[1] ^ (zero + key0);
    c[1] = q;
    c[2] = (p >> 32) ^ c[3] ^ (zero + key1);
    c[3] = p;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

// The masks of the units 4 block, …, 4 block + 3 for the rows given.
template <class T>
struct Masks {
  Register<T> of[4];
};

template <class T>
INLINE Masks<T> masks(const Dropping& dropping, const std::uint32_t* rows, std::uint32_t block) {
  const WideWords zero{};
  const auto words = [&](WideWords row) {
    return philox({{row, zero + block, zero + dropping.epoch, zero + kDropoutStream}}, dropping.seed);
  };
  const Register<T> kept = broadcast(T(dropping.scale)), dropped{};
  Masks<T> masks;
  if constexpr (sizeof(T) == 8) {
    WideWords row;
    for (int i = 0; i < kWidth<T>; ++i) row[i] = rows[i];
    const PhiloxLanes drawn = words(row);
    for (int u = 0; u < 4; ++u)
      masks.of[u] = (drawn.word[u] & 0xffffffffu) < (zero + dropping.threshold) ? dropped : kept;
  } else {
    WideWords both;
    std::memcpy(&both, rows, sizeof both);
    const PhiloxLanes even = words(both & 0xffffffffu), odd = words(both >> 32);
    for (int u = 0; u < 4; ++u) {
      const Words drawn = Words((even.word[u] & 0xffffffffu) | (odd.word[u] << 32));
      masks.of[u] = drawn < (Words{} + dropping.threshold) ? dropped : kept;
    }
  }
  return masks;
}

// A <- A ∘ M in a layer's rows, and M ∘ f'(Z) into its slopes.
template <class T>
void drop(const Layer& layer, const Tile<T>& tile, T* A, T* slopes) {
  const Dropping& dropping = tile.dropping;
  const Index first = layer.first_unit, end = first + layer.fan_out, stride = tile.stride;
  const bool kept = keeps_slope(layer.activation);
  with_derivative<T>(layer.activation, [&](auto times) {
    for (Index s = 0; s < stride; s += kWidth<T>) {
      std::uint32_t rows[kWidth<T>];
      for (Index i = 0; i < kWidth<T>; ++i) rows[i] = dropping.row(s + i);
      for (Index block = first / 4; 4 * block < end; ++block) {
        const Masks<T> some = masks<T>(dropping, rows, std::uint32_t(block));
        for (Index u = 0; u < 4; ++u) {
          const Index unit = 4 * block + u;
          if (unit < first || unit >= end) continue;
          const Index at = (unit - first) * stride + s;
          const Register<T> a = load(A + at);
          store(slopes + at, times(kept ? load(slopes + at) : a, some.of[u]));
          store(A + at, a * some.of[u]);
        }
      }
    }
  });
}

}  // namespace moonlet::MOONLET_LEVEL
