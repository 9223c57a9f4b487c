// A fixed block of memory, aligned to a cache line and zeroed: vectors load from it whole.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "network.h"

namespace moonlet {

// MemoryError in Python, in words.
class NoMemory : public std::bad_alloc {
 public:
  NoMemory() : NoMemory("network or table larger than any memory") {}
  explicit NoMemory(const char* what) { std::snprintf(what_, sizeof what_, "%s", what); }
  explicit NoMemory(Index bytes) {
    std::snprintf(what_, sizeof what_, "no memory for a block of %.3g GB", double(bytes) / 1e9);
  }
  const char* what() const noexcept override { return what_; }

 private:
  char what_[96];
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
    memory_.reset(static_cast<T*>(::operator new(std::size_t(bytes), kAlignment, std::nothrow)));
    if (!memory_ && bytes > 0) throw NoMemory(bytes);
    std::memset(memory_.get(), 0, std::size_t(bytes));
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
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(T* p) const { ::operator delete(p, kAlignment); }
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
