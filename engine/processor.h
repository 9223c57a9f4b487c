// Which vector extensions an x86-64 processor has and its system saves.
//
// The compilers' own question, __builtin_cpu_supports, is answered by a library of theirs that is not there
// on Windows, nor with every clang elsewhere.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>

namespace moonlet {

class Processor {
 public:
  Processor() {
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return;
    basic_ = ecx;
    if (has(basic_, bit_OSXSAVE)) {
      asm("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
      saved_ = eax;
    }
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) extended_ = ebx;
  }

  bool runs_v3() const {
    return has(saved_, kSavesAvx) && has(basic_, bit_FMA) && has(extended_, bit_AVX2 | bit_BMI2);
  }
  bool runs_v4() const {
    constexpr unsigned wanted = bit_AVX512F | bit_AVX512VL | bit_AVX512BW | bit_AVX512DQ | bit_AVX512CD;
    return runs_v3() && has(saved_, kSavesAvx512) && has(extended_, wanted);
  }

 private:
  static constexpr unsigned kSavesAvx = 0x06;
#if defined(__APPLE__)
  // macOS begins to save these registers when they are first used, and does not say so before.
  static constexpr unsigned kSavesAvx512 = kSavesAvx;
#else
  static constexpr unsigned kSavesAvx512 = 0xe6;
#endif

  static bool has(unsigned value, unsigned bits) { return (value & bits) == bits; }

  unsigned basic_ = 0, extended_ = 0, saved_ = 0;
};

}  // namespace moonlet
#endif
