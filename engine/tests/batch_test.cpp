// A batch of unlike networks: the same bits on any number of threads, in pieces, alone; it
// stops when told, hands on what is thrown, and its gradient is the loss's slope.
#include "batch.h"

#include <cmath>
#include <random>

#include "check.h"

using namespace moonlet;

namespace {

std::shared_ptr<const TrainingData<double>> some_data(Index n, Index features, Index classes) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> X(std::size_t(n * features)), Y(std::size_t(n * classes));
  for (double& x : X) x = normal(random);
  for (Index i = 0; i < n; ++i) Y[std::size_t(i * classes + Index(random() % std::uint64_t(classes)))] = 1;
  return std::make_shared<const TrainingData<double>>(X.data(), Y.data(), nullptr, n, features, classes);
}

std::unique_ptr<Trainer<double>> some_trainer(const std::vector<Index>& sizes, const std::string& solver,
                                              std::int64_t passes,
                                              const std::shared_ptr<const TrainingData<double>>& data) {
  const std::vector<Activation> activations(sizes.size() - 2, Activation::tanh);
  auto architecture = std::make_shared<const Architecture>(sizes, activations, Output::softmax);
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal(0, 0.5);
  std::vector<double> initial(std::size_t(architecture->network().n_parameters));
  for (double& p : initial) p = normal(random);
  return std::make_unique<Trainer<double>>(architecture, data, initial.data(),
                                           Rules{solver, 0.5, 0.01, {passes, 10, 15000, 0}});
}

using Batch = std::vector<std::unique_ptr<Trainer<double>>>;

Batch some_batch() {
  Batch batch;
  const auto two = some_data(601, 3, 2), five = some_data(333, 7, 5);
  for (Index units : {1, 2, 9, 33}) {
    batch.push_back(some_trainer({3, units, 2}, "gd", 300, two));
    batch.push_back(some_trainer({7, units, units + 1, 5}, "lbfgs", 60, five));
  }
  batch.push_back(some_trainer({3, 2}, "lbfgs", 60, two));
  return batch;
}

void run(const Batch& batch, int threads, std::int64_t passes) {
  std::vector<Trainer<double>*> bare;
  for (const auto& one : batch) bare.push_back(one.get());
  run_batch<double>(bare, threads, passes, [](const std::vector<Index>&) { return true; });
}

bool same(const Batch& a, const Batch& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    for (Index k = 0; k < a[i]->n_parameters(); ++k)
      if (a[i]->parameters()[k] != b[i]->parameters()[k] || a[i]->n_iter() != b[i]->n_iter()) return false;
  return true;
}

}  // namespace

int main() {
  const Batch wanted = some_batch();
  run(wanted, 1, -1);
  for (const auto& one : wanted) CHECK(one->ended() && std::isfinite(one->loss()));

  for (int threads : {2, 4}) {
    const Batch again = some_batch();
    run(again, threads, -1);
    CHECK(same(wanted, again));
  }
  const Batch pieces = some_batch();
  for (int piece = 0; piece < 400; ++piece) run(pieces, 2, 1 + piece % 3);
  CHECK(same(wanted, pieces));

  // Told to stop, it stops, and what is left goes on to the same end.
  const auto endless_data = some_data(601, 3, 2);
  Batch endless;
  for (int i = 0; i < 3; ++i) endless.push_back(some_trainer({3, 20, 2}, "gd", 2000000000, endless_data));
  std::vector<Trainer<double>*> bare;
  for (const auto& one : endless) bare.push_back(one.get());
  int polls = 0;
  run_batch<double>(bare, 2, -1, [&](const std::vector<Index>&) { return ++polls < 3; });
  CHECK(!endless[0]->ended() && endless[0]->n_iter() > 0);

  bool thrown = false;
  try {
    run_batch<double>(bare, 2, -1,
                      [](const std::vector<Index>&) -> bool { throw std::runtime_error("poll"); });
  } catch (const std::runtime_error&) { thrown = true; }
  CHECK(thrown);

  // Sizes that overflow are refused before anything is allocated.
  for (Index huge : {Index(1) << 40, Index(1) << 61}) {
    bool refused = false;
    try {
      some_trainer({huge, huge, 2}, "gd", 1, endless_data);
    } catch (const std::bad_alloc&) { refused = true; }
    CHECK(refused);
  }
}
