// What every solver is: it starts from an objective and goes on one pass at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "../objective.h"

namespace moonlet {

enum class Status : std::uint8_t {
  going_on,
  converged,
  max_iter,
  diverged,
  held
};  // held: the control said stop

struct StopRule {
  std::int64_t max_iter, n_iter_no_change, max_fun;
  double tol;
};

// What each pass began with.
struct History {
  std::vector<double> loss, gradient_norm;
  void record(double l, double g) {
    loss.push_back(l);
    gradient_norm.push_back(g);
  }
};

template <class T>
class Solver {
 public:
  virtual ~Solver() = default;
  // One pass: `parameters` moves on as a whole or, when held, not at all.
  virtual Status pass(const Objective<T>&, const StopRule&, const Control&, T* workspace,
                      Buffer<T>& parameters, History&) = 0;
  double loss = std::numeric_limits<double>::quiet_NaN();  // at the parameters
  std::int64_t n_iter = 0;
};

}  // namespace moonlet
