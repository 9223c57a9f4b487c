// The line search ends in a point that satisfies the strong Wolfe conditions.
#include "solvers/line_search.h"

#include <cmath>
#include <initializer_list>

#include "check.h"

using moonlet::LineSearch;

namespace {

template <class F, class G>
double search(F f, G slope, double first_step) {
  LineSearch line;
  line.start(f(0), slope(0), first_step);
  for (int i = 0; i < 60; ++i) {
    const double a = line.step();
    const LineSearch::Answer answer = line.tell(f(a), slope(a));
    if (answer == LineSearch::Answer::accept) {
      CHECK(f(a) <= f(0) + 1e-4 * a * slope(0));
      CHECK(std::fabs(slope(a)) <= 0.9 * std::fabs(slope(0)));
      return a;
    }
    if (answer == LineSearch::Answer::failed) return NAN;
  }
  return NAN;
}

}  // namespace

int main() {
  const auto parabola = [](double a) { return (a - 3) * (a - 3); };
  const auto parabola_slope = [](double a) { return 2 * (a - 3); };
  for (double first : {1e-6, 1e-3, 0.1, 1.0, 5.9, 50.0, 1e4, 1e9})
    CHECK(!std::isnan(search(parabola, parabola_slope, first)));

  // More & Thuente (1994), test function 1: a long flat descent.
  const auto flat = [](double a) { return -a / (a * a + 2); };
  const auto flat_slope = [](double a) { return (a * a - 2) / ((a * a + 2) * (a * a + 2)); };
  for (double first : {1e-3, 0.1, 10.0, 1000.0}) CHECK(!std::isnan(search(flat, flat_slope, first)));

  // A wall: infinite from 1 on. The step comes back inside.
  const auto wall = [](double a) { return a < 1 ? -a : INFINITY; };
  LineSearch line;
  line.start(0, -1, 16);
  bool inside = false;
  for (int i = 0; i < 30 && !inside; ++i) {
    inside = line.step() < 1;
    if (!inside) CHECK(line.tell(wall(line.step()), -1) == LineSearch::Answer::try_next);
  }
  CHECK(inside);

  // Uphill whatever the step: it fails instead of going on for ever.
  line.start(0, -1e-30, 1);
  LineSearch::Answer answer = LineSearch::Answer::try_next;
  for (int i = 0; i < 100 && answer == LineSearch::Answer::try_next; ++i) answer = line.tell(1, 1);
  CHECK(answer == LineSearch::Answer::failed);
}
