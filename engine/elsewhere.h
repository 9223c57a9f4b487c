// Rows that lie on other machines: the objective asks for their sums at a point, and goes on when it is
// told them.
//
// Whoever asks in vain counts as held (solvers/solver.h) and asks again from the same state: so a solver
// needs no thread that waits for other machines, and its state can be taken out while they compute.
#pragma once

#include <cstring>

#include "buffer.h"
#include "network.h"

namespace moonlet {

template <class T>
class Elsewhere {
 public:
  // Over all rows: of the weighted losses, of the weights, and (in `gradient`) of the gradients.
  struct Sums {
    double loss = 0, weight = 0;
  };

  // What was told of this very point, or false: it is then what is asked for.
  bool answer(Index n, const T* point, T* gradient, Sums& sums) {
    const std::size_t bytes = sizeof(T) * std::size_t(n);
    if (told_ && std::memcmp(point, point_.data(), bytes) == 0) {
      std::memcpy(gradient, gradient_.data(), bytes);
      sums = sums_;
      return true;
    }
    if (point_.size() != n) {
      point_ = Buffer<T>(n);
      gradient_ = Buffer<T>(n);
    }
    std::memcpy(point_.data(), point, bytes);
    told_ = false;
    return false;
  }

  // Null before anything was asked.
  const T* asked() const { return point_.size() > 0 ? point_.data() : nullptr; }
  void tell(Index n, const T* gradient, Sums sums) {
    std::memcpy(gradient_.data(), gradient, sizeof(T) * std::size_t(n));
    sums_ = sums;
    told_ = true;
  }

 private:
  Buffer<T> point_, gradient_;
  Sums sums_;
  bool told_ = false;
};

}  // namespace moonlet
