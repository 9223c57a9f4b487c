// What the processor is found to have is what the compiler's own library finds, where there is one.
#include "processor.h"

#include "check.h"

#if defined(__x86_64__) && !defined(__clang__)
int main() {
  const moonlet::Processor here;
  const bool v3 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512cd");
  CHECK(here.runs_v3() == v3);
  CHECK(here.runs_v4() == v4);
}
#else
int main() {}
#endif
