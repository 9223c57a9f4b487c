// The H of the last ten steps, never written out: L-BFGS.
//
// Liu & Nocedal (1989); the two-loop recursion is algorithm 7.4 of Nocedal & Wright (2006), with
// the scaling of eq. 7.20. How it differs from the book:
//   1. Before there is a step to learn from, the direction is the steepest descent, as it is.
//   2. Its scalars are in 64 bit whatever the network's; its vectors are the network's.
#pragma once

#include <algorithm>

#include "curvature.h"

namespace moonlet {

template <class T>
class LastPairs final : public Curvature<T> {
 public:
  explicit LastPairs(Index length)
      : steps_(checked_product(kMost, length)), changes_(checked_product(kMost, length)) {}

  bool empty() const override { return used_ == 0; }
  void forget() override { used_ = 0; }

  void remember(Index n, const T* s, const T* y, double sy, double yy) override {
    const Index slot = (first_ + used_) % kMost;
    std::copy_n(s, n, steps_.data() + slot * n);
    std::copy_n(y, n, changes_.data() + slot * n);
    rho_[slot] = 1 / sy;
    scale_ = sy / yy;
    if (used_ < kMost)
      ++used_;
    else
      first_ = (first_ + 1) % kMost;
  }

  void downhill(Index n, const T* gradient, T* d) override {
    const Kernels<T>& level = kernels<T>();
    std::copy_n(gradient, n, d);
    double weights[kMost];
    for (Index i = used_ - 1; i >= 0; --i) {
      const Index slot = (first_ + i) % kMost;
      weights[i] = rho_[slot] * level.dot(n, steps_.data() + slot * n, d);
      level.add_scaled(n, T(-weights[i]), changes_.data() + slot * n, d);
    }
    const T factor = used_ > 0 ? T(-scale_) : T(-1);
    for (Index i = 0; i < n; ++i) d[i] *= factor;
    for (Index i = 0; i < used_; ++i) {
      const Index slot = (first_ + i) % kMost;
      const double along = rho_[slot] * level.dot(n, changes_.data() + slot * n, d);
      level.add_scaled(n, T(-weights[i] - along), steps_.data() + slot * n, d);
    }
  }

  void fields(State& state) override {
    for (Buffer<T>* one : {&steps_, &changes_}) state.field(*one);
    for (double& rho : rho_) state.field(rho);
    state.field(scale_);
    state.field(first_, Index(kMost - 1));
    state.field(used_, Index(kMost));
  }

 private:
  static constexpr Index kMost = 10;

  Buffer<T> steps_, changes_;
  double rho_[kMost] = {};
  double scale_ = 1;
  Index first_ = 0, used_ = 0;
};

}  // namespace moonlet
