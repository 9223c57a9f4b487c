// What Python and the page call the engine's kinds of things: one entry each, for both ways.
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

inline constexpr Names<Activation, 9> kActivations{"activation",
                                                   {{{"identity", Activation::identity},
                                                     {"logistic", Activation::logistic},
                                                     {"tanh", Activation::tanh},
                                                     {"relu", Activation::relu},
                                                     {"leaky_relu", Activation::leaky_relu},
                                                     {"elu", Activation::elu},
                                                     {"gelu", Activation::gelu},
                                                     {"silu", Activation::silu},
                                                     {"softplus", Activation::softplus}}}};

inline constexpr Names<Output, 4> kOutputs{"output",
                                           {{{"identity", Output::identity},
                                             {"exp", Output::exp},
                                             {"sigmoid", Output::sigmoid},
                                             {"softmax", Output::softmax}}}};

inline constexpr Names<Loss, 6> kLosses{"loss",
                                        {{{"log_loss", Loss::log_loss},
                                          {"squared_error", Loss::squared_error},
                                          {"absolute_error", Loss::absolute_error},
                                          {"huber", Loss::huber},
                                          {"quantile", Loss::quantile},
                                          {"poisson", Loss::poisson}}}};

inline constexpr Names<ScheduleName, 6> kSchedules{"learning rate schedule",
                                                   {{{"constant", ScheduleName::constant},
                                                     {"invscaling", ScheduleName::invscaling},
                                                     {"adaptive", ScheduleName::adaptive},
                                                     {"step", ScheduleName::step},
                                                     {"exponential", ScheduleName::exponential},
                                                     {"cosine", ScheduleName::cosine}}}};

inline constexpr Names<Status, 4> kStopReasons{"reason to stop",
                                               {{{"converged", Status::converged},
                                                 {"max_iter", Status::max_iter},
                                                 {"early_stopping", Status::early_stopping},
                                                 {"diverged", Status::diverged}}}};

inline constexpr Names<Function, 13> kFunctions{"function",
                                                {{{"exp", Function::exp},
                                                  {"exp_nonpositive", Function::exp_nonpositive},
                                                  {"expm1_nonpositive", Function::expm1_nonpositive},
                                                  {"tanh", Function::tanh},
                                                  {"logistic", Function::logistic},
                                                  {"log", Function::log},
                                                  {"log1p", Function::log1p},
                                                  {"elu", Function::elu},
                                                  {"softplus", Function::softplus},
                                                  {"silu", Function::silu},
                                                  {"silu_slope", Function::silu_slope},
                                                  {"gelu", Function::gelu},
                                                  {"gelu_slope", Function::gelu_slope}}}};

}  // namespace moonlet
