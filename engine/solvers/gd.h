// Full-batch gradient descent: p <- p - rate * gradient; where |w| costs, weights are then brought nearer to
// 0 by rate times that (iterative soft thresholding: Daubechies, Defrise & De Mol 2004).
//
// How it differs from the textbook, Rumelhart, Hinton & Williams (1986), equation 8:
//   1. The gradient is of a mean over rows, not of their sum: the rate means the same for any number of them.
//   2. The gradient of the next pass, with that pass's dropout, is computed at the end of this one: the loss
//      always belongs to the parameters (docs/decisions/0001).
//   3. A step out of the finite numbers is not taken: training ends as diverged, with the weights before it.
//   4. With tol = 0 it ends after max_iter passes and never before, for who wants a fixed number of them;
//      else where the loss stands still for some passes, as scikit-learn's stochastic solvers do.
#pragma once

#include "solver.h"

namespace moonlet {

template <class T>
class GradientDescent final : public Solver<T> {
 public:
  GradientDescent(Index length, const Schedule& schedule, bool softens)
      : softens_(softens),
        gradient_(length),
        trial_(length),
        trial_gradient_(length),
        schedule_(schedule),
        adapted_(schedule.first) {}

  Status pass(const Objective<T>& objective, const StopRule& rule, const Control& control,
              Scratch<T>& scratch, Buffer<T>& parameters, History& history) override {
    if (!started_) {
      if (!objective.evaluate(parameters.data(), gradient_.data(), scratch, control, here_, this->n_iter))
        return Status::held;
      started_ = true;
      this->loss = here_.loss;
      if (!here_.finite()) return Status::diverged;
    }
    kernels<T>().moved(objective.length(), parameters.data(), T(-rate()), gradient_.data(), trial_.data());
    if (softens_)
      kernels<T>().soften(objective.length(), objective.penalised(), T(rate() * here_.cost), nullptr, 0,
                          trial_.data());
    Evaluation there;
    if (!objective.evaluate(trial_.data(), trial_gradient_.data(), scratch, control, there, this->n_iter + 1))
      return Status::held;
    history.record(here_.loss, here_.gradient_norm);
    ++this->n_iter;
    rows_seen_ += double(objective.data().n_rows());
    if (!there.finite()) return Status::diverged;
    // tol = 0 asks for a fixed number of passes.
    const bool exhausted =
        patience_.exhausted_by(here_.loss, rule.tol, rule.n_iter_no_change) && rule.tol > 0;
    here_ = there;
    this->loss = there.loss;
    parameters.swap(trial_);
    gradient_.swap(trial_gradient_);
    if (exhausted && !schedule_.adapt(adapted_)) return Status::converged;
    if (exhausted) patience_.idle = 0;
    return this->n_iter >= rule.max_iter ? Status::max_iter : Status::going_on;
  }

  bool adapt() override { return schedule_.adapt(adapted_); }
  double rate() const override { return schedule_.rate(this->n_iter, rows_seen_, adapted_); }

  void fields(State& state) override {
    Solver<T>::fields(state);
    state.field(gradient_);
    here_.fields(state);
    if (softens_) state.field(here_.cost);
    patience_.fields(state);
    state.field(adapted_);
    state.field(rows_seen_);
    state.field(started_);
  }

 private:
  bool softens_;
  Buffer<T> gradient_, trial_, trial_gradient_;
  Schedule schedule_;
  double adapted_;
  double rows_seen_ = 0;
  Evaluation here_;
  Patience patience_;
  bool started_ = false;
};

}  // namespace moonlet
