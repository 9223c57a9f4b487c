// Numbers that a person can remember.
#pragma once

#include <cmath>
#include <cstdint>

namespace moonlet::tutor {

// digits * 10^power; correctly rounded while 10^|power| is exact, up to 22.
inline double scaled(double digits, int power) {
  double ten = 1;
  for (int i = 0; i < std::abs(power); ++i) ten *= 10;
  return power < 0 ? digits / ten : digits * ten;
}

// The power of ten of the first digit of a positive number.
inline int first_power(double number) {
  int power = 0;
  while (scaled(1, power + 1) <= number) ++power;
  while (scaled(1, power) > number) --power;
  return power;
}

// One significant digit, for nobody needs to remember a rate of 0.0437. What lies half-way goes to the even
// one; what only seems to, as 0.35 does, which is a little less, goes where it belongs.
inline double one_digit(double number) {
  if (!(number > 0) || !std::isfinite(number)) return number;
  const int power = first_power(number);
  if (std::abs(power) > 21)
    return scaled(std::nearbyint(power < 0 ? number * scaled(1, -power) : number / scaled(1, power)), power);
  double digit = 1;
  while (digit < 9 && scaled(digit + 1, power) <= number) ++digit;
  // Twice the number against twice what lies half-way; products with what they lost.
  const double half_way = 2 * digit + 1;
  double above;
  if (power < 0) {
    const double ten = scaled(2, -power), product = number * ten;
    above = (product - half_way) + std::fma(number, ten, -product);
  } else {
    const double ten = scaled(1, power), product = half_way * ten;
    above = (2 * number - product) - std::fma(half_way, ten, -product);
  }
  const bool up = above > 0 || (above == 0 && std::fmod(digit, 2) == 1);
  return scaled(digit + double(up), power);
}

// Up to one significant digit; from 1 on.
inline std::int64_t rounded_up(double number) {
  const double power = scaled(1, first_power(number));
  return std::int64_t(std::ceil(number / power) * power);
}

}  // namespace moonlet::tutor
