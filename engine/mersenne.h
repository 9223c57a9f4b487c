// The generator that NumPy's RandomState draws from, to the bit: so that a start is what scikit-learn's
// and the tutorial's is, without the 10 µs that Python takes to ask for a few numbers.
//
// MT19937 (Matsumoto & Nishimura 1998), seeded by a whole number as in their code of 2002, a double of 53
// bits from two words, and Marsaglia & Bray's polar method (1964) for normal numbers, as NumPy keeps them
// for ever under the name RandomState (NEP 19). The bits of a normal number are those of the C library's
// log, of which a process has one.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace moonlet {

#if defined(__wasm__)
extern "C" double fused_log(double);  // as Linux has it: page/build.py
#else
inline double fused_log(double x) { return std::log(x); }
#endif

class Mersenne {
 public:
  explicit Mersenne(std::uint32_t seed) {
    state_[0] = seed;
    for (std::uint32_t i = 1; i < kWords; ++i)
      state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }

  static constexpr std::uint32_t kWords = 624;

  // As RandomState.get_state() tells it: from `position` on the words have been made, but not given.
  struct Told {
    std::array<std::uint32_t, kWords> words;
    std::uint32_t position;
    bool has_other;
    double other;
  };
  explicit Mersenne(const Told& told)
      : state_(told.words),
        at_(told.position % kWords),
        made_(kWords - told.position),
        other_(told.other),
        has_other_(told.has_other) {}
  Told told() {
    for (std::uint32_t i = at_; made_ == 0 && i > 0 && i < kWords; ++i) make(i);
    if (made_ == 0 && at_ > 0) made_ = kWords - at_;
    return {state_, kWords - made_, has_other_, other_};
  }

  std::uint32_t word() {
    // Each of the next words is made when it is asked for: a start needs a few of them.
    if (made_ > 0)
      --made_;
    else
      make(at_);
    std::uint32_t y = state_[at_];
    at_ = at_ + 1 < kWords ? at_ + 1 : 0;
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }

  // In [0, 1).
  double share() {
    const double high = word() >> 5, low = word() >> 6;
    return (high * 0x1p26 + low) / 0x1p53;
  }

  double uniform(double low, double high) { return low + (high - low) * share(); }

  // Of mean 0 and variance 1. They come in pairs.
  double normal() {
    if (has_other_) {
      has_other_ = false;
      return other_;
    }
    double x, y, square;
    do {
      x = 2.0 * share() - 1.0;
      y = 2.0 * share() - 1.0;
      square = x * x + y * y;
    } while (square >= 1.0 || square == 0.0);
    const double factor = std::sqrt(-2.0 * fused_log(square) / square);
    other_ = factor * x;
    has_other_ = true;
    return factor * y;
  }

  // From 0 to `most`, each alike: what is above is drawn again.
  std::uint32_t up_to(std::uint32_t most) {
    std::uint32_t mask = most, value;
    for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
    do value = word() & mask;
    while (value > most);
    return value;
  }

  // Puts some things in a random order.
  template <class Thing>
  void shuffle(std::vector<Thing>& things) {
    for (std::size_t i = things.size(); i-- > 1;) std::swap(things[i], things[up_to(std::uint32_t(i))]);
  }

 private:
  static constexpr std::uint32_t kLag = 397;

  void make(std::uint32_t i) {
    const std::uint32_t after = i + 1 < kWords ? i + 1 : 0;
    const std::uint32_t far = i < kWords - kLag ? i + kLag : i + kLag - kWords;
    const std::uint32_t y = (state_[i] & 0x80000000u) | (state_[after] & 0x7fffffffu);
    state_[i] = state_[far] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0u);
  }

  std::array<std::uint32_t, kWords> state_;
  std::uint32_t at_ = 0;
  std::uint32_t made_ = 0;  // words from there on
  double other_ = 0;
  bool has_other_ = false;
};

}  // namespace moonlet
