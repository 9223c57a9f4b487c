// A trainer as Python holds it, and how a call makes it its own.
#pragma once

#include <atomic>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "trainer.h"

namespace moonlet {

struct PyTrainer {
  std::unique_ptr<AnyTrainer> trainer;
  bool asks = false;  // its rows lie elsewhere
  std::atomic<bool> busy{false};

  // A worker may be writing what a reader would copy.
  const AnyTrainer& readable() const {
    if (busy)
      throw std::runtime_error(
          "this network is being trained: read it when train() has returned, or on_finished has named it");
    return *trainer;
  }
};

// Holds every trainer of a run, so that nothing else in Python touches one meanwhile.
class Claim {
 public:
  explicit Claim(const std::vector<PyTrainer*>& trainers) {
    held_.reserve(trainers.size());
    for (PyTrainer* one : trainers) {
      if (!one || one->busy.exchange(true)) {
        release_all();
        throw std::invalid_argument(
            one ? "a trainer is in this call twice, or another thread is running it: give each once"
                : "None is not a trainer");
      }
      held_.push_back(one);
    }
  }
  ~Claim() { release_all(); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

  // Those that have ended may be read while others go on.
  void release(const std::vector<Index>& positions) {
    for (Index at : positions)
      if (PyTrainer* one = std::exchange(held_[std::size_t(at)], nullptr)) one->busy = false;
  }

 private:
  void release_all() {
    for (PyTrainer* one : held_)
      if (one) one->busy = false;
    held_.clear();
  }
  std::vector<PyTrainer*> held_;
};

}  // namespace moonlet
