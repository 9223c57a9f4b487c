// Mini-batch descent: sgd with momentum, and Adam.
//
// Bottou (2010) for the descent, Sutskever et al. (2013) for momentum, Kingma & Ba (2015) for Adam. A pass
// is an epoch. How it differs from them:
//   1. Rows are drawn without replacement, in an order that is a function of seed and epoch alone: an epoch
//      that was interrupted goes on where it stopped, to the same bits.
//   2. Nesterov's momentum looks ahead in the step, p + mu v - rate g, and not where the gradient is taken:
//      as scikit-learn writes it, with one gradient, at the weights that there are.
//   3. Adam's two corrections for its start are one factor of the rate, and epsilon is added to the root of
//      the uncorrected square: Kingma & Ba's own quicker form, at the end of their section 2.
//   4. The penalty is divided by the rows of the batch, as scikit-learn does, not by all rows.
//   5. The loss of an epoch is the mean of its batches', each at the weights that it met: to ask all rows at
//      the end would take about a third more time.
//   6. An epoch that leaves the finite numbers is taken back as a whole.
//   7. An epoch's rows may come in parts, where there is no memory for all at once.
#pragma once

#include <algorithm>
#include <numeric>

#include "../random.h"
#include "solver.h"

namespace moonlet {

// What an update is told of a piece of the parameters: its gradient, which of them are penalised, and what
// a unit of |w| costs. The gradient is without that: weights are brought nearer to 0 after the step.
template <class T>
struct Piece {
  Index n, at;
  const T *g, *penalised;
  double cost;
};

// v <- mu v - rate g;  p <- p + v, or with Nesterov's momentum p <- p + mu v - rate g. Softened (Ochs et al.
// 2014, iPiano; with Nesterov's it is Beck & Teboulle's FISTA of 2009 with a fixed mu) v is what p moved by.
template <class T>
struct Momentum {
  double momentum;
  bool nesterov;
  Buffer<T> velocity;

  Momentum(Index length, double mu, bool nesterovs) : momentum(mu), nesterov(nesterovs), velocity(length) {}

  auto begin_update(double rate) {
    return [this, rate](const Piece<T>& of, T* p) {
      const Kernels<T>& level = kernels<T>();
      T* const v = velocity.data() + of.at;
      if (of.cost > 0)
        level.softened_step(of.n, of.g, of.penalised, v, p, T(momentum), T(rate), T(rate * of.cost),
                            nesterov);
      else
        level.momentum_step(of.n, of.g, v, p, T(momentum), T(rate), nesterov);
    };
  }
  void end_update() {}
  void fields(State& state) { state.field(velocity); }
};

// m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2;  p <- p - rate_t m / (sqrt(v) + eps). A weight is
// softened by what its own rate makes of the cost (Melchior, Joseph & Moolekamp 2019, Proximal Adam), so
// that it is the mean gradient, not a batch's, that a weight of 0 has to overcome.
template <class T>
struct Adam {
  double beta_1, beta_2, epsilon;
  Buffer<T> mean, square;
  double power_1 = 1, power_2 = 1;  // beta^t

  Adam(Index length, double b1, double b2, double eps)
      : beta_1(b1), beta_2(b2), epsilon(eps), mean(length), square(length) {}

  auto begin_update(double rate) {
    const double whole = rate * std::sqrt(1 - power_2 * beta_2), corrected = whole / (1 - power_1 * beta_1);
    return [this, whole, corrected](const Piece<T>& of, T* p) {
      const Kernels<T>& level = kernels<T>();
      T* const v = square.data() + of.at;
      level.adam_step(of.n, of.g, mean.data() + of.at, v, p, T(beta_1), T(beta_2), T(epsilon), T(corrected));
      if (of.cost > 0) level.soften(of.n, of.penalised, T(whole * of.cost), v, T(epsilon), p);
    };
  }
  void end_update() {
    power_1 *= beta_1;
    power_2 *= beta_2;
  }
  void fields(State& state) {
    state.field(mean);
    state.field(square);
    state.field(power_1);
    state.field(power_2);
  }
};

struct Shuffling {
  Index batch_size;
  bool shuffle;
  std::uint64_t seed;
};

template <class T, class Update>
class Stochastic final : public Solver<T> {
 public:
  Stochastic(Index length, Index n_rows, const Shuffling& shuffling, const Schedule& schedule, Update update)
      : gradient_(length),
        start_(length),
        order_(n_rows),
        shuffling_(shuffling),
        schedule_(schedule),
        update_(std::move(update)),
        adapted_(schedule.first) {}

  Index batch_rows() const override { return shuffling_.batch_size; }

  Status pass(const Objective<T>& objective, const StopRule& rule, const Control& control,
              Scratch<T>& scratch, Buffer<T>& parameters, History& history) override {
    const Index n = objective.data().n_rows();
    if (ordered_ != this->n_iter) {
      if (shuffling_.shuffle)
        shuffle_rows(shuffling_.seed, std::uint64_t(this->n_iter), n, order_.data());
      else if (ordered_ < 0)
        std::iota(order_.data(), order_.data() + n, 0u);
      ordered_ = this->n_iter;
    }
    bool finite = true;
    while (finite && done_ < n) {
      const Batch batch{order_.data() + done_, std::min(shuffling_.batch_size, n - done_), this->n_iter};
      const bool first = before_ + done_ == 0;
      const auto step = update_.begin_update(rate());
      Evaluation now;
      T* const p = parameters.data();
      if (!objective.evaluate(
              p, gradient_.data(), scratch, batch, control,
              [&](Range range, const T* g, double cost) {
                const Index at = range.begin;
                if (first) std::copy_n(p + at, range.end - at, start_.data() + at);
                step({range.end - at, at, g, objective.penalised(range), cost}, p + at);
              },
              now))
        return Status::held;
      update_.end_update();
      loss_sum_ += now.loss * double(batch.count);
      norm_sum_ += now.gradient_norm * double(batch.count);
      done_ += batch.count;
      finite = now.finite();
      if (finite && done_ < n && control.stop.load(std::memory_order_relaxed)) return Status::held;
    }
    if (finite && more_) {
      before_ += n;
      done_ = 0;
      return Status::part;
    }
    return end(rule, parameters, history, n, finite);
  }

  Status end_pass(const StopRule& rule, Buffer<T>& parameters, History& history) override {
    if (before_ + done_ == 0) return Status::held;
    return end(rule, parameters, history, done_, true);
  }

  bool take_rows(Index n_rows, Index batch_size, std::uint64_t seed, bool more) override {
    if (done_ != 0) return false;  // in the midst of other rows
    if (order_.size() != n_rows) order_ = Buffer<std::uint32_t>(n_rows);
    shuffling_.batch_size = std::clamp(batch_size, Index(1), n_rows);
    shuffling_.seed = seed;
    more_ = more;
    ordered_ = -1;
    return true;
  }

  bool adapt() override { return schedule_.adapt(adapted_); }
  double rate() const override { return schedule_.rate(this->n_iter, rows_seen_, adapted_); }

  void fields(State& state) override {
    if (before_ != 0) throw std::invalid_argument("an epoch in parts is put away at its end only");
    Solver<T>::fields(state);
    update_.fields(state);
    state.field(start_);
    state.field(adapted_);
    state.field(rows_seen_);
    patience_.fields(state);
    state.field(done_, order_.size());
    state.field(loss_sum_);
    state.field(norm_sum_);
    if (state.reading()) ordered_ = -1;
  }

 private:
  // The epoch, of which `last` rows came in the last part.
  Status end(const StopRule& rule, Buffer<T>& parameters, History& history, Index last, bool finite) {
    const double n_rows = double(before_ + done_);
    this->loss = loss_sum_ / n_rows;
    history.record(this->loss, norm_sum_ / n_rows);
    ++this->n_iter;
    rows_seen_ += double(before_ + last);
    done_ = before_ = 0;
    loss_sum_ = norm_sum_ = 0;
    // The last step of an epoch is not followed by a loss that would show it.
    if (!finite || !all_finite(parameters.data(), parameters.size())) {
      std::copy_n(start_.data(), start_.size(), parameters.data());
      return Status::diverged;
    }
    if (patience_.exhausted_by(this->loss, rule.tol, rule.n_iter_no_change)) {
      if (!schedule_.adapt(adapted_)) return Status::converged;
      patience_.idle = 0;
    }
    return this->n_iter >= rule.max_iter ? Status::max_iter : Status::going_on;
  }

  Buffer<T> gradient_;
  Buffer<T> start_;  // what this epoch began with, to go back to from an overflow
  Buffer<std::uint32_t> order_;
  Shuffling shuffling_;
  Schedule schedule_;
  Update update_;
  double adapted_;
  double rows_seen_ = 0;  // in all epochs that are done, be it of other rows than these
  Patience patience_;
  std::int64_t ordered_ = -1;  // the epoch that `order_` is of
  Index done_ = 0;             // rows of this epoch, or of its part that is here
  Index before_ = 0;           // rows of the epoch's parts before that one
  bool more_ = false;          // whether there are parts after it
  double loss_sum_ = 0, norm_sum_ = 0;
};

}  // namespace moonlet
