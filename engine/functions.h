// exp, expm1, tanh, logistic, log and log1p on registers.
//
// Error bounds in both precisions (tested in tests/functions_test.cpp, float over every argument,
// and in tests/test_functions.py against mpmath):
//   exp                  1.5 ulp     infinite above 709.78 (88.72); below -707 (-86) it stays at that
//                                    bound's tiny positive value, for a mean of 0 has no logarithm
//   exp_nonpositive      1.5 ulp     arguments <= 0; below -708 (-87) likewise
//   expm1_nonpositive    1.5 ulp     arguments <= 0
//   tanh                 5 ulp       odd in every bit, never above 1
//   logistic             3 ulp
//   log                  1.5 ulp     positive arguments, not subnormal
//   log1p                2 ulp       arguments >= 0
//
// Method: Cody & Waite (1980), Software Manual for the Elementary Functions, ch. 6: write
// x = n ln 2 + r with |r| <= ln(2)/2, ln 2 split in two so that n ln 2 is exact, a polynomial
// for e^r - 1 = r + r^2 q(r), and the factor 2^n put into the exponent's bits. The polynomials
// are interpolations at Chebyshev nodes, computed with 60 digits (engine/coefficients.py); tanh has a
// rational one.
#pragma once

#include "lanes.h"

namespace moonlet::MOONLET_LEVEL {

template <class T>
struct Constants;
template <>
struct Constants<double> {
  static constexpr double log2e = 0x1.71547652b82fep0;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1;  // trailing zeros: n * ln2_high is exact
  static constexpr double ln2_low = 0x1.ef35793c76730p-45;
  static constexpr double shifter = 0x1.8p52;  // adding it rounds to an integer, in the low bits
  static constexpr double lowest_exp = -708.0;
  static constexpr double highest_exp = 710.0;   // above the last that has a finite exp
  static constexpr double most_scaled = 1000.0;  // of tanh_scaled: far above where it is 1
  static constexpr int mantissa_bits = 52;
  // (e^r - 1 - r) / r^2, error 4.1e-17 relative to e^r - 1
  static constexpr double q[] = {0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d63p-5,
                                 0x1.11111111109b3p-7,  0x1.6c16c1788bd90p-10, 0x1.a01a01a7c41d5p-13,
                                 0x1.a019b90d2ae7ap-16, 0x1.71de0dae63bb3p-19, 0x1.289185613a3d6p-22,
                                 0x1.af38a9b0ec855p-26};
  // tanh(f ln(2)/2) = f T(f^2) / U(f^2) for |f| <= 1/2, error 8.7e-18
  static constexpr double t[] = {0x1.0010c78a957b6p+16, 0x1.b561c23cb5b7ap+9, 1.0};
  static constexpr double u[] = {0x1.716cab7ab485ap+17, 0x1.3b87e8c820351p+13, 0x1.5a68f5de30be2p+5};
  // 2 artanh s = 2 s + s^3 L(s^2) for |s| <= 0.1716, error 4.3e-18
  static constexpr double l[] = {0x1.5555555555558p-1, 0x1.99999999952abp-2, 0x1.2492492df7665p-2,
                                 0x1.c71c62ddb3f91p-3, 0x1.7462b6e321c2ep-3, 0x1.39fe16ab715cdp-3,
                                 0x1.2b5bd9bce80cfp-3};
  static constexpr std::int64_t sqrt_half = 0x3fe6a09e667f3bcd;
};

template <>
struct Constants<float> {
  static constexpr float log2e = 0x1.715476p0f;
  static constexpr float ln2_high = 0x1.62e400p-1f;
  static constexpr float ln2_low = 0x1.7f7d1cp-20f;
  static constexpr float shifter = 0x1.8p23f;
  static constexpr float lowest_exp = -87.0f;
  static constexpr float highest_exp = 89.0f;
  static constexpr float most_scaled = 100.0f;
  static constexpr int mantissa_bits = 23;
  // error 1.7e-9
  static constexpr float q[] = {0x1.0p-1f,      0x1.555556p-3f,  0x1.5554eap-5f,
                                0x1.1110e0p-7f, 0x1.6d4324p-10f, 0x1.a124f2p-13f};
  // error 1.5e-9
  static constexpr float t[] = {0x1.f433a2p+6f, 1.0f};
  static constexpr float u[] = {0x1.68d1bap+8f, 0x1.154eeap+4f};
  // error 2.5e-9
  static constexpr float l[] = {0x1.55555cp-1f, 0x1.997c28p-2f, 0x1.2ee76cp-2f};
  static constexpr std::int32_t sqrt_half = 0x3f3504f3;
};

// 2^n, n being the low bits of `shifted`: added to the exponent of 1.0.
template <class T>
INLINE Register<T> power_of_two(Register<T> shifted) {
  typedef Bits<T> Integers __attribute__((vector_size(kRegisterBytes)));
  return Register<T>((Integers(shifted) << Constants<T>::mantissa_bits) + Integers(broadcast(T(1))));
}

template <class T>
struct Reduced {
  Register<T> r;       // what is left of x
  Register<T> factor;  // 2^n
};

// x = n ln 2 + r. x must lie where 2^n is a normal number.
template <class T>
INLINE Reduced<T> reduce(Register<T> x) {
  using C = Constants<T>;
  const Register<T> shifted = fma(x, broadcast(C::log2e), broadcast(C::shifter));
  const Register<T> n = shifted - C::shifter;
  const Register<T> r = fma(n, broadcast(-C::ln2_high), x);
  return {fma(n, broadcast(-C::ln2_low), r), power_of_two<T>(shifted)};
}

// c[0] + c[1] x + …, by Horner's rule. A leading 1 costs an addition, not a multiplication.
template <class T, int n>
INLINE Register<T> polynomial(const T (&c)[n], Register<T> x) {
  Register<T> sum = c[n - 1] == T(1) ? x + c[n - 2] : fma(broadcast(c[n - 1]), x, broadcast(c[n - 2]));
#pragma GCC unroll 16
  for (int k = n - 3; k >= 0; --k) sum = fma(sum, x, broadcast(c[k]));
  return sum;
}

// e^r - 1 for |r| <= ln(2)/2. Even and odd powers run side by side: half the latency of Horner's
// rule for the same number of multiplications, since r^2 is needed anyway.
template <class T>
INLINE Register<T> expm1_reduced(Register<T> r) {
  using C = Constants<T>;
  constexpr int degree = int(sizeof C::q / sizeof C::q[0]) - 1;
  const Register<T> square = r * r;
  Register<T> high = broadcast(C::q[degree]), low = broadcast(C::q[degree - 1]);
#pragma GCC unroll 16
  for (int k = degree - 2; k >= 0; k -= 2) {
    high = fma(high, square, broadcast(C::q[k]));
    if (k > 0) low = fma(low, square, broadcast(C::q[k - 1]));
  }
  // `high` has the powers of degree's parity.
  const Register<T> q = degree % 2 ? fma(high, r, low) : fma(low, r, high);
  return fma(square, q, r);
}

// e^x for x <= 0. Below `lowest_exp` it is that bound's tiny positive value; NaN stays NaN.
template <class T>
INLINE Register<T> exp_nonpositive(Register<T> x) {
  const auto [r, factor] = reduce<T>(largest(broadcast(Constants<T>::lowest_exp), x));
  return fma(factor, expm1_reduced<T>(r), factor);
}

// e^x for any x, as twice 2^(n-1) e^r: 2^1024 is no number while e^x may yet be one. At the other
// end 2^(n-1) has to be a normal number.
template <class T>
INLINE Register<T> exp(Register<T> x) {
  using C = Constants<T>;
  x = largest(broadcast(C::lowest_exp + 1), smallest(broadcast(C::highest_exp), x));
  const auto [r, factor] = reduce<T>(x);
  typedef Bits<T> Integers __attribute__((vector_size(kRegisterBytes)));
  const Register<T> half = Register<T>(Integers(factor) - (Bits<T>(1) << C::mantissa_bits));
  return T(2) * fma(half, expm1_reduced<T>(r), half);
}

// e^x - 1 for x <= 0: near 0, where 2^n is 1, it is the polynomial itself.
template <class T>
INLINE Register<T> expm1_nonpositive(Register<T> x) {
  const auto [r, factor] = reduce<T>(largest(broadcast(Constants<T>::lowest_exp), x));
  return fma(factor, expm1_reduced<T>(r), factor - T(1));
}

// tanh x from y = 2 log2(e) x: e^2x = 2^y = 2^n (A + B) / (A - B), where y = n + f and
// tanh(f ln(2)/2) = B / A. So
//
//   tanh x = (2^n (A + B) - (A - B)) / (2^n (A + B) + (A - B))
//          = ((2^n A - A) + (2^n + 1) B) / ((2^n A + A) + (2^n - 1) B)
//
// has one division and keeps its digits near 0, where n = 0. A is near its constant, so 2^n A only
// adds n to its exponent. -y gives numerator and denominator a factor of 2^-n, which rounds nothing:
// tanh -x = -tanh x in every bit. |y| may not exceed `most_scaled`; NaN stays NaN.
//
// In two halves: the processor looks ahead over some 64 operations only, so that few_inputs.h begins
// the next one before it ends this one.
template <class T>
struct HalfTanh {
  typedef Bits<T> Integers __attribute__((vector_size(kRegisterBytes)));
  Register<T> A, B;
  Integers n;  // in the place of an exponent
};

template <class T>
INLINE HalfTanh<T> begin_tanh(Register<T> y) {
  using C = Constants<T>;
  const Register<T> shifted = y + C::shifter;
  const Register<T> f = y - (shifted - C::shifter);
  const Register<T> z = f * f;
  const Register<T> T_of_z = polynomial<T>(C::t, z);
  return {polynomial<T>(C::u, z), f * T_of_z, typename HalfTanh<T>::Integers(shifted) << C::mantissa_bits};
}

template <class T>
INLINE Register<T> end_tanh(HalfTanh<T> half) {
  using Integers = typename HalfTanh<T>::Integers;
  const auto [A, B, n] = half;
  const Register<T> factor = Register<T>(n + Integers(broadcast(T(1))));
  const Register<T> scaled = Register<T>(n + Integers(A));
  return fma(factor + T(1), B, scaled - A) / fma(factor - T(1), B, scaled + A);
}

template <class T>
INLINE Register<T> clamp_scaled(Register<T> y) {
  constexpr T most = Constants<T>::most_scaled;
  return largest(broadcast(-most), smallest(broadcast(most), y));
}

template <class T>
INLINE Register<T> tanh(Register<T> x) {
  return end_tanh<T>(begin_tanh<T>(clamp_scaled<T>(x * (2 * Constants<T>::log2e))));
}

// 1 / (1 + e^-x) = (1 + tanh(x/2)) / 2, but without losing the small values: through e^-|x|.
template <class T>
struct Logistic {
  Register<T> p;     // 1 / (1 + e^-x)
  Register<T> tail;  // e^-|x|
};
template <class T>
INLINE Logistic<T> logistic_with_tail(Register<T> x) {
  const Register<T> tail = exp_nonpositive<T>(-absolute<T>(x));
  const Register<T> numerator = x < T(0) ? tail : broadcast(T(1));
  return {numerator / (T(1) + tail), tail};
}
template <class T>
INLINE Register<T> logistic(Register<T> x) {
  return logistic_with_tail<T>(x).p;
}

// log u + lost: u = 2^k m with m in [sqrt(1/2), sqrt(2)), log m by the series of
// 2 artanh(f / (2 + f)), f = m - 1.
template <class T>
INLINE Register<T> log_plus(Register<T> u, Register<T> lost) {
  using C = Constants<T>;
  typedef Bits<T> Integers __attribute__((vector_size(kRegisterBytes)));
  const Integers bits = Integers(u);
  const Integers k = (bits - C::sqrt_half) >> C::mantissa_bits;
  const Register<T> m = Register<T>(bits - (k << C::mantissa_bits));
  // k as a float: put under the shifter's exponent.
  const Register<T> exponent = Register<T>(k + Integers(broadcast(C::shifter))) - C::shifter;
  const Register<T> f = m - T(1);
  const Register<T> s = f / (T(2) + f);
  const Register<T> z = s * s;
  const Register<T> half_square = T(0.5) * f * f;
  // log m = f - f^2/2 + s (f^2/2 + z L(z)): f itself is exact, the rest is small.
  const Register<T> series = fma(z, polynomial<T>(C::l, z), half_square);
  const Register<T> rest = fma(s, series, fma(exponent, broadcast(C::ln2_low), lost));
  return fma(exponent, broadcast(C::ln2_high), f - (half_square - rest));
}

// log x for x > 0. Of what has no logarithm it makes some finite number, not NaN.
template <class T>
INLINE Register<T> log(Register<T> x) {
  return log_plus<T>(x, Register<T>{});
}

// log(1 + x) for x >= 0; what 1 + x lost to rounding is put back as a first-order term.
template <class T>
INLINE Register<T> log1p(Register<T> x) {
  const Register<T> u = T(1) + x;
  return log_plus<T>(u, (x - (u - T(1))) / u);
}

}  // namespace moonlet::MOONLET_LEVEL
