// The H of all steps, as a matrix: BFGS, for few parameters.
//
// Nocedal & Wright (2006), algorithm 6.1 with the first scale of eq. 6.20. How it differs from the book:
//   1. Before an update H is multiplied by  s . y / y . H y  where that is above 1: where the loss
//      proved flatter than H had it. Oren & Luenberger (1974) scale by it at every step; only to
//      lengthen is Al-Baali's (1998). Without it steps stay as short as the first ones were, and
//      training ends earlier and higher.
//   2. It is in 64 bit whatever the network's: roundings stay in it for ever.
#pragma once

#include <algorithm>

#include "curvature.h"

namespace moonlet {

template <class T>
class InverseHessian final : public Curvature<T> {
 public:
  // Beyond, its products cost more than they save (docs/performance.md).
  static constexpr Index kMostParameters = 64;
  // Of a line, whose columns may be all but alike: the last steps alone take a thousand passes there.
  static constexpr Index kMostOfLine = 256;

  explicit InverseHessian(Index length)
      : matrix_(checked_product(length, length)), s_(length), y_(length), product_(length) {}

  bool empty() const override { return empty_; }
  void forget() override { empty_ = true; }

  // Eq. 6.17 multiplied out:  H = H + s a' + a s',  a = (1 + y . H y / s . y) / (2 s . y) s - H y / s . y.
  void remember(Index n, const T* s, const T* y, double sy, double yy) override {
    const Kernels<double>& level = kernels<double>();
    if (empty_) {
      std::fill_n(matrix_.data(), n * n, 0.0);
      for (Index i = 0; i < n; ++i) matrix_[i * n + i] = sy / yy;
      empty_ = false;
    }
    std::copy_n(s, n, s_.data());
    std::copy_n(y, n, y_.data());
    level.times(n, matrix_.data(), y_.data(), product_.data());
    const double yHy = level.dot(n, y_.data(), product_.data());
    const double scale = sy > yHy ? sy / yHy : 1;
    const double of_s = (1 + scale * yHy / sy) / (2 * sy), of_product = -scale / sy;
    double* a = product_.data();
    for (Index i = 0; i < n; ++i) a[i] = of_s * s_[i] + of_product * a[i];
    level.scale_and_add(n, scale, s_.data(), a, matrix_.data());
  }

  void downhill(Index n, const T* gradient, T* direction) override {
    if (empty_) {
      for (Index i = 0; i < n; ++i) direction[i] = -gradient[i];
      return;
    }
    std::copy_n(gradient, n, y_.data());
    kernels<double>().times(n, matrix_.data(), y_.data(), product_.data());
    for (Index i = 0; i < n; ++i) direction[i] = T(-product_[i]);
  }

  void fields(State& state) override {
    state.field(matrix_);
    state.field(empty_);
  }

 private:
  Buffer<double> matrix_;           // symmetric
  Buffer<double> s_, y_, product_;  // of the last call alone
  bool empty_ = true;
};

}  // namespace moonlet
