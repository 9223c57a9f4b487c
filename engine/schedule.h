// How the learning rate changes from pass to pass.
//
//   constant      rate
//   invscaling    rate / t^power_t            t: rows seen so far plus 1 (scikit-learn's count)
//   adaptive      rate, divided by 5 each time that training would stop, down to 1e-6
//   step          rate, a tenth of it after half of the passes, a hundredth after three quarters
//   exponential   rate falling evenly on a logarithmic scale to a hundredth at the last pass
//   cosine        rate (1 + cos(pi pass / passes)) / 2       (Loshchilov & Hutter 2017, no restarts)
//   linear        rate (1 - pass / passes)
//
// How they differ from what is found elsewhere:
//   1. A rate is a function of the pass, with nothing to remember but for "adaptive": training goes on
//      anywhere to the same bits.
//   2. Those that end do so with max_iter, and they fall by factors that are fixed: there is no length, step
//      or decay to choose beside the rate.
//   3. The rate changes between passes, not between updates: a loss belongs to one rate, and "gd", "sgd" and
//      "adam" mean the same by a schedule.
//   4. The first pass of "invscaling" has the whole rate, and t counts rows, not updates: as in scikit-learn.
//   5. Power and cosine are the engine's own, for a C library's differ in a last bit from system to system.
#pragma once

#include <cstdint>

#include "elementary.h"
#include "named.h"

namespace moonlet {

struct Schedule {
  ScheduleName name;
  double first;  // rate
  double power_t;
  std::int64_t passes;  // max_iter

  // The rate of the pass number `pass` (from 0), `rows` being the rows seen before it.
  double rate(std::int64_t pass, double rows, double adapted) const {
    // A pass beyond the last, as partial_fit may do, has the rate of the last.
    const double part = passes > 0 && pass < passes ? double(pass) / double(passes) : pass > 0 ? 1 : 0;
    switch (name) {
      case ScheduleName::constant: return first;
      case ScheduleName::invscaling: return pass == 0 ? first : first / power(rows + 1, power_t);
      case ScheduleName::adaptive: return adapted;
      case ScheduleName::step: return part < 0.5 ? first : part < 0.75 ? 0.1 * first : 0.01 * first;
      case ScheduleName::exponential: return first * power(0.01, part);
      case ScheduleName::cosine: return 0.5 * first * (1 + cosine(3.141592653589793 * part));
      case ScheduleName::linear: return first * (1 - part);
    }
    __builtin_unreachable();
  }

  // Training has come to a halt: a fifth of the rate, or false when that is not this schedule's way.
  bool adapt(double& adapted) const {
    if (name != ScheduleName::adaptive || adapted <= 1e-6) return false;
    adapted /= 5;
    return true;
  }
};

}  // namespace moonlet
