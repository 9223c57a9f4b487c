// How much a test does where the processor is emulated, as elsewhere.sh says by MOONLET_EMULATED; and under
// ThreadSanitizer, where the Makefile says so.
//
// A multiply-add takes 25 to 50 ns there, beside 0.1: on ppc64le and s390x the emulator computes each by
// integers, for it may not lose a flag of theirs. So what takes seconds would take an hour. What is left
// out is more of the same: longer trainings, more arguments, larger shapes. Every kind of network, solver,
// batch and way to run stays.
#pragma once

#include <cstdlib>

namespace moonlet {

inline bool emulated() {
  static const bool is = std::getenv("MOONLET_EMULATED") != nullptr;
  return is;
}

// A tenth of so many passes, rows or arguments.
template <class Count>
Count fewer(Count whole) {
  return emulated() ? whole / 10 : whole;
}

}  // namespace moonlet
