// A fixed block of memory, aligned to a cache line and zeroed: vectors load from it whole.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "network.h"

namespace moonlet {

// Asks for large pages where there is memory for some: of vectors of a million numbers that all change with
// each batch.
inline void use_large_pages(void* memory, Index bytes) {
#if defined(__linux__)
  constexpr std::uintptr_t page = 2 << 20;
  const std::uintptr_t begin = (std::uintptr_t(memory) + page - 1) / page * page,
                       end = (std::uintptr_t(memory) + std::uintptr_t(bytes)) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#else
  static_cast<void>(memory), static_cast<void>(bytes);
#endif
}

inline constexpr std::align_val_t kCacheLine{64};

inline bool comes_from_the_system([[maybe_unused]] Index bytes) {
#if defined(__linux__)
  return bytes >= Index(32) << 20;
#else
  return false;
#endif
}

// Zeros, or null. What is large comes from the system as zeros, page by page as it is touched.
inline void* zeroed_memory(Index bytes) {
#if defined(__linux__)
  if (comes_from_the_system(bytes)) {
    void* const memory =
        mmap(nullptr, std::size_t(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    use_large_pages(memory, bytes);
    return memory;
  }
#endif
  void* const memory = ::operator new(std::size_t(bytes), kCacheLine, std::nothrow);
  if (memory) use_large_pages(memory, bytes);
  return memory ? std::memset(memory, 0, std::size_t(bytes)) : nullptr;
}

inline void free_memory(void* memory, [[maybe_unused]] Index bytes) {
#if defined(__linux__)
  if (comes_from_the_system(bytes)) {
    munmap(memory, std::size_t(bytes));
    return;
  }
#endif
  ::operator delete(memory, kCacheLine);
}

// MemoryError in Python, in words.
class NoMemory : public std::bad_alloc {
 public:
  NoMemory() : NoMemory("network or table larger than any memory") {}
#if defined(__wasm__)  // to print a number takes a tenth of the page's engine
  explicit NoMemory(Index) : NoMemory("no memory for so large a block") {}
  explicit NoMemory(const char* what) : what_(what) {}
  const char* what() const noexcept override { return what_; }

 private:
  const char* what_;
#else
  explicit NoMemory(const char* what) { std::snprintf(what_, sizeof what_, "%s", what); }
  explicit NoMemory(Index bytes) {
    std::snprintf(what_, sizeof what_, "no memory for a block of %.3g GB", double(bytes) / 1e9);
  }
  const char* what() const noexcept override { return what_; }

 private:
  char what_[96];
#endif
};

// a * b, or NoMemory where it would overflow.
inline Index checked_product(Index a, Index b) {
  Index result;
  if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &result)) throw NoMemory();
  return result;
}

inline Index checked_sum(Index a, Index b) {
  Index result;
  if (__builtin_add_overflow(a, b, &result)) throw NoMemory();
  return result;
}

template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(Index size) : size_(size) {
    const Index bytes = checked_product(size, sizeof(T));
    if (bytes > std::numeric_limits<Index>::max() / 2) throw NoMemory();
    memory_ = {static_cast<T*>(zeroed_memory(bytes)), Free{bytes}};
    if (!memory_ && bytes > 0) throw NoMemory(bytes);
  }

  T* data() { return memory_.get(); }
  const T* data() const { return memory_.get(); }
  Index size() const { return size_; }
  T& operator[](Index i) { return memory_.get()[i]; }
  const T& operator[](Index i) const { return memory_.get()[i]; }
  void swap(Buffer& other) noexcept {
    memory_.swap(other.memory_);
    std::swap(size_, other.size_);
  }

 private:
  struct Free {
    Index bytes = 0;
    void operator()(T* p) const { free_memory(p, bytes); }
  };
  std::unique_ptr<T, Free> memory_;
  Index size_ = 0;
};

// Whether all are numbers: anything else times 0 is NaN, and a sum does not lose it.
template <class T>
bool all_finite(const T* values, Index n) {
  constexpr Index side_by_side = 16;  // what the compiler puts in vectors
  T sums[side_by_side] = {};
  Index i = 0;
  for (; i + side_by_side <= n; i += side_by_side)
    for (Index k = 0; k < side_by_side; ++k) sums[k] += values[i + k] * T(0);
  for (; i < n; ++i) sums[0] += values[i] * T(0);
  T sum = 0;
  for (T one : sums) sum += one;
  return sum == T(0);
}

}  // namespace moonlet
