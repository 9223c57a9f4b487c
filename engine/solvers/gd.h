// Full-batch gradient descent: p <- p - rate * gradient.
//
// The gradient of the next pass is computed at the end of this one, so that the loss always
// belongs to the parameters, and a step out of the finite numbers is never taken.
#pragma once

#include "solver.h"

namespace moonlet {

template <class T>
class GradientDescent final : public Solver<T> {
 public:
  GradientDescent(Index length, double rate)
      : gradient_(length), trial_(length), trial_gradient_(length), rate_(rate) {}

  Status pass(const Objective<T>& objective, const StopRule& rule, const Control& control, T* workspace,
              Buffer<T>& parameters, History& history) override {
    if (!started_) {
      if (!objective.evaluate(parameters.data(), gradient_.data(), workspace, control, here_))
        return Status::held;
      started_ = true;
      this->loss = here_.loss;
      if (!here_.finite()) return Status::diverged;
    }
    kernels<T>().moved(objective.length(), parameters.data(), T(-rate_), gradient_.data(), trial_.data());
    Evaluation<T> there;
    if (!objective.evaluate(trial_.data(), trial_gradient_.data(), workspace, control, there))
      return Status::held;
    history.record(here_.loss, here_.gradient_norm);
    ++this->n_iter;
    if (!there.finite()) return Status::diverged;
    // Counted as scikit-learn does, on the loss that the pass began with.
    idle_ = here_.loss > best_ - rule.tol ? idle_ + 1 : 0;
    best_ = here_.loss < best_ ? here_.loss : best_;
    here_ = there;
    this->loss = there.loss;
    parameters.swap(trial_);
    gradient_.swap(trial_gradient_);
    // tol = 0 asks for a fixed number of passes.
    if (rule.tol > 0 && idle_ > rule.n_iter_no_change) return Status::converged;
    return this->n_iter >= rule.max_iter ? Status::max_iter : Status::going_on;
  }

 private:
  Buffer<T> gradient_, trial_, trial_gradient_;
  double rate_;
  Evaluation<T> here_;
  double best_ = std::numeric_limits<double>::infinity();
  std::int64_t idle_ = 0;
  bool started_ = false;
};

}  // namespace moonlet
