// exp, expm1, tanh, logistic, log and log1p on registers.
//
// Error bounds in both precisions (tested in tests/functions_test.cpp, float over every argument,
// and in tests/test_functions.py against mpmath):
//   exp                  2 ulp       infinite above 709.78 (88.72); below -707 (-86) it stays at that
//                                    bound's tiny positive value, for a mean of 0 has no logarithm
//   exp_nonpositive      2 ulp       arguments <= 0; below -708 (-87) likewise
//   expm1_nonpositive    3.5 ulp     arguments <= 0
//   tanh                 6.5 ulp     odd in every bit, never above 1; 4.5 but for 0.17 < |x| < 0.26
//   logistic             3 ulp
//   log                  1.5 ulp     positive arguments, not subnormal
//   log1p                2 ulp       arguments > -1/2
//
// Method: Cody & Waite (1980), Software Manual for the Elementary Functions, ch. 6: write
// x = n ln 2 + r with |r| <= ln(2)/2, ln 2 split in two so that n ln 2 is exact, a rational function
// for e^r, and n added to the exponent's bits. With tanh(r/2) = B / A,
//
//   e^x = 2^n (A + B) / (A - B),
//
// B odd in r and A even. The coefficients are interpolations at Chebyshev nodes, computed with 60
// digits (engine/coefficients.py).
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
  static constexpr double highest_exp = 710.0;    // above the last that has a finite exp
  static constexpr double highest_power = 690.0;  // 2^n (A + B) is finite, and 1 + e^-x is 1
  static constexpr double most_scaled = 1000.0;   // of 2 log2(e) x: likewise
  static constexpr int mantissa_bits = 52;
  // tanh(r/2) = r T(r^2) / U(r^2) for |r| <= ln(2)/2, error 9.7e-18
  static constexpr double exp_t[] = {0x1.d8dbcf29cefafp+13, 0x1.a445f0edd68cap+8, 1.0};
  static constexpr double exp_u[] = {0x1.d8dbcf29cefafp+14, 0x1.a44eb101ff976p+11, 0x1.e037efc2b6781p+4};
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
  static constexpr float highest_power = 80.0f;
  static constexpr float most_scaled = 100.0f;
  static constexpr int mantissa_bits = 23;
  // error 1.5e-9
  static constexpr float exp_t[] = {0x1.e09e52p+5f, 1.0f};
  static constexpr float exp_u[] = {0x1.e09e52p+6f, 0x1.806978p+3f};
  // error 1.5e-9
  static constexpr float t[] = {0x1.f433a2p+6f, 1.0f};
  static constexpr float u[] = {0x1.68d1bap+8f, 0x1.154eeap+4f};
  // error 2.5e-9
  static constexpr float l[] = {0x1.55555cp-1f, 0x1.997c28p-2f, 0x1.2ee76cp-2f};
  static constexpr std::int32_t sqrt_half = 0x3f3504f3;
};

// c[0] + c[1] x + …, by Horner's rule. A leading 1 costs an addition, not a multiplication.
template <class T, int n>
INLINE Register<T> polynomial(const T (&c)[n], Register<T> x) {
  Register<T> sum =
      c[n - 1] == T(1) ? x + constant(c[n - 2]) : fma(constant(c[n - 1]), x, constant(c[n - 2]));
#pragma GCC unroll 16
  for (int k = n - 3; k >= 0; --k) sum = fma(sum, x, constant(c[k]));
  return sum;
}

// e^x as 2^n (A + B) / (A - B), so that what is made of it needs no division but its own.
//
// In two halves: the processor looks ahead over some 64 operations only, so that few_inputs.h begins
// the next one before it ends this one.
template <class T>
struct Power {
  typedef Bits<T> Integers __attribute__((vector_size(kRegisterBytes)));
  Register<T> A, B;
  Integers n;  // in the place of an exponent

  INLINE Register<T> raised() const { return Register<T>(n + Integers(A + B)); }  // 2^n (A + B)
  INLINE Register<T> below() const { return A - B; }
  // e^x - 1, times A - B. For n = 0 the difference would lose the digits of a small x.
  INLINE Register<T> less_one() const { return where<T>(n == 0, B + B, raised() - below()); }
};

// B = x T(x^2), A = U(x^2). n stands in the low bits of `shifted`.
template <class T, int degree_t, int degree_u>
INLINE Power<T> power(Register<T> x, const T (&t)[degree_t], const T (&u)[degree_u], Register<T> shifted) {
  const Register<T> z = x * x;
  return {polynomial<T>(u, z), x * polynomial<T>(t, z),
          typename Power<T>::Integers(shifted) << Constants<T>::mantissa_bits};
}

// Of e^x. 2^n must be a normal number.
template <class T>
INLINE Power<T> power_of(Register<T> x) {
  using C = Constants<T>;
  const Register<T> shifted = fma(x, constant(C::log2e), constant(C::shifter));
  const Register<T> n = shifted - constant(C::shifter);
  const Register<T> r = fma(-n, constant(C::ln2_low), fma(-n, constant(C::ln2_high), x));
  return power<T>(r, C::exp_t, C::exp_u, shifted);
}

// Of e^-|x|.
template <class T>
INLINE Power<T> power_of_tail(Register<T> x) {
  return power_of<T>(largest(broadcast(Constants<T>::lowest_exp), -absolute<T>(x)));
}

// e^x for x <= 0. Below `lowest_exp` it is that bound's tiny positive value; NaN stays NaN.
template <class T>
INLINE Register<T> exp_nonpositive(Register<T> x) {
  const Power<T> e = power_of<T>(largest(broadcast(Constants<T>::lowest_exp), x));
  return e.raised() / e.below();
}

// e^x for any x, as twice 2^(n-1) e^r: 2^1024 is no number while e^x may yet be one. At the other
// end 2^(n-1) has to be a normal number.
template <class T>
INLINE Register<T> exp(Register<T> x) {
  using C = Constants<T>;
  using Integers = typename Power<T>::Integers;
  x = smallest(broadcast(C::highest_exp), largest(broadcast(C::lowest_exp + 1), x));
  const Power<T> e = power_of<T>(x);
  const Integers half = e.n - (Bits<T>(1) << C::mantissa_bits);
  const Register<T> factor = Register<T>(half + Integers(broadcast(T(1))));
  return T(2) * (factor * ((e.A + e.B) / e.below()));
}

// e^x - 1 for x <= 0.
template <class T>
INLINE Register<T> expm1_nonpositive(Register<T> x) {
  const Power<T> e = power_of<T>(largest(broadcast(Constants<T>::lowest_exp), x));
  return e.less_one() / e.below();
}

// tanh x = (e^2x - 1) / (e^2x + 1) from y = 2 log2(e) x: e^2x = 2^y, and y = n + f needs no rounding.
// -y gives numerator and denominator a factor of 2^-n, which rounds nothing: tanh -x = -tanh x in
// every bit. |y| may not exceed `most_scaled`; NaN stays NaN.
template <class T>
struct BeginTanh {
  INLINE Power<T> operator()(Register<T> y) const {
    using C = Constants<T>;
    const Register<T> shifter = constant(C::shifter), shifted = y + shifter;
    return power<T>(y - (shifted - shifter), C::t, C::u, shifted);
  }
};

#if defined(__wasm__)
// The same with its constants loaded before a sweep: a browser would load them for every vector.
template <>
struct BeginTanh<double> {
  using C = Constants<double>;
  Register<double> shifter = constant(C::shifter), t0 = constant(C::t[0]), t1 = constant(C::t[1]),
                   u0 = constant(C::u[0]), u1 = constant(C::u[1]), u2 = constant(C::u[2]);

  INLINE Power<double> operator()(Register<double> y) const {
    const Register<double> shifted = y + shifter, x = y - (shifted - shifter), z = x * x;
    return {fma(fma(u2, z, u1), z, u0), x * fma(z + t1, z, t0),
            Power<double>::Integers(shifted) << C::mantissa_bits};
  }
};
#endif

template <class T>
INLINE Register<T> end_tanh(Power<T> e) {
  return e.less_one() / (e.raised() + e.below());
}

template <class T>
INLINE Register<T> clamp_scaled(Register<T> y) {
  constexpr T most = Constants<T>::most_scaled;
  return largest(broadcast(-most), smallest(broadcast(most), y));
}

template <class T>
INLINE Register<T> tanh(Register<T> x) {
  return end_tanh<T>(BeginTanh<T>()(clamp_scaled<T>(x * (2 * Constants<T>::log2e))));
}

// e^x with x cut to where both terms of 1 + e^x are numbers.
template <class T>
INLINE Power<T> bounded_power(Register<T> x) {
  using C = Constants<T>;
  return power_of<T>(largest(broadcast(C::lowest_exp), smallest(broadcast(C::highest_power), x)));
}

// 1 / (1 + e^-x) = e^x / (e^x + 1).
template <class T>
INLINE Register<T> logistic(Register<T> x) {
  const Power<T> e = bounded_power<T>(x);
  return e.raised() / (e.raised() + e.below());
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

// log(1 + x) for x > -1/2; what 1 + x lost to rounding is put back as a first-order term.
template <class T>
INLINE Register<T> log1p(Register<T> x) {
  const Register<T> u = T(1) + x;
  return log_plus<T>(u, (x - (u - T(1))) / u);
}

}  // namespace moonlet::MOONLET_LEVEL
