// A number as the digits of its bits: how it passes through a text as it is, infinities too, with no code
// to print or read a double.
#pragma once

#include <bit>
#include <cstdint>
#include <string>

namespace moonlet {

inline std::string digits_of_bits(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[bits >> shift & 15];
  return digits;
}

}  // namespace moonlet
