// The vector type of each instruction-set level, and the virtual lanes that sums run in.
//
//   Register<T>  one machine register: 64 bytes at v4, 32 at v3, 16 elsewhere.
//   Lanes<T>     64 bytes whatever the machine: one, two or four registers.
//
// Element-wise work may use either: its bits do not depend on the width. A sum over
// samples always runs in Lanes, and `sum` adds them up in one fixed order, so that
// every level with a fused multiply-add gives the same bits.
//
// This header is compiled once for each level, inside a namespace named after it. Keep
// standard-library templates out of it: the linker would keep one copy for all levels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm__)
#include <wasm_simd128.h>
#endif

#include "network.h"

#define INLINE inline __attribute__((always_inline))

namespace moonlet::MOONLET_LEVEL {

#if defined(__AVX512F__)
inline constexpr int kRegisterBytes = 64;
#elif defined(__AVX2__)
inline constexpr int kRegisterBytes = 32;
#else
inline constexpr int kRegisterBytes = 16;
#endif
inline constexpr int kLanesBytes = 64;

template <class T>
struct RegisterOf {
  typedef T type __attribute__((vector_size(kRegisterBytes)));
};
template <class T>
using Register = typename RegisterOf<T>::type;
template <class T>
inline constexpr int kWidth = kRegisterBytes / int(sizeof(T));
template <class T>
inline constexpr int kLaneCount = kLanesBytes / int(sizeof(T));

// The integer of the same size, for work on exponent bits.
template <class T>
struct BitsOf;
template <>
struct BitsOf<double> {
  using type = std::int64_t;
};
template <>
struct BitsOf<float> {
  using type = std::int32_t;
};
template <class T>
using Bits = typename BitsOf<T>::type;

template <class T>
INLINE Register<T> broadcast(T x) {
  return x - Register<T>{};  // -0 stays -0
}

// A constant that lies in memory, in all lanes. The page's compiler would write it out where it is used,
// and a browser makes three instructions of that, on the one port that shuffles.
template <class T>
INLINE Register<T> constant(const T& at) {
#if defined(__wasm__)
  const T* hidden = &at;
  asm("" : "+r"(hidden));
  return broadcast(*hidden);
#else
  return broadcast(at);
#endif
}

template <class T>
INLINE Register<T> load(const T* at) {
  Register<T> r;
  std::memcpy(&r, at, sizeof r);
  return r;
}

template <class T>
INLINE void store(T* at, Register<T> r) {
  std::memcpy(at, &r, sizeof r);
}

// The first `some` numbers, fewer than a register holds. The others are read as 0, and not written.
#if defined(__AVX512F__)
INLINE Register<double> load_some(const double* at, Index some) {
  return _mm512_maskz_loadu_pd(__mmask8((1u << some) - 1), at);
}
INLINE Register<float> load_some(const float* at, Index some) {
  return _mm512_maskz_loadu_ps(__mmask16((1u << some) - 1), at);
}
INLINE void store_some(double* at, Register<double> r, Index some) {
  _mm512_mask_storeu_pd(at, __mmask8((1u << some) - 1), r);
}
INLINE void store_some(float* at, Register<float> r, Index some) {
  _mm512_mask_storeu_ps(at, __mmask16((1u << some) - 1), r);
}
#elif defined(__AVX2__)
INLINE __m256i first_64(Index some) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(some), _mm256_setr_epi64x(0, 1, 2, 3));
}
INLINE __m256i first_32(Index some) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(int(some)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INLINE Register<double> load_some(const double* at, Index some) {
  return _mm256_maskload_pd(at, first_64(some));
}
INLINE Register<float> load_some(const float* at, Index some) {
  return _mm256_maskload_ps(at, first_32(some));
}
INLINE void store_some(double* at, Register<double> r, Index some) {
  _mm256_maskstore_pd(at, first_64(some), r);
}
INLINE void store_some(float* at, Register<float> r, Index some) {
  _mm256_maskstore_ps(at, first_32(some), r);
}
#else
template <class T>
INLINE Register<T> load_some(const T* at, Index some) {
  Register<T> r{};
  for (int i = 0; i < kWidth<T>; ++i)
    if (i < some) r[i] = at[i];
  return r;
}
template <class T>
INLINE void store_some(T* at, Register<T> r, Index some) {
  for (int i = 0; i < kWidth<T>; ++i)
    if (i < some) at[i] = r[i];
}
#endif

// fma(a, b, c) = a b + c, rounded once where the machine can. The compiler may not fuse by
// itself (-ffp-contract=off), so that what is fused is the same at every level.
// largest and smallest: where a comparison with NaN decides, the SECOND argument is given.
#if defined(__AVX512F__)
INLINE Register<double> fma(Register<double> a, Register<double> b, Register<double> c) {
  return _mm512_fmadd_pd(a, b, c);
}
INLINE Register<float> fma(Register<float> a, Register<float> b, Register<float> c) {
  return _mm512_fmadd_ps(a, b, c);
}
INLINE Register<double> largest(Register<double> a, Register<double> b) { return _mm512_max_pd(a, b); }
INLINE Register<float> largest(Register<float> a, Register<float> b) { return _mm512_max_ps(a, b); }
INLINE Register<double> smallest(Register<double> a, Register<double> b) { return _mm512_min_pd(a, b); }
INLINE Register<float> smallest(Register<float> a, Register<float> b) { return _mm512_min_ps(a, b); }
INLINE Register<double> square_root(Register<double> x) { return _mm512_sqrt_pd(x); }
INLINE Register<float> square_root(Register<float> x) { return _mm512_sqrt_ps(x); }
#elif defined(__AVX2__) && defined(__FMA__)
INLINE Register<double> fma(Register<double> a, Register<double> b, Register<double> c) {
  return _mm256_fmadd_pd(a, b, c);
}
INLINE Register<float> fma(Register<float> a, Register<float> b, Register<float> c) {
  return _mm256_fmadd_ps(a, b, c);
}
INLINE Register<double> largest(Register<double> a, Register<double> b) { return _mm256_max_pd(a, b); }
INLINE Register<float> largest(Register<float> a, Register<float> b) { return _mm256_max_ps(a, b); }
INLINE Register<double> smallest(Register<double> a, Register<double> b) { return _mm256_min_pd(a, b); }
INLINE Register<float> smallest(Register<float> a, Register<float> b) { return _mm256_min_ps(a, b); }
INLINE Register<double> square_root(Register<double> x) { return _mm256_sqrt_pd(x); }
INLINE Register<float> square_root(Register<float> x) { return _mm256_sqrt_ps(x); }
#elif defined(__aarch64__)
INLINE Register<double> fma(Register<double> a, Register<double> b, Register<double> c) {
  return vfmaq_f64(c, a, b);
}
INLINE Register<float> fma(Register<float> a, Register<float> b, Register<float> c) {
  return vfmaq_f32(c, a, b);
}
INLINE Register<double> largest(Register<double> a, Register<double> b) {
  return vbslq_f64(vcgtq_f64(a, b), a, b);
}
INLINE Register<float> largest(Register<float> a, Register<float> b) {
  return vbslq_f32(vcgtq_f32(a, b), a, b);
}
INLINE Register<double> smallest(Register<double> a, Register<double> b) {
  return vbslq_f64(vcltq_f64(a, b), a, b);
}
INLINE Register<float> smallest(Register<float> a, Register<float> b) {
  return vbslq_f32(vcltq_f32(a, b), a, b);
}
INLINE Register<double> square_root(Register<double> x) { return vsqrtq_f64(x); }
INLINE Register<float> square_root(Register<float> x) { return vsqrtq_f32(x); }
#elif defined(__wasm__)
// Fused where the processor can: the page looks (web/src/engine/probe.ts) before it takes this build. The
// plain one rounds twice, and then results differ from the other levels by rounding.
INLINE Register<double> fma(Register<double> a, Register<double> b, Register<double> c) {
#if defined(__wasm_relaxed_simd__)
  return __builtin_wasm_relaxed_madd_f64x2(a, b, c);
#else
  return a * b + c;
#endif
}
INLINE Register<double> largest(Register<double> a, Register<double> b) {
  return __builtin_wasm_pmax_f64x2(b, a);
}
INLINE Register<double> smallest(Register<double> a, Register<double> b) {
  return __builtin_wasm_pmin_f64x2(b, a);
}
INLINE Register<double> square_root(Register<double> x) { return __builtin_wasm_sqrt_f64x2(x); }
#elif defined(__x86_64__)
// No fused multiply-add before v3: results there differ from the other levels by rounding.
template <class R>
INLINE R fma(R a, R b, R c) {
  return a * b + c;
}
INLINE Register<double> largest(Register<double> a, Register<double> b) { return _mm_max_pd(a, b); }
INLINE Register<float> largest(Register<float> a, Register<float> b) { return _mm_max_ps(a, b); }
INLINE Register<double> smallest(Register<double> a, Register<double> b) { return _mm_min_pd(a, b); }
INLINE Register<float> smallest(Register<float> a, Register<float> b) { return _mm_min_ps(a, b); }
INLINE Register<double> square_root(Register<double> x) { return _mm_sqrt_pd(x); }
INLINE Register<float> square_root(Register<float> x) { return _mm_sqrt_ps(x); }
#else
// Any other processor, in what GCC and clang know of vectors everywhere. Those that have an instruction for
// a product and a sum have the bits of the levels that do.
#if defined(__FP_FAST_FMA) || defined(__powerpc64__) || defined(__s390x__) || defined(__riscv_fdiv)
template <class R>
INLINE R fma(R a, R b, R c) {
  R r{};
  for (int i = 0; i < int(sizeof r / sizeof r[0]); ++i)
    if constexpr (sizeof r[0] == sizeof(double))
      r[i] = __builtin_fma(a[i], b[i], c[i]);
    else
      r[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return r;
}
#else
template <class R>
INLINE R fma(R a, R b, R c) {
  return a * b + c;
}
#endif
template <class R>
INLINE R largest(R a, R b) {
  return a > b ? a : b;
}
template <class R>
INLINE R smallest(R a, R b) {
  return a < b ? a : b;
}
template <class R>
INLINE R square_root(R x) {
  for (int i = 0; i < int(sizeof x / sizeof x[0]); ++i)
    if constexpr (sizeof x[0] == sizeof(double))
      x[i] = __builtin_sqrt(x[i]);
    else
      x[i] = __builtin_sqrtf(x[i]);
  return x;
}
#endif

// yes where every bit of a lane of `when` is set, no where none is.
template <class T, class Mask>
INLINE Register<T> where(Mask when, Register<T> yes, Register<T> no) {
#if defined(__wasm_relaxed_simd__)
  typedef long long Wide __attribute__((vector_size(kRegisterBytes)));
  return Register<T>(__builtin_wasm_relaxed_laneselect_i64x2(Wide(yes), Wide(no), Wide(when)));
#else
  return when ? yes : no;
#endif
}

// c - a b, rounded once where the machine can.
template <class R>
INLINE R less_product(R a, R b, R c) {
#if defined(__wasm_relaxed_simd__)
  return __builtin_wasm_relaxed_nmadd_f64x2(a, b, c);
#else
  return fma(-a, b, c);
#endif
}

template <class T>
INLINE Register<T> absolute(Register<T> x) {
  typedef Bits<T> Mask __attribute__((vector_size(kRegisterBytes)));
  const Mask all_but_sign = Mask{} + Bits<T>((std::uint64_t(1) << (8 * sizeof(T) - 1)) - 1);
  return Register<T>(Mask(x) & all_but_sign);
}

// x, which is not negative, with the sign of y.
template <class T>
INLINE Register<T> with_sign(Register<T> x, Register<T> y) {
  typedef Bits<T> Mask __attribute__((vector_size(kRegisterBytes)));
  const Mask sign = Mask(broadcast(T(-0.0)));
  return Register<T>(Mask(x) | (Mask(y) & sign));
}

// The upper half of a vector added to the lower, until one number is left.
template <class T, class V>
INLINE T sum_register(V x) {
  constexpr int n = int(sizeof(V) / sizeof(T));
  if constexpr (n == 16)
    return sum_register<T>(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                           __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15));
  else if constexpr (n == 8)
    return sum_register<T>(__builtin_shufflevector(x, x, 0, 1, 2, 3) +
                           __builtin_shufflevector(x, x, 4, 5, 6, 7));
  else if constexpr (n == 4)
    return sum_register<T>(__builtin_shufflevector(x, x, 0, 1) + __builtin_shufflevector(x, x, 2, 3));
  else
    return x[0] + x[1];
}

// ---- 64 bytes of virtual lanes, as named halves: arrays of registers end up in memory ----

template <class T, int bytes = kLanesBytes>
struct Lanes {
  Lanes<T, bytes / 2> low, high;
};
template <class T>
struct Lanes<T, kRegisterBytes> {
  Register<T> only;
};

// f, register by register.
template <class T, int bytes, class F, class... More>
INLINE Lanes<T, bytes> each(F f, Lanes<T, bytes> x, More... more) {
  if constexpr (bytes == kRegisterBytes)
    return {f(x.only, more.only...)};
  else
    return {each(f, x.low, more.low...), each(f, x.high, more.high...)};
}

template <class T, int bytes = kLanesBytes>
INLINE Lanes<T, bytes> load_lanes(const T* at) {
  if constexpr (bytes == kRegisterBytes)
    return {load(at)};
  else
    return {load_lanes<T, bytes / 2>(at), load_lanes<T, bytes / 2>(at + bytes / 2 / int(sizeof(T)))};
}

template <class T, int bytes>
INLINE void store_lanes(T* at, Lanes<T, bytes> x) {
  if constexpr (bytes == kRegisterBytes) {
    store(at, x.only);
  } else {
    store_lanes(at, x.low);
    store_lanes(at + bytes / 2 / int(sizeof(T)), x.high);
  }
}

template <class T, int bytes = kLanesBytes>
INLINE Lanes<T, bytes> broadcast_lanes(T x) {
  if constexpr (bytes == kRegisterBytes)
    return {broadcast(x)};
  else
    return {broadcast_lanes<T, bytes / 2>(x), broadcast_lanes<T, bytes / 2>(x)};
}

template <class T>
INLINE Lanes<T> fma(Lanes<T> a, Lanes<T> b, Lanes<T> c) {
  return each([](auto x, auto y, auto z) { return fma(x, y, z); }, a, b, c);
}

// All virtual lanes added up, halves onto halves: the same order at every level.
template <class T, int bytes>
INLINE T sum(Lanes<T, bytes> x) {
  if constexpr (bytes == kRegisterBytes)
    return sum_register<T>(x.only);
  else
    return sum(each([](auto a, auto b) { return a + b; }, x.low, x.high));
}

}  // namespace moonlet::MOONLET_LEVEL
