// What every solver is: it starts from an objective and goes on one pass at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "../objective.h"
#include "../schedule.h"
#include "../state.h"

namespace moonlet {

enum class Status : std::uint8_t {
  going_on,
  converged,
  max_iter,
  early_stopping,
  diverged,
  held,  // told to stop
  part   // done with these rows, of which the pass has others
};

struct StopRule {
  std::int64_t max_iter, n_iter_no_change, max_fun;
  double tol;
};

// What each pass began with.
struct History {
  std::vector<double> loss, gradient_norm;
  void record(double l, double g) {
    loss.push_back(l);
    gradient_norm.push_back(g);
  }
};

// Counts passes without a better value: the patience of early stopping (Prechelt 1998, "Early stopping - but
// when?"), and of solvers whose training loss stands still. How it differs from the paper's criteria:
//   1. What counts is the lack of a gain, not a rise: a curve that lies flat ends training as well.
//   2. A gain has to be of `tol`. A smaller one is the best from then on, but wins no time: else a crawl
//      would never end (both as in scikit-learn).
//   3. Passes are counted one by one. Strips of several, as the paper has them, have a length to choose.
//   4. Under the schedule "adaptive" the rate is lowered first, and training ends when that can go no lower.
// The weights kept are the best by any gain, however small (trainer.h).
struct Patience {
  double best = std::numeric_limits<double>::infinity();
  std::int64_t idle = 0;

  // True when the value has not been `tol` below the best for more than `most` passes.
  bool exhausted_by(double value, double tol, std::int64_t most) {
    idle = value > best - tol ? idle + 1 : 0;
    if (value < best) best = value;
    return idle > most;
  }
  void fields(State& state) {
    state.field(best);
    state.field(idle);
  }
};

template <class T>
class Solver {
 public:
  virtual ~Solver() = default;
  // Rows of the largest batch; 0: all rows at once.
  virtual Index batch_rows() const { return 0; }
  // One pass. When held it may have stopped between two updates, and goes on there next time.
  virtual Status pass(const Objective<T>&, const StopRule&, const Control&, Scratch<T>&,
                      Buffer<T>& parameters, History&) = 0;
  // Goes on with other rows, be it that the pass has `more` after them; false where its memory is of
  // those it has.
  virtual bool take_rows(Index /*n_rows*/, Index /*batch_size*/, std::uint64_t /*seed*/, bool /*more*/) {
    return false;
  }
  // Ends a pass of which more rows were to come; held if there was nothing of it.
  virtual Status end_pass(const StopRule&, Buffer<T>& /*parameters*/, History&) { return Status::held; }
  // Lowers the rate where the schedule says so at a halt; false: training is over.
  virtual bool adapt() { return false; }
  // Of the next pass; NaN where the solver finds its own.
  virtual double rate() const { return std::numeric_limits<double>::quiet_NaN(); }
  virtual void fields(State& state) {
    state.field(loss);
    state.field(n_iter);
  }
  double loss = std::numeric_limits<double>::quiet_NaN();
  std::int64_t n_iter = 0;
};

}  // namespace moonlet
