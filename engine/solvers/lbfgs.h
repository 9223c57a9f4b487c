// BFGS with a strong-Wolfe line search: of all steps for few parameters, else of the last ten.
//
// It stops as scipy's L-BFGS-B does for scikit-learn: when no component of the gradient exceeds tol,
// or when an iteration lowered the loss by less than 2.2e-9 of it. How it differs from Nocedal &
// Wright (2006), algorithms 6.1 and 7.5:
//   1. One evaluation a call, so that it stops and goes on at any of them.
//   2. When the line search fails the memory is forgotten once and the steepest descent tried;
//      if that fails too, the loss cannot be lowered in this arithmetic: converged.
//   3. Without hidden layers there is one optimum, and the last test is scikit-learn's of a line: less than
//      64 roundings of the loss itself, however small that is. A network's is against 1 at least.
//
// Where |w| costs, the loss has a kink at each weight of 0 and this is OWL-QN (Andrew & Gao 2007, Scalable
// training of L1-regularized log-linear models): the gradient to go down is the least one, H is of the rest
// of the loss, and no search crosses a kink. orthant.h says how that differs from the paper.
#pragma once

#include <algorithm>
#include <memory>

#include "inverse_hessian.h"
#include "last_pairs.h"
#include "line_search.h"
#include "orthant.h"
#include "solver.h"

namespace moonlet {

template <class T>
class Lbfgs final : public Solver<T> {
 public:
  Lbfgs(Index length, bool has_kinks, bool is_line)
      : gradient_(length),
        trial_(length),
        trial_gradient_(length),
        direction_(length),
        least_(has_kinks ? length : 0),
        has_kinks_(has_kinks),
        is_line_(is_line),
        search_(has_kinks) {
    if (length <= (is_line ? InverseHessian<T>::kMostOfLine : InverseHessian<T>::kMostParameters))
      curvature_ = std::make_unique<InverseHessian<T>>(length);
    else
      curvature_ = std::make_unique<LastPairs<T>>(length);
  }

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
      begin_search(objective, parameters);
    }
    for (;;) {
      kernels<T>().moved(n, parameters.data(), T(search_.step()), direction_.data(), trial_.data());
      double change = 0;  // of the loss, to first order
      if (has_kinks_)
        change = stop_at_kinks(n, parameters.data(), least_.data(), objective.penalised(), trial_.data());
      Evaluation there;
      if (!objective.evaluate(trial_.data(), trial_gradient_.data(), scratch, control, there))
        return Status::held;
      ++n_evaluations_;
      const double slope =
          has_kinks_ ? change : kernels<T>().dot(n, trial_gradient_.data(), direction_.data());
      switch (search_.tell(there.finite() ? there.loss : std::numeric_limits<double>::infinity(), slope)) {
        case LineSearch::Answer::accept: return accept(objective, rule, parameters, there, history);
        case LineSearch::Answer::failed:
          if (curvature_->empty()) return Status::converged;
          curvature_->forget();
          begin_search(objective, parameters);
          break;
        case LineSearch::Answer::try_next: break;
      }
      if (n_evaluations_ >= rule.max_fun) return Status::max_iter;
      if (control.stop.load(std::memory_order_relaxed)) return Status::held;
    }
  }

  void fields(State& state) override {
    Solver<T>::fields(state);
    for (Buffer<T>* one : {&gradient_, &direction_}) state.field(*one);
    if (has_kinks_) {
      state.field(least_);
      state.field(here_.cost);
    }
    curvature_->fields(state);
    state.field(n_evaluations_);
    here_.fields(state);
    search_.fields(state);
    state.field(started_);
  }

 private:
  static constexpr double kLeastDecrease = 2.220446049250313e-09;  // scipy's default ftol
  // Of a line: what scikit-learn asks of its own.
  static constexpr double kLeastOfLine =
      std::min(kLeastDecrease, 64.0 * double(std::numeric_limits<T>::epsilon()));

  bool hardly_lower(double before, double after) const {
    const double size = std::max(std::fabs(before), std::fabs(after));
    return before - after <= (is_line_ ? kLeastOfLine * size : kLeastDecrease * std::max(size, 1.0));
  }

  Status accept(const Objective<T>& objective, const StopRule& rule, Buffer<T>& parameters,
                const Evaluation& there, History& history) {
    history.record(here_.loss, here_.gradient_norm);
    parameters.swap(trial_);
    gradient_.swap(trial_gradient_);
    remember(objective.length(), parameters);
    const bool is_over = there.largest_component <= rule.tol || hardly_lower(here_.loss, there.loss);
    here_ = there;
    this->loss = there.loss;
    ++this->n_iter;
    if (is_over) return Status::converged;
    if (this->n_iter >= rule.max_iter || n_evaluations_ >= rule.max_fun) { return Status::max_iter; }
    begin_search(objective, parameters);
    return Status::going_on;
  }

  // The pair is kept where it shows positive curvature. What the step left behind is written over.
  void remember(Index n, const Buffer<T>& parameters) {
    const Kernels<T>& level = kernels<T>();
    T *s = trial_.data(), *y = trial_gradient_.data();
    level.moved(n, parameters.data(), T(-1), s, s);
    level.moved(n, gradient_.data(), T(-1), y, y);
    const double sy = level.dot(n, s, y), yy = level.dot(n, y, y);
    if (sy > std::numeric_limits<T>::epsilon() * yy) curvature_->remember(n, s, y, sy, yy);
  }

  void begin_search(const Objective<T>& objective, const Buffer<T>& parameters) {
    const Kernels<T>& level = kernels<T>();
    const Index n = objective.length();
    T *g = gradient_.data(), *d = direction_.data();
    if (has_kinks_) {
      level.least_gradient(n, parameters.data(), objective.penalised(), T(here_.cost), g, least_.data());
      g = least_.data();
    }
    const auto slope_downhill = [&] {
      curvature_->downhill(n, g, d);
      if (has_kinks_) keep_downhill(n, g, objective.penalised(), d);
      return level.dot(n, g, d);
    };
    double slope = slope_downhill();
    if (!(slope < 0) && !curvature_->empty()) {  // rounding spoiled the memory: not downhill
      curvature_->forget();
      slope = slope_downhill();
    }
    const double first_step = curvature_->empty() ? std::min(1.0, 1.0 / here_.gradient_norm) : 1.0;
    search_.start(here_.loss, slope, first_step);
  }

  Buffer<T> gradient_, trial_, trial_gradient_, direction_, least_;
  bool has_kinks_, is_line_;
  std::unique_ptr<Curvature<T>> curvature_;
  std::int64_t n_evaluations_ = 0;
  Evaluation here_;
  LineSearch search_;
  bool started_ = false;
};

}  // namespace moonlet
