// One network from start to stop: it can be run in pieces, from any thread, and read between.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>

#include "solvers/gd.h"
#include "solvers/lbfgs.h"

namespace moonlet {

struct Rules {
  std::string solver;
  double learning_rate_init, alpha;
  StopRule stop;
};

// Memory that a thread keeps for the networks it trains one after another.
template <class T>
class Scratch {
 public:
  T* at_least(Index size) {
    if (buffer_.size() < size) buffer_ = Buffer<T>(size);
    return buffer_.data();
  }

 private:
  Buffer<T> buffer_;
};

template <class T>
class Trainer {
 public:
  Trainer(std::shared_ptr<const Architecture> architecture, std::shared_ptr<const TrainingData<T>> data,
          const double* initial, const Rules& rules)
      : objective_(std::move(architecture), std::move(data), rules.alpha),
        parameters_(objective_.length()),
        rule_(rules.stop) {
    for (Index i = 0; i < n_parameters(); ++i) parameters_[i] = T(initial[i]);
    if (rules.solver == "gd")
      solver_ = std::make_unique<GradientDescent<T>>(objective_.length(), rules.learning_rate_init);
    else if (rules.solver == "lbfgs")
      solver_ = std::make_unique<Lbfgs<T>>(objective_.length());
    else
      throw std::invalid_argument("unknown solver: " + rules.solver);
  }

  // Goes on for at most `passes` (without end when negative), until it ends or the control says stop.
  void run(std::int64_t passes, const Control& control, Scratch<T>& memory) {
    const auto began = std::chrono::steady_clock::now();
    T* workspace = memory.at_least(objective_.workspace());
    while (status_ == Status::going_on && passes != 0) {
      const Status status = solver_->pass(objective_, rule_, control, workspace, parameters_, history_);
      if (status == Status::held) break;
      status_ = status;
      if (passes > 0) --passes;
      if (control.stop.load(std::memory_order_relaxed)) break;
    }
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }

  // Multiply-adds of a pass, about: forward, deltas and gradient; a transcendental counts for 30.
  double work_of_a_pass() const {
    const Network& network = objective_.network();
    return double(objective_.data().n_rows()) *
           (3.0 * double(network.n_parameters) + 30.0 * double(network.rows));
  }
  double most_work_left(std::int64_t passes) const {
    if (status_ != Status::going_on) return 0;
    const std::int64_t left = rule_.max_iter - solver_->n_iter;
    return work_of_a_pass() * double(passes >= 0 && passes < left ? passes : left);
  }

  Status status() const { return status_; }
  bool ended() const { return status_ != Status::going_on; }
  std::int64_t n_iter() const { return solver_->n_iter; }
  double loss() const { return solver_->loss; }
  double seconds() const { return seconds_; }
  const History& history() const { return history_; }
  Index n_parameters() const { return objective_.network().n_parameters; }
  const Buffer<T>& parameters() const { return parameters_; }

 private:
  Objective<T> objective_;
  Buffer<T> parameters_;
  StopRule rule_;
  std::unique_ptr<Solver<T>> solver_;
  History history_;
  Status status_ = Status::going_on;
  double seconds_ = 0;
};

}  // namespace moonlet
