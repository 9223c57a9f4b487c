// Limited-memory BFGS with a strong-Wolfe line search.
//
// Liu & Nocedal (1989); Nocedal & Wright (2006), algorithm 7.4 (two-loop recursion) with the
// scaling of eq. 7.20. It stops as scipy's L-BFGS-B does for scikit-learn: when no component of
// the gradient exceeds tol, or when an iteration lowered the loss by less than 2.2e-9 of it.
// How it differs from the book:
//   1. One evaluation a call, so that it stops and goes on at any of them.
//   2. When the line search fails the memory is forgotten once and the steepest descent tried;
//      if that fails too, the loss cannot be lowered in this arithmetic: converged.
#pragma once

#include <algorithm>
#include <vector>

#include "line_search.h"
#include "solver.h"

namespace moonlet {

template <class T>
class Lbfgs final : public Solver<T> {
 public:
  explicit Lbfgs(Index length)
      : gradient_(length),
        trial_(length),
        trial_gradient_(length),
        direction_(length),
        steps_(checked_product(kMemory, length)),
        changes_(checked_product(kMemory, length)) {}

  Status pass(const Objective<T>& objective, const StopRule& rule, const Control& control,
              Scratch<T>& scratch, Buffer<T>& parameters, History& history) override {
    const Index n = objective.length();
    if (!started_) {
      if (!objective.evaluate(parameters.data(), gradient_.data(), scratch, control, here_))
        return Status::held;
      started_ = true;
      ++n_evaluations_;
      this->loss = here_.loss;
      if (!here_.finite()) return Status::diverged;
      if (here_.largest_component <= rule.tol) return Status::converged;
      begin_search(n);
    }
    for (;;) {
      kernels<T>().moved(n, parameters.data(), T(search_.step()), direction_.data(), trial_.data());
      Evaluation there;
      if (!objective.evaluate(trial_.data(), trial_gradient_.data(), scratch, control, there))
        return Status::held;
      ++n_evaluations_;
      const double slope = kernels<T>().dot(n, trial_gradient_.data(), direction_.data());
      switch (search_.tell(there.finite() ? there.loss : std::numeric_limits<double>::infinity(), slope)) {
        case LineSearch::Answer::accept: return accept(n, rule, parameters, there, history);
        case LineSearch::Answer::failed:
          if (used_ == 0) return Status::converged;
          used_ = 0;
          begin_search(n);
          break;
        case LineSearch::Answer::try_next: break;
      }
      if (n_evaluations_ >= rule.max_fun) return Status::max_iter;
      if (control.stop.load(std::memory_order_relaxed)) return Status::held;
    }
  }

  void fields(State& state) override {
    Solver<T>::fields(state);
    for (Buffer<T>* one : {&gradient_, &direction_, &steps_, &changes_}) state.field(*one);
    state.field(rho_);
    state.field(scale_);
    state.field(first_);
    state.field(used_);
    state.field(n_evaluations_);
    state.field(here_);
    state.field(search_);
    state.field(started_);
  }

 private:
  static constexpr Index kMemory = 10;
  static constexpr double kLeastDecrease = 2.220446049250313e-09;  // scipy's default ftol

  Status accept(Index n, const StopRule& rule, Buffer<T>& parameters, const Evaluation& there,
                History& history) {
    history.record(here_.loss, here_.gradient_norm);
    remember(n, parameters);
    parameters.swap(trial_);
    gradient_.swap(trial_gradient_);
    const double decrease = here_.loss - there.loss;
    const double size = std::max({std::fabs(here_.loss), std::fabs(there.loss), 1.0});
    here_ = there;
    this->loss = there.loss;
    ++this->n_iter;
    if (there.largest_component <= rule.tol || decrease <= kLeastDecrease * size) {
      return Status::converged;
    }
    if (this->n_iter >= rule.max_iter || n_evaluations_ >= rule.max_fun) { return Status::max_iter; }
    begin_search(n);
    return Status::going_on;
  }

  // s = the step taken, y = the gradient's change, kept where they show positive curvature.
  void remember(Index n, const Buffer<T>& parameters) {
    const Index slot = (first_ + used_) % kMemory;
    T *s = steps_.data() + slot * n, *y = changes_.data() + slot * n;
    kernels<T>().moved(n, trial_.data(), T(-1), parameters.data(), s);
    kernels<T>().moved(n, trial_gradient_.data(), T(-1), gradient_.data(), y);
    const double sy = kernels<T>().dot(n, s, y), yy = kernels<T>().dot(n, y, y);
    if (!(sy > std::numeric_limits<T>::epsilon() * yy)) return;
    rho_[slot] = 1 / sy;
    scale_ = sy / yy;
    if (used_ < kMemory)
      ++used_;
    else
      first_ = (first_ + 1) % kMemory;
  }

  // direction = -H gradient.
  void begin_search(Index n) {
    const Kernels<T>& level = kernels<T>();
    T* d = direction_.data();
    std::copy_n(gradient_.data(), n, d);
    double weights[kMemory];
    for (Index i = used_ - 1; i >= 0; --i) {
      const Index slot = (first_ + i) % kMemory;
      weights[i] = rho_[slot] * level.dot(n, steps_.data() + slot * n, d);
      level.add_scaled(n, T(-weights[i]), changes_.data() + slot * n, d);
    }
    const T factor = used_ > 0 ? T(-scale_) : T(-1);
    for (Index i = 0; i < n; ++i) d[i] *= factor;
    for (Index i = 0; i < used_; ++i) {
      const Index slot = (first_ + i) % kMemory;
      const double along = rho_[slot] * level.dot(n, changes_.data() + slot * n, d);
      level.add_scaled(n, T(-weights[i] - along), steps_.data() + slot * n, d);
    }
    double slope = level.dot(n, gradient_.data(), d);
    if (!(slope < 0) && used_ > 0) {  // rounding spoiled the memory: not downhill
      used_ = 0;
      for (Index i = 0; i < n; ++i) d[i] = -gradient_[i];
      slope = level.dot(n, gradient_.data(), d);
    }
    const double first_step = used_ > 0 ? 1.0 : std::min(1.0, 1.0 / here_.gradient_norm);
    search_.start(here_.loss, slope, first_step);
  }

  Buffer<T> gradient_, trial_, trial_gradient_, direction_, steps_, changes_;
  double rho_[kMemory] = {};
  double scale_ = 1;
  Index first_ = 0, used_ = 0;
  std::int64_t n_evaluations_ = 0;
  Evaluation here_;
  LineSearch search_;
  bool started_ = false;
};

}  // namespace moonlet
