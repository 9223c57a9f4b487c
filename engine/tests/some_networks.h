// Rows and networks for the tests: the same numbers on every machine, so without the standard
// library's distributions, which are free to differ.
#pragma once

#include <random>

#include "batch.h"
#include "csr_rows.h"
#include "names.h"

namespace moonlet {

// About normal: the sum of four uniform numbers, with standard deviation 1.
inline double some_number(std::mt19937_64& random) {
  double sum = -2;
  for (int i = 0; i < 4; ++i) sum += double(random() >> 11) * 0x1p-53;
  return sum * 1.7320508075688772;
}

// `there`: the share of the inputs that are not 0.
template <class T>
std::shared_ptr<const TrainingData<T>> some_data(Index n, Index features, Index outputs,
                                                 bool weighted = false, bool csr = false, double there = 1) {
  struct Table {
    std::vector<T> X, Y, weight;
    std::vector<Index> row_starts;
    std::vector<std::int32_t> columns;
    std::unique_ptr<CsrRows<T>> checked;
  };
  std::mt19937_64 random(7), chance(8);
  auto table = std::make_shared<Table>();
  if (csr) table->row_starts.push_back(0);
  for (Index i = 0; i < n * features; ++i) {
    const T x = T(some_number(random));
    const bool kept = there == 1 || double(chance() >> 11) * 0x1p-53 < there;
    if (kept || !csr) table->X.push_back(kept ? x : T(0));
    if (kept && csr) table->columns.push_back(std::int32_t(i % features));
    if (csr && (i + 1) % features == 0) table->row_starts.push_back(Index(table->X.size()));
  }
  table->Y.resize(std::size_t(n * outputs));
  for (Index i = 0; i < n; ++i)
    table->Y[std::size_t(i * outputs + Index(random() % std::uint64_t(outputs)))] = 1;
  for (Index i = 0; weighted && i < n; ++i) table->weight.push_back(T(1 + random() % 4) / 4);
  if (csr)
    table->checked = std::make_unique<CsrRows<T>>(GivenCsr<T>{table->X.data(),
                                                              {table->columns.data(), false},
                                                              Index(table->X.size()),
                                                              {table->row_starts.data(), true},
                                                              n,
                                                              features});
  const Rows<T> X = csr ? table->checked->all() : Rows<T>{table->X.data(), nullptr, nullptr, n, features},
                Y{table->Y.data(), nullptr, nullptr, n, outputs};
  return std::make_shared<const TrainingData<T>>(X, Y, weighted ? table->weight.data() : nullptr, table);
}

template <class T>
std::unique_ptr<AnyTrainer> some_trainer(const std::vector<Index>& sizes, const std::string& solver,
                                         std::int64_t passes,
                                         const std::shared_ptr<const TrainingData<T>>& data,
                                         Activation activation = Activation::tanh,
                                         Output output = Output::softmax, double tol = 0, double dropout = 0,
                                         Index batch = 200) {
  const std::vector<Activation> activations(sizes.size() - 2, activation);
  auto architecture = std::make_shared<const Architecture>(sizes, activations, output, dropout > 0);
  std::mt19937_64 random(11);
  std::vector<double> initial(std::size_t(architecture->network().n_parameters));
  for (double& p : initial) p = 0.3 * some_number(random);
  const double rate = solver == "adam" ? 0.01 : 0.1;
  const Rules rules{.solver = kSolvers(solver),
                    .schedule = {ScheduleName::constant, rate, 0.5, passes},
                    .alpha = 0.01,
                    .stop = {passes, 10, 15000, tol},
                    .shuffling = {batch, true, 5},
                    .dropout = dropout};
  return std::make_unique<Trainer<T>>(architecture, data, data, initial.data(), rules);
}

}  // namespace moonlet
