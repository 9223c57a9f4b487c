// A line search for the strong Wolfe conditions that is asked and told, so that it can be
// interrupted between any two evaluations.
//
//   f(a) <= f(0) + c1 a f'(0)   and   |f'(a)| <= c2 |f'(0)|
//
// Nocedal & Wright (2006), Numerical Optimization, algorithms 3.5 and 3.6, with cubic steps
// (eq. 3.59). How it differs from the book:
//   1. Both algorithms are one state: an interval whose far end may still be open.
//   2. A loss that is not finite counts as infinitely high: the step is halved.
//   3. When the interval has shrunk to nothing, the best step that lowers the loss is taken.
//   4. Along a path with kinks only the first condition is asked for, and the step is halved until it holds
//      (`backtracks`); the slope that it is told is then the loss's expected change up to that step.
#pragma once

#include <cmath>
#include <limits>

#include "../state.h"

namespace moonlet {

class LineSearch {
 public:
  enum class Answer { accept, try_next, failed };

  explicit LineSearch(bool backtracks = false) : backtracks_(backtracks) {}

  void start(double loss, double slope, double first_step) {
    origin_ = near_ = {0, loss, slope};
    closed_ = false;
    tries_ = 0;
    last_resort_ = false;
    step_ = first_step;
  }

  double step() const { return step_; }

  Answer tell(double loss, double slope) {
    if (backtracks_) {
      if (loss <= origin_.loss + kDecrease * slope) return Answer::accept;
      step_ *= 0.5;
      return ++tries_ >= kMostTries ? Answer::failed : Answer::try_next;
    }
    if (last_resort_) return Answer::accept;
    const Point here{step_, std::isfinite(loss) ? loss : kInfinity, slope};
    const bool too_high =
        here.loss > origin_.loss + kDecrease * step_ * origin_.slope || here.loss >= near_.loss;
    if (too_high) {
      far_ = here;
      closed_ = true;
    } else if (std::fabs(slope) <= kCurvature * -origin_.slope) {
      return Answer::accept;
    } else if (closed_ ? slope * (far_.step - near_.step) >= 0 : slope >= 0) {
      far_ = near_;
      near_ = here;
      closed_ = true;
    } else {
      previous_ = near_;
      near_ = here;
    }
    if (++tries_ >= kMostTries ||
        (closed_ && std::fabs(far_.step - near_.step) <= 1e-12 * std::fabs(far_.step))) {
      if (near_.step == 0) return Answer::failed;
      last_resort_ = true;
      step_ = near_.step;
      return Answer::try_next;
    }
    step_ = closed_ ? inside() : beyond();
    return Answer::try_next;
  }

  void fields(State& state) {
    for (Point* point : {&origin_, &near_, &far_, &previous_})
      for (double* number : {&point->step, &point->loss, &point->slope}) state.field(*number);
    state.field(step_);
    state.field(tries_, kMostTries);
    state.field(closed_);
    state.field(last_resort_);
  }

 private:
  struct Point {
    double step, loss, slope;
  };

  static constexpr double kDecrease = 1e-4, kCurvature = 0.9;
  static constexpr int kMostTries = 20;
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  // The minimum of the cubic through two points and their slopes.
  static double cubic_minimum(const Point& a, const Point& b) {
    const double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step);
    const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), b.step - a.step);
    return b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  }

  double inside() const {
    const double width = far_.step - near_.step;
    const double wanted = cubic_minimum(near_, far_);
    const double part = (wanted - near_.step) / width;
    if (!(part >= 0.1 && part <= 0.9)) {
      if (!std::isfinite(part)) return near_.step + 0.5 * width;
      return near_.step + (part < 0.1 ? 0.1 : 0.9) * width;
    }
    return wanted;
  }

  double beyond() const {
    const double wanted = cubic_minimum(previous_, near_);
    const double least = near_.step + 1.1 * (near_.step - previous_.step);
    const double most = near_.step + 4.0 * (near_.step - previous_.step);
    return wanted >= least && wanted <= most ? wanted : most;
  }

  Point origin_{}, near_{}, far_{}, previous_{};
  double step_ = 0;
  int tries_ = 0;
  bool closed_ = false, last_resort_ = false;
  bool backtracks_;
};

}  // namespace moonlet
