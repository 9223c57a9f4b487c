// What Python and the page call the engine's kinds of things, for both ways. Most are in named.h, which is
// made of src/moonlet/names.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "kernels.h"
#include "network.h"
#include "solvers/solver.h"

namespace moonlet {

template <class Kind, std::size_t n>
struct Names {
  const char* of;  // what they are names of
  std::array<std::pair<const char*, Kind>, n> all;

  bool has(std::string_view name) const {
    for (const auto& [known, kind] : all)
      if (name == known) return true;
    return false;
  }
  Kind operator()(std::string_view name) const {
    for (const auto& [known, kind] : all)
      if (name == known) return kind;
    throw std::invalid_argument(std::string("unknown ") + of + ": " + std::string(name));
  }
  const char* operator()(Kind kind) const {
    for (const auto& [name, known] : all)
      if (kind == known) return name;
    throw std::invalid_argument(std::string("a nameless ") + of);
  }
};

// Of what named.h counts: a kind is the place of its entry.
template <class Kind, class Facts, std::size_t n>
struct Listed {
  const char* of;
  const Facts (&all)[n];

  Kind operator()(std::string_view name) const {
    for (std::size_t i = 0; i < n; ++i)
      if (name == all[i].name) return Kind(i);
    throw std::invalid_argument(std::string("unknown ") + of + ": " + std::string(name));
  }
  const char* operator()(Kind kind) const { return all[std::size_t(kind)].name; }
};

template <class Kind, class Facts, std::size_t n>
constexpr Listed<Kind, Facts, n> listed(const char* of, const Facts (&all)[n]) {
  return {of, all};
}

inline constexpr auto kActivations = listed<Activation>("activation", kActivationFacts);
inline constexpr auto kOutputs = listed<Output>("output", kOutputFacts);
inline constexpr auto kLosses = listed<Loss>("loss", kLossFacts);
inline constexpr auto kSolvers = listed<SolverName>("solver", kSolverNameFacts);
inline constexpr auto kSchedules = listed<ScheduleName>("learning rate schedule", kScheduleNameFacts);

inline constexpr Names<Status, 4> kStopReasons{"reason to stop",
                                               {{{"converged", Status::converged},
                                                 {"max_iter", Status::max_iter},
                                                 {"early_stopping", Status::early_stopping},
                                                 {"diverged", Status::diverged}}}};

inline constexpr Names<Function, 7> kFunctions{"function",
                                               {{{"exp", Function::exp},
                                                 {"exp_nonpositive", Function::exp_nonpositive},
                                                 {"expm1_nonpositive", Function::expm1_nonpositive},
                                                 {"tanh", Function::tanh},
                                                 {"logistic", Function::logistic},
                                                 {"log", Function::log},
                                                 {"log1p", Function::log1p}}}};

}  // namespace moonlet
