// The generator's words are the standard library's, and whole numbers up to a limit are those of its
// words that are not above it. What is made of them is compared with NumPy in tests/engine/test_start.py.
#include "mersenne.h"

#include <random>

#include "check.h"

using namespace moonlet;

int main() {
  for (std::uint32_t seed : {0u, 1u, 5489u, 0x7fffffffu, 0xffffffffu}) {
    Mersenne ours(seed);
    std::mt19937 theirs(seed);
    for (int i = 0; i < 5000; ++i) CHECK(ours.word() == std::uint32_t(theirs()));

    for (std::uint32_t most : {0u, 1u, 2u, 4u, 5u, 8u, 1000u, 0x7ffffffeu, 0xffffffffu}) {
      std::uint64_t bound = 1;  // the next power of two
      while (bound <= most) bound *= 2;
      for (int i = 0; i < 500; ++i) {
        std::uint32_t wanted;
        do wanted = std::uint32_t(theirs() % bound);
        while (wanted > most);
        CHECK(ours.up_to(most) == wanted);
      }
    }
  }
}
