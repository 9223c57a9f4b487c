// sin, cos and powers of single numbers, in plain products and sums: the same bits from every compiler,
// on every processor and in a page, where each C library has its own.
//
// Error bounds, tested against mpmath in tests/test_functions.py:
//   sine, cosine   0.9 ulp of the larger of value and 2^-53   |x| <= 2^20, NaN beyond
//   power          0.7 ulp                                    x > 0, the value neither tiny nor huge
//
// Method: Cody & Waite (1980), Software Manual for the Elementary Functions, chapters 7 and 8: pi/2 and
// ln 2 in parts of which a small multiple is exact. Sums and products that may lose nothing are in two
// doubles (Dekker 1971, "A floating-point technique for extending the available precision"). The
// coefficients are interpolations at Chebyshev nodes (engine/coefficients.py).
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace moonlet {

namespace elementary {

struct Two {  // high + low, low below half an ulp of high
  double high, low;
};

inline Two sum(double a, double b) {
  const double s = a + b, b_there = s - a;
  return {s, (a - (s - b_there)) + (b - b_there)};
}

inline Two product(double a, double b) {
  constexpr double splitter = 0x1p27 + 1;
  const auto halves = [](double x) {
    const double big = splitter * x, high = big - (big - x);
    return Two{high, x - high};
  };
  const double p = a * b;
  const Two x = halves(a), y = halves(b);
  return {p, ((x.high * y.high - p) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

// c[0] + c[1] x + …, by Horner's rule.
template <int n>
double polynomial(const double (&c)[n], double x) {
  double value = c[n - 1];
  for (int k = n - 2; k >= 0; --k) value = value * x + c[k];
  return value;
}

inline double rounded(double x) { return (x + 0x1.8p52) - 0x1.8p52; }

inline constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;

// (sin r - r) / r^3 and (cos r - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4; (e^r - 1 - r - r^2/2) / r^3 in r,
// |r| <= ln(2)/2; (artanh(s) / s - 1) / s^2 in s^2, |s| <= 0.1716.
inline constexpr double sine_terms[] = {-0x1.5555555555555p-3, 0x1.1111111110bafp-7,   -0x1.a01a019e82db1p-13,
                                        0x1.71de37957c95cp-19, -0x1.ae6009e9f7070p-26, 0x1.5e0ab4dd007dap-33};
inline constexpr double cosine_terms[] = {0x1.5555555555555p-5,  -0x1.6c16c16c16965p-10,
                                          0x1.a01a019f4e480p-16, -0x1.27e4fa17532cap-22,
                                          0x1.1eeb685cba14cp-29, -0x1.907d3e3374a42p-37};
inline constexpr double exp_terms[] = {0x1.5555555555556p-3,  0x1.5555555555555p-5,  0x1.11111111109abp-7,
                                       0x1.6c16c16c167ddp-10, 0x1.a01a01a7caa3bp-13, 0x1.a01a01a47ebf9p-16,
                                       0x1.71de0d950eaadp-19, 0x1.27e4e1e60c4eep-22, 0x1.af38e5e7b1a55p-26,
                                       0x1.1f6701e62eb6ap-29};
inline constexpr double artanh_terms[] = {0x1.5555555555555p-2, 0x1.9999999999998p-3, 0x1.249249249295dp-3,
                                          0x1.c71c71c64bff9p-4, 0x1.745d17d3a387ap-4, 0x1.3b137b1bd652bp-4,
                                          0x1.111d2b673d7e2p-4, 0x1.debe214e33b96p-5, 0x1.e6b660fec7379p-5};

inline double sine_near_0(Two r) {
  const double z = r.high * r.high;
  return r.high + (r.high * z * polynomial(sine_terms, z) + r.low * (1 - 0.5 * z));
}

inline double cosine_near_0(Two r) {
  const double z = r.high * r.high, half = 0.5 * z, most = 1 - half;
  return most + (((1 - most) - half) + (z * z * polynomial(cosine_terms, z) - r.high * r.low));
}

// sin (x + quarters pi/2).
inline double sine_of_quarters(double x, std::int64_t quarters) {
  if (!(std::fabs(x) <= 0x1p20)) return std::numeric_limits<double>::quiet_NaN();
  constexpr double part_1 = 0x1.921fb54400000p0, part_2 = 0x1.0b4611a600000p-34,
                   part_3 = 0x1.3198a2e037073p-69;
  const double n = rounded(x * 0x1.45f306dc9c883p-1);
  Two r = sum(x - n * part_1, -n * part_2);
  r = sum(r.high, r.low - n * part_3);
  const std::int64_t turn = (std::int64_t(n) + quarters) & 3;
  const double value = turn & 1 ? cosine_near_0(r) : sine_near_0(r);
  return turn & 2 ? -value : value;
}

// log x as 2^k m, m in [sqrt(1/2), sqrt(2)), log m = 2 artanh s, s = (m - 1) / (m + 1).
inline Two log(double x) {
  int k;
  double m = std::frexp(x, &k);
  if (m < 0x1.6a09e667f3bcdp-1) m *= 2, --k;
  const double above = m - 1;
  const Two below = sum(m, 1);
  const double s = above / below.high;
  const Two back = product(s, below.high);
  const double lost = ((above - back.high) - back.low - s * below.low) / below.high;
  const double z = s * s, rest = 2 * (lost + s * z * polynomial(artanh_terms, z));
  const Two whole = sum(k * ln2_high, 2 * s);
  return sum(whole.high, whole.low + (k * ln2_low + rest));
}

inline double exp(Two x) {
  const double n = rounded(x.high * 0x1.71547652b82fep0);
  Two r = sum(x.high - n * ln2_high, -n * ln2_low);
  r.low += x.low;
  const double square = r.high * r.high;
  const double rest = square * (0.5 + r.high * polynomial(exp_terms, r.high)) + r.low * (1 + r.high);
  const Two whole = sum(1, r.high);
  return std::ldexp(whole.high + (whole.low + rest), int(n));
}

}  // namespace elementary

inline double sine(double x) { return elementary::sine_of_quarters(x, 0); }
inline double cosine(double x) { return elementary::sine_of_quarters(x, 1); }

// x^y for x > 0.
inline double power(double x, double y) {
  const elementary::Two log = elementary::log(x), scaled = elementary::product(log.high, y);
  if (!(std::fabs(scaled.high) < 700)) return scaled.high < 0 ? 0 : std::numeric_limits<double>::infinity();
  return elementary::exp({scaled.high, scaled.low + log.low * y});
}

}  // namespace moonlet
