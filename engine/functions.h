// exp, tanh, logistic and log1p on registers, and the activations made of them.
//
// Error bounds (tested in tests/functions_test.cpp and tests/test_functions.py against mpmath):
//   expm1_nonpositive, exp_nonpositive   1.5 ulp     arguments <= 0; below the smallest normal: 0
//   tanh                                 3 ulp
//   logistic                             3 ulp
//   log1p                                2 ulp       arguments >= 0
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
  static constexpr double tanh_is_one = 20.0;
  // tanh v = v (v^4 + t1 v^2 + t0) / (u2 v^4 + u1 v^2 + u0) for |v| <= ln(2)/4, error 9.7e-18
  static constexpr double t0 = 0x1.d8dbd890df81dp+9, t1 = 0x1.a445f817551cep+6;
  static constexpr double u0 = 0x1.d8dbd890df81dp+9, u1 = 0x1.a44eb91114eabp+8, u2 = 0x1.e037f57ca6d8fp+3;
  static constexpr int mantissa_bits = 52;
  // (e^r - 1 - r) / r^2, error 4.1e-17 relative to e^r - 1
  static constexpr double q[10] = {0x1.0000000000001p-1,  0x1.5555555555556p-3,  0x1.5555555553d63p-5,
                                   0x1.11111111109b3p-7,  0x1.6c16c1788bd90p-10, 0x1.a01a01a7c41d5p-13,
                                   0x1.a019b90d2ae7ap-16, 0x1.71de0dae63bb3p-19, 0x1.289185613a3d6p-22,
                                   0x1.af38a9b0ec855p-26};
};

template <class T>
struct Reduced {
  Register<T> r;       // what is left of x
  Register<T> factor;  // 2^n
};

// x = (n ln 2 + r) / scale, scale a power of two. x must lie where 2^n is a normal number.
template <class T, int scale = 1>
INLINE Reduced<T> reduce(Register<T> x) {
  using C = Constants<T>;
  typedef Bits<T> Integers __attribute__((vector_size(kRegisterBytes)));
  const Register<T> shifted = fma(x, broadcast(scale * C::log2e), broadcast(C::shifter));
  const Register<T> n = shifted - C::shifter;
  Register<T> r = fma(n, broadcast(-C::ln2_high / scale), x);
  r = fma(n, broadcast(-C::ln2_low / scale), r);
  // The low bits of `shifted` are n: added to the exponent of 1.0 they make 2^n.
  const Integers factor = (Integers(shifted) << C::mantissa_bits) + Integers(broadcast(T(1)));
  return {r, Register<T>(factor)};
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

// tanh of |x| = n ln(2)/2 + v. With tanh v = B / A and s = 2^n,
//
//   tanh |x| = ((s - 1) A + (s + 1) B) / ((s + 1) A + (s - 1) B)
//
// has one division, keeps its digits near 0 (n = 0: B / A) and, the denominator being the
// numerator plus 2 (A - B) > 0, never exceeds 1. NaN stays NaN.
template <class T>
INLINE Register<T> tanh(Register<T> x) {
  using C = Constants<T>;
  const auto [v, s] = reduce<T, 2>(smallest(broadcast(C::tanh_is_one), absolute<T>(x)));
  const Register<T> z = v * v;
  const Register<T> B = v * fma(z + C::t1, z, broadcast(C::t0));
  const Register<T> A = fma(fma(broadcast(C::u2), z, broadcast(C::u1)), z, broadcast(C::u0));
  const Register<T> numerator = fma(s - T(1), A, (s + T(1)) * B);
  const Register<T> denominator = fma(broadcast(T(2)), A - B, numerator);
  return with_sign<T>(numerator / denominator, x);
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

// log(1 + x) for x >= 0: 1 + x = 2^k m with m in [sqrt(1/2), sqrt(2)), log m by the series of
// 2 artanh(f / (2 + f)), f = m - 1; what 1 + x lost to rounding is put back as a first-order term.
template <class T>
INLINE Register<T> log1p(Register<T> x);

template <>
INLINE Register<double> log1p<double>(Register<double> x) {
  typedef std::int64_t Integers __attribute__((vector_size(kRegisterBytes)));
  using C = Constants<double>;
  const Register<double> u = 1.0 + x;
  const Register<double> lost = (x - (u - 1.0)) / u;
  const Integers bits = Integers(u);
  const Integers sqrt_half = Integers{} + 0x3fe6a09e667f3bcdLL;
  const Integers k = (bits - sqrt_half) >> 52;
  const Register<double> m = Register<double>(bits - (k << 52));
  // k as a float: its low bits put under the shifter's exponent.
  const Integers shifter_bits = Integers(broadcast(C::shifter));
  const Register<double> exponent = Register<double>(k + shifter_bits) - C::shifter;
  const Register<double> f = m - 1.0;
  const Register<double> s = f / (2.0 + f);
  const Register<double> z = s * s;
  // 2 artanh(s) = 2 s + s z L(z); L interpolated for |s| <= 0.1716, error 4.3e-18
  Register<double> L = broadcast(0x1.2b5bd9bce80cfp-3);
  L = fma(L, z, broadcast(0x1.39fe16ab715cdp-3));
  L = fma(L, z, broadcast(0x1.7462b6e321c2ep-3));
  L = fma(L, z, broadcast(0x1.c71c62ddb3f91p-3));
  L = fma(L, z, broadcast(0x1.2492492df7665p-2));
  L = fma(L, z, broadcast(0x1.99999999952abp-2));
  L = fma(L, z, broadcast(0x1.5555555555558p-1));
  const Register<double> half_square = 0.5 * f * f;
  // log m = f - f²/2 + s (f²/2 + z L(z)): f itself is exact, the rest is small.
  const Register<double> rest = fma(s, half_square + z * L, exponent * C::ln2_low + lost);
  return fma(exponent, broadcast(C::ln2_high), f - (half_square - rest));
}

}  // namespace moonlet::MOONLET_LEVEL
