// Nothing is allocated inside a training loop. The histories have room for 256 passes, and twice
// that when it is used up: none is used up here.
#include <atomic>
#include <cstdlib>
#include <new>

#if defined(_WIN32)
#include <malloc.h>
#endif

#include "check.h"
#include "emulated.h"
#include "some_networks.h"

using namespace moonlet;

namespace {
std::atomic<long> allocations{0};

#if defined(_WIN32)  // which has a way of its own to align, and to free what is aligned
void* aligned(std::size_t bytes, std::size_t alignment) { return _aligned_malloc(bytes, alignment); }
void release(void* memory) { _aligned_free(memory); }
#else
void* aligned(std::size_t bytes, std::size_t alignment) { return std::aligned_alloc(alignment, bytes); }
// Out of line: GCC would warn of a `free` that it sees in `delete` without seeing `new`.
[[gnu::noinline]] void release(void* memory) { std::free(memory); }
#endif

void* counted(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  // aligned_alloc wants a multiple of the alignment, and never nothing.
  void* memory = aligned((bytes / alignment + 1) * alignment, alignment);
  if (!memory) throw std::bad_alloc();
  return memory;
}
}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t a) { return counted(bytes, std::size_t(a)); }
void* operator new(std::size_t bytes, std::align_val_t a, const std::nothrow_t&) noexcept {
  return counted(bytes, std::size_t(a));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

template <class T>
void check(const std::vector<Index>& sizes, const char* solver, Output output, double dropout,
           bool sparse = false) {
  const double never = -std::numeric_limits<double>::infinity();
  const auto data = some_data<T>(601, sizes.front(), 2, false, sparse, sparse ? 0.05 : 1.0);
  const auto trainer =
      some_trainer<T>(sizes, solver, 2000000000, data, Activation::tanh, output, never, dropout);
  const Control control;
  Seats seats;
  Workplace workplace(2, seats);
  const std::int64_t first = fewer(10), more = fewer(90);
  trainer->run({.passes = first}, control, workplace);
  const long before = allocations;
  trainer->run({.passes = more}, control, workplace);
  CHECK(trainer->n_iter() == first + more);
  CHECK(allocations == before);
}

int main() {
  for (const char* solver : {"gd", "sgd", "adam", "lbfgs"}) {
    for (Output output : {Output::softmax, Output::identity}) {
      for (double dropout : {0.0, 0.5}) {
        if (dropout > 0 && solver == std::string("lbfgs")) continue;
        check<double>({3, 20, 9, 2}, solver, output, dropout);
        check<float>({3, 20, 9, 2}, solver, output, dropout);
      }
    }
  }
  // A batch that threads share by its inputs.
  check<double>({300, 40, 2}, "adam", Output::softmax, 0.5);
  check<float>({300, 40, 2}, "adam", Output::softmax, 0);
  for (const char* solver : {"gd", "adam"}) {
    check<double>({300, 40, 2}, solver, Output::softmax, 0, true);
    check<float>({60, 9, 2}, solver, Output::softmax, 0.5, true);
  }
  // So few parameters that lbfgs keeps a matrix.
  check<double>({3, 5, 2}, "lbfgs", Output::softmax, 0);
  check<float>({3, 5, 2}, "lbfgs", Output::softmax, 0);
}
