// Which of the compiled levels this machine runs.
#include <cstdlib>
#include <cstring>

#include "kernels.h"
#include "processor.h"

namespace moonlet {

#if defined(__x86_64__) && !defined(MOONLET_ONE_LEVEL)
namespace v1 {
extern const Kernels<double> kernels64;
extern const Kernels<float> kernels32;
}  // namespace v1
namespace v3 {
extern const Kernels<double> kernels64;
extern const Kernels<float> kernels32;
}  // namespace v3
namespace v4 {
extern const Kernels<double> kernels64;
extern const Kernels<float> kernels32;
}  // namespace v4

static const Level level_v4{"v4", [] { return Processor().runs_v4(); }, v4::kernels64, v4::kernels32};
static const Level level_v3{"v3", [] { return Processor().runs_v3(); }, v3::kernels64, v3::kernels32};
static const Level level_v1{"v1", [] { return true; }, v1::kernels64, v1::kernels32};
static const Level* const all_levels[] = {&level_v4, &level_v3, &level_v1, nullptr};
#elif defined(__wasm__)
namespace wasm {
extern const Kernels<double> kernels64;
}  // namespace wasm
static const Level level_wasm{"wasm", [] { return true; }, wasm::kernels64};
static const Level* const all_levels[] = {&level_wasm, nullptr};
#else
namespace baseline {
extern const Kernels<double> kernels64;
extern const Kernels<float> kernels32;
}  // namespace baseline
static const Level level_baseline{"baseline", [] { return true; }, baseline::kernels64, baseline::kernels32};
static const Level* const all_levels[] = {&level_baseline, nullptr};
#endif

static const Level& choose() {
#if defined(__wasm__)
  const char* forced = nullptr;
#else
  const char* forced = std::getenv("MOONLET_LEVEL");
#endif
  for (const Level* const* at = all_levels; *at; ++at)
    if ((*at)->runs_here() && (!forced || std::strcmp(forced, (*at)->name) == 0)) return **at;
  for (const Level* const* at = all_levels; *at; ++at)  // an unknown name: info() shows what is used
    if ((*at)->runs_here()) return **at;
  return *all_levels[0];
}

const Level& level() {
  static const Level& chosen = choose();
  return chosen;
}

const Level* const* levels() { return all_levels; }

#if defined(__clang__)
const char* const compiler = "clang " __clang_version__;
#else
const char* const compiler = "gcc " __VERSION__;
#endif

}  // namespace moonlet
