// One network from start to stop: it can be run in pieces, from any thread, read between, and its
// whole state taken out and put back.
#pragma once

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

#include "judgement.h"
#include "solvers/gd.h"
#include "solvers/lbfgs.h"
#include "solvers/stochastic.h"
#include "validation.h"

namespace moonlet {

inline constexpr double kWorkASecond = 1e10;  // multiply-adds that a core does at least
// Multiply-adds of a gradient from which two threads share it: below, they gain a quarter of the time
// at best, for twice the processor's.
inline constexpr double kWorthSharing = 3e5;
// Multiply-adds between two looks at the clock.
inline constexpr double kLookEvery = 2e5;

struct Rules {
  SolverName solver;
  Schedule schedule;
  double alpha;  // of the penalty
  StopRule stop;
  Shuffling shuffling{};
  double momentum = 0.9, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
  bool nesterov = true;
  double dropout = 0;
  EarlyStopping early{};
  double l1_ratio = 0;  // the penalty's share of |w|
  Penalty penalty() const { return Penalty::of(alpha, l1_ratio); }
};

// How far a trainer goes before it returns: whole passes, or parts of one, the last begun within the
// time.
struct Budget {
  std::int64_t passes = -1;  // negative: without end
  double seconds = std::numeric_limits<double>::infinity();
};

// What one thread works with: its team, and memory that it keeps from one network to the next.
struct Workplace {
  // `used` is where the team takes its share of `limit` from, or null.
  Workplace(int n_threads, Seats& seats, ThreadsInUse* used = nullptr, int limit = 0)
      : team(n_threads, seats, used, limit), scratch32(team), scratch64(team) {}
  Team team;
  Scratch<float> scratch32;
  Scratch<double> scratch64;
};

// A trainer of either precision.
class AnyTrainer {
 public:
  virtual ~AnyTrainer() = default;
  // Goes on within the budget, until it ends or the control says stop; how many passes that were.
  virtual std::int64_t run(Budget, const Control&, Workplace&) = 0;
  // An upper bound in multiply-adds, about.
  virtual double most_work_left(const Budget&) const = 0;
  // How many threads it is worth to share its work among.
  virtual int most_threads() const = 0;
  // Goes on after an end: partial_fit and warm start.
  virtual void reopen(std::int64_t max_iter) = 0;
  // All that going on depends on; or of that the solver alone, which other rows can go on from.
  virtual void fields(State&) = 0;
  virtual void solver_fields(State&) = 0;
  // What solver_fields will write, for when it is asked for; the trainer may be gone by then, or at rest.
  virtual std::function<void(State&)> solver_memory() const = 0;
  // Nothing will follow: with early stopping the best parameters so far are taken.
  virtual void finish() = 0;
  // Once it has ended, where somebody wants to know.
  virtual void judge(const Control&) = 0;
  virtual double rate() const = 0;
  virtual Status status() const = 0;
  virtual std::int64_t n_iter() const = 0;
  virtual double loss() const = 0;
  virtual Index n_parameters() const = 0;
  virtual void copy_parameters(double* out) const = 0;

  bool ended() const { return status() != Status::going_on; }
  double seconds() const { return seconds_; }
  const History& history() const { return history_; }
  const std::vector<double>& validation_losses() const { return validation_losses_; }
  const std::vector<double>& validation_scores() const { return validation_scores_; }
  const Judgement& judgement() const { return judgement_; }

 protected:
  Judgement judgement_;
  History history_;
  std::vector<double> validation_losses_, validation_scores_;
  double seconds_ = 0;
};

template <class T>
class Trainer final : public AnyTrainer {
 public:
  // `validation` may be null.
  Trainer(std::shared_ptr<const Architecture> architecture, std::shared_ptr<const TrainingData<T>> data,
          std::shared_ptr<const TrainingData<T>> validation, const double* initial, const Rules& rules)
      : objective_(architecture, data, rules.penalty(), {rules.dropout, rules.shuffling.seed}),
        parameters_(objective_.length()),
        rules_(rules),
        rule_(rules.stop),
        early_(rules.early) {
    for (Index i = 0; i < n_parameters(); ++i) parameters_[i] = T(initial[i]);
    solver_ = make_solver(rules, data->n_rows());
    if (validation)
      validation_ = std::make_unique<Validation<T>>(std::move(architecture), std::move(validation));
    if (early_.stops) {
      if (!validation_) throw std::invalid_argument("early stopping needs rows to validate on");
      best_parameters_ = Buffer<T>(parameters_.size());
      std::copy_n(parameters_.data(), parameters_.size(), best_parameters_.data());
      rule_.tol = -std::numeric_limits<double>::infinity();  // the training loss decides nothing
      tolerance_ = rules.stop.tol;
    }
  }

  void judge_by(Judge<T> judge) {
    for (const auto& data : {judge.minimised, judge.own, judge.held_out})
      if (data && (data->n_inputs() != objective_.network().n_inputs() ||
                   data->n_outputs() != objective_.network().n_outputs()))
        throw std::invalid_argument("the network's inputs and outputs are not those of the rows to judge by");
    judge_ = std::make_unique<const Judge<T>>(std::move(judge));
  }
  void judge(const Control& control) override {
    // Early stopping has kept the best weights from before a divergence.
    if (!judge_) return;
    judgement_.passed = status_ == Status::diverged && !early_.stops;
    if (!judgement_.passed)
      judgement_ = (*judge_)(objective_.architecture(), parameters_, objective_.penalty(), control);
  }

  std::int64_t run(Budget budget, const Control& control, Workplace& workplace) override {
    const auto began = std::chrono::steady_clock::now();
    const auto seconds = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    const bool timed = std::isfinite(budget.seconds);
    Scratch<T>& scratch = scratch_of(workplace);
    if (lives_) scratch.swap(memory_);
    const bool reserved = objective_.reserve(scratch, solver_->batch_rows(), &control.stop);
    // Where passes are short a look at the clock would be a good part of one.
    const std::int64_t between_looks =
        std::clamp(std::int64_t(kLookEvery / work_of_a_pass()), std::int64_t(1), std::int64_t(1000));
    std::int64_t passes = 0;
    while (reserved && status_ == Status::going_on && budget.passes != passes) {
      if (!unjudged_) {
        reserve_histories();
        const Status status = solver_->pass(objective_, rule_, control, scratch, parameters_, history_);
        if (status == Status::held) break;
        if (status == Status::part) {
          ++passes;  // of the caller's budget
          continue;
        }
        passed_ = status;
        unjudged_ = true;
      }
      if (validation_ && passed_ != Status::diverged) {
        const std::optional<ValidationPoint> now = validation_->measure(parameters_.data(), control.stop);
        if (!now) break;
        status_ = judge(*now);
      } else {
        status_ = passed_;
      }
      unjudged_ = false;
      ++passes;
      if (timed && (passes == 1 || passes % between_looks == 0) && seconds() >= budget.seconds) break;
      if (control.stop.load(std::memory_order_relaxed)) break;
    }
    if (lives_) scratch.swap(memory_);
    if (ended()) finish();
    seconds_ += seconds();
    return passes;
  }

  // Multiply-adds of a pass, about: forward, deltas and gradient; a transcendental counts for 30. Of sparse
  // rows those that are there, beside which the updates of all weights tell.
  double work_of_a_pass() const {
    const TrainingData<T>& data = objective_.data();
    const Network& network = objective_.network();
    const Layer& first = network.layers[0];
    const double zeros = double(first.fan_in) - data.inputs_a_row(),
                 parameters = double(network.n_parameters), n_rows = double(data.n_rows());
    const double a_row = parameters - zeros * double(first.fan_out), units = double(network.rows);
    const double watched = validation_ ? double(validation_->n_rows()) : 0.0;
    const Index batch_rows = solver_->batch_rows();
    const double steps = batch_rows > 0 ? std::ceil(n_rows / double(batch_rows)) : 1.0;
    return n_rows * (3.0 * a_row + 30.0 * units) + (zeros > 0 ? 10.0 * steps * parameters : 0.0) +
           watched * (2.0 * a_row + 60.0 * units);
  }
  double most_work_left(const Budget& budget) const override {
    if (ended()) return 0;
    const std::int64_t left = rule_.max_iter - solver_->n_iter;
    const double passes = double(budget.passes >= 0 && budget.passes < left ? budget.passes : left);
    const double a_pass = work_of_a_pass();
    return std::min(a_pass * passes, std::max(a_pass, kWorkASecond * budget.seconds));
  }

  int most_threads() const override {
    const Index batch_rows = solver_->batch_rows();
    const double n_rows = double(objective_.data().n_rows());
    const double share = batch_rows > 0 ? double(batch_rows) / n_rows : 1.0;
    return work_of_a_pass() * share < kWorthSharing ? 1 : int(objective_.most_shards(batch_rows));
  }

  void reopen(std::int64_t max_iter) override {
    rule_.max_iter = std::max(max_iter, std::int64_t(0));  // what is left of it is counted
    rules_.stop.max_iter = rule_.max_iter;
    if (status_ != Status::diverged) status_ = Status::going_on;
  }

  // Goes on from other rows and parameters with the solver's memory: partial_fit.
  void take(std::shared_ptr<const TrainingData<T>> data, const T* parameters, Index batch_size,
            std::uint64_t seed) {
    const Index n_rows = data->n_rows();
    if (validation_ || unjudged_) throw std::invalid_argument("a trainer that watches rows keeps its own");
    objective_.take(std::move(data), seed);
    if (!solver_->take_rows(n_rows, batch_size, seed, false))
      throw std::invalid_argument("this solver goes on with the rows that it has");
    std::copy_n(parameters, n_parameters(), parameters_.data());
    history_ = {};
    status_ = Status::going_on;
    lives_ = true;
  }

  // Goes on with the next rows of a pass that has `more` after them: rows that no memory holds at once.
  void take_part(std::shared_ptr<const TrainingData<T>> data, Index batch_size, std::uint64_t seed,
                 bool more) {
    const Index n_rows = data->n_rows();
    if (unjudged_) throw std::invalid_argument("the pass before this one has not been judged yet");
    objective_.take(std::move(data), seed);
    if (!solver_->take_rows(n_rows, batch_size, seed, more))
      throw std::invalid_argument("this solver goes on with the rows that it has");
    lives_ = true;
  }

  // Ends a pass of which more rows were to come; `run` judges it. False if there was nothing of it.
  bool end_pass() {
    const Status status = solver_->end_pass(rule_, parameters_, history_);
    if (status == Status::held) return false;
    passed_ = status;
    unjudged_ = true;
    return true;
  }

  void finish() override {
    if (early_.stops) std::copy_n(best_parameters_.data(), parameters_.size(), parameters_.data());
  }

  void solver_fields(State& state) override { solver_memory()(state); }
  std::function<void(State&)> solver_memory() const override {
    return [n = n_parameters(), solver = solver_](State& state) {
      state.expect(Index(sizeof(T)));
      state.expect(n);
      solver->fields(state);
      state.finish();
    };
  }

  void fields(State& state) override {
    state.expect(Index(sizeof(T)));
    state.expect(n_parameters());
    state.expect(objective_.data().n_rows());
    state.field(parameters_);
    solver_->fields(state);
    state.field(history_.loss);
    state.field(history_.gradient_norm);
    state.field(validation_losses_);
    state.field(validation_scores_);
    state.field(best_parameters_);
    patience_.fields(state);
    state.field(status_, Status::diverged);  // "held" is told, never kept
    state.field(passed_, Status::diverged);
    state.field(unjudged_);
    state.field(seconds_);
    state.finish();
  }

  Status status() const override { return status_; }
  std::int64_t n_iter() const override { return solver_->n_iter; }
  double loss() const override { return solver_->loss; }
  double rate() const override { return solver_->rate(); }
  Index n_parameters() const override { return objective_.network().n_parameters; }
  const T* weights() const { return parameters_.data(); }
  const Rules& rules() const { return rules_; }
  const Objective<T>& objective() const { return objective_; }
  void copy_parameters(double* out) const override { std::copy_n(parameters_.data(), n_parameters(), out); }

 private:
  static Scratch<T>& scratch_of(Workplace& workplace) {
    if constexpr (sizeof(T) == 4)
      return workplace.scratch32;
    else
      return workplace.scratch64;
  }

  std::unique_ptr<Solver<T>> make_solver(const Rules& rules, Index n_rows) const {
    const Index n = objective_.length();
    const bool has_kinks = objective_.penalty().l1 > 0;
    switch (rules.solver) {
      case SolverName::gd: return std::make_unique<GradientDescent<T>>(n, rules.schedule, has_kinks);
      case SolverName::sgd:
        return std::make_unique<Stochastic<T, Momentum<T>>>(n, n_rows, rules.shuffling, rules.schedule,
                                                            Momentum<T>(n, rules.momentum, rules.nesterov));
      case SolverName::adam:
        return std::make_unique<Stochastic<T, Adam<T>>>(
            n, n_rows, rules.shuffling, rules.schedule,
            Adam<T>(n, rules.beta_1, rules.beta_2, rules.epsilon));
      case SolverName::lbfgs:
        if (rules.dropout > 0)
          throw std::invalid_argument(
              "lbfgs cannot descend a loss that changes from pass to pass, as with dropout");
        return std::make_unique<Lbfgs<T>>(n, has_kinks, objective_.network().n_layers == 1);
    }
    __builtin_unreachable();
  }

  // The histories grow between passes, and never by a little: then slices cost no more than one run.
  void reserve_histories() {
    const auto grow = [](std::vector<double>& values) {
      if (values.size() == values.capacity()) values.reserve(std::max<std::size_t>(256, 2 * values.size()));
    };
    grow(history_.loss);
    grow(history_.gradient_norm);
    if (validation_) {
      grow(validation_losses_);
      grow(validation_scores_);
    }
  }

  // What the pass ended with, or early stopping, by what the validation rows say of it.
  Status judge(const ValidationPoint& now) {
    const Status status = passed_;
    validation_losses_.push_back(now.loss);
    validation_scores_.push_back(now.score);
    if (!early_.stops) return status;
    const double value = early_.on_loss ? now.loss : -now.score;  // less is better
    if (value < patience_.best || validation_scores_.size() == 1)
      std::copy_n(parameters_.data(), parameters_.size(), best_parameters_.data());
    if (!patience_.exhausted_by(value, tolerance_, rule_.n_iter_no_change)) return status;
    if (!solver_->adapt()) return Status::early_stopping;
    patience_.idle = 0;
    return status;
  }

  Objective<T> objective_;
  Buffer<T> parameters_, best_parameters_;
  Rules rules_;    // what was asked for
  StopRule rule_;  // what is heeded
  EarlyStopping early_;
  double tolerance_ = 0;
  std::shared_ptr<Solver<T>> solver_;
  std::unique_ptr<Validation<T>> validation_;
  std::unique_ptr<const Judge<T>> judge_;
  Patience patience_;
  Status status_ = Status::going_on;
  Status passed_ = Status::going_on;  // what the last pass ended with,
  bool unjudged_ = false;             // and whether the validation rows are still to be asked
  // Of one that takes other rows from call to call: as large as the network, and wanted each time.
  bool lives_ = false;
  typename Scratch<T>::Memory memory_;
};

}  // namespace moonlet
