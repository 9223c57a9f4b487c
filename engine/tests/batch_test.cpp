// A batch of unlike networks: the same bits on any number of threads, in pieces, alone; it
// stops when told, hands on what is thrown, and its gradient is the loss's slope.
#include "batch.h"

#include <cmath>

#include "check.h"
#include "emulated.h"
#include "some_networks.h"

using namespace moonlet;

namespace {

using Trainers = std::vector<std::unique_ptr<AnyTrainer>>;

Trainers some_batch() {
  Trainers batch;
  const auto two = some_data<double>(601, 3, 2), five = some_data<double>(333, 7, 5);
  const auto narrow = some_data<float>(333, 7, 5);
  for (Index units : {1, 2, 9, 33}) {
    batch.push_back(some_trainer<double>({3, units, 2}, "gd", fewer(300), two));
    batch.push_back(some_trainer<double>({7, units, units + 1, 5}, "lbfgs", fewer(60), five));
    batch.push_back(some_trainer<float>({7, units, units + 1, 5}, "adam", fewer(30), narrow));
    batch.push_back(some_trainer<double>({7, units, 5}, "sgd", fewer(30), five));
    batch.push_back(some_trainer<float>({7, units, units + 1, 5}, "gd", fewer(60), narrow, Activation::tanh,
                                        Output::softmax, 0, 0.2));
  }
  batch.push_back(some_trainer<double>({3, 2}, "lbfgs", fewer(60), two));
  return batch;
}

// One network large enough for a team of threads.
Trainers large_one(const std::string& solver) {
  Trainers batch;
  const auto data = some_data<float>(emulated() ? 600 : 2000, 300, 10);
  batch.push_back(some_trainer<float>({300, fewer<Index>(90), 10}, solver, 3, data));
  return batch;
}

// Passes over all rows: what it takes, and what it can be shared among, depend on shapes alone.
std::unique_ptr<AnyTrainer> idle(const std::vector<Index>& sizes,
                                 const std::shared_ptr<const TrainingData<double>>& data,
                                 const std::shared_ptr<const TrainingData<double>>& watched = nullptr) {
  const std::vector<Activation> activations(sizes.size() - 2, Activation::tanh);
  auto architecture = std::make_shared<const Architecture>(sizes, activations, Output::softmax, false);
  const std::vector<double> initial(std::size_t(architecture->network().n_parameters));
  const Rules rules{.solver = kSolvers("gd"), .schedule = {}, .alpha = 0, .stop = {100, 10, 15000, 0}};
  return std::make_unique<Trainer<double>>(architecture, data, watched, initial.data(), rules);
}

void run(const Trainers& batch, int threads, std::int64_t passes) {
  std::vector<AnyTrainer*> bare;
  for (const auto& one : batch) bare.push_back(one.get());
  run_batch(bare, threads, {.passes = passes}, [](const std::vector<Index>&) { return true; });
}

std::vector<double> parameters(const AnyTrainer& trainer) {
  std::vector<double> values(std::size_t(trainer.n_parameters()));
  trainer.copy_parameters(values.data());
  return values;
}

// Every network judged by rows that all of them share.
Trainers judged_batch(int threads) {
  const auto own = some_data<double>(601, 3, 2), weighted = some_data<double>(601, 3, 2, true);
  const auto held_out = some_data<double>(97, 3, 2, false, true);
  Trainers batch;
  for (Index units = 1; units <= 24; units += emulated() ? 6 : 1) {
    batch.push_back(some_trainer<double>({3, units, 2}, "gd", fewer(100), weighted));
    dynamic_cast<Trainer<double>&>(*batch.back()).judge_by({weighted, own, held_out});
  }
  run(batch, threads, -1);
  return batch;
}

bool same_judgement(const AnyTrainer& a, const AnyTrainer& b) {
  const Judgement &x = a.judgement(), &y = b.judgement();
  return x.passed && y.passed && x.own_loss == y.own_loss && x.held_out_loss == y.held_out_loss &&
         x.held_out_score == y.held_out_score && x.gradient_norm == y.gradient_norm;
}

bool same(const Trainers& a, const Trainers& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (parameters(*a[i]) != parameters(*b[i]) || a[i]->n_iter() != b[i]->n_iter() ||
        a[i]->history().loss != b[i]->history().loss)
      return false;
  return true;
}

}  // namespace

int main() {
  const Trainers wanted = some_batch();
  run(wanted, 1, -1);
  for (const auto& one : wanted) CHECK(one->ended() && std::isfinite(one->loss()));

  for (int threads : {2, 4}) {
    const Trainers again = some_batch();
    run(again, threads, -1);
    CHECK(same(wanted, again));
  }
  const Trainers pieces = some_batch();
  for (int piece = 0; piece < 400; ++piece) run(pieces, 2, 1 + piece % 3);
  CHECK(same(wanted, pieces));

  // Judged on whichever thread: the same.
  const Trainers judged = judged_batch(1);
  for (int threads : {2, 4, kFreeThreads}) {
    const Trainers again = judged_batch(threads);
    for (std::size_t i = 0; i < again.size(); ++i) CHECK(same_judgement(*judged[i], *again[i]));
  }
  CHECK(std::isfinite(judged[0]->judgement().own_loss) && !wanted[0]->judgement().passed);

  // Taken out and put into another, half-way.
  const Trainers before = some_batch(), after = some_batch();
  run(before, 2, emulated() ? 2 : 7);
  for (std::size_t i = 0; i < before.size(); ++i) {
    State out;
    before[i]->fields(out);
    State in(out.bytes());
    after[i]->fields(in);
  }
  run(after, 1, -1);
  CHECK(same(wanted, after));

  // A team of threads on one network gives the bits of one thread.
  for (const char* solver : {"adam", "sgd", "gd"}) {
    const Trainers alone = large_one(solver);
    CHECK(alone[0]->most_threads() > 1);
    run(alone, 1, -1);
    for (int threads : {2, 3}) {
      const Trainers team = large_one(solver);
      run(team, threads, -1);
      CHECK(same(alone, team));
    }
  }

  // The last batch is shorter: one tile where the others are two.
  for (Index rows : {347, 376, 300}) {
    const auto data = some_data<float>(rows, 64, 10);
    Trainers alone, team;
    alone.push_back(some_trainer<float>({64, 100, 10}, "adam", 3, data));
    team.push_back(some_trainer<float>({64, 100, 10}, "adam", 3, data));
    CHECK(alone[0]->most_threads() > 1);
    run(alone, 1, -1);
    run(team, 2, -1);
    CHECK(same(alone, team));
  }

  // Batches that are too little work for two threads are left to one, however many there are in a pass.
  const auto many = some_data<double>(2000, 3, 2);
  for (Index units : {2, 90}) {
    const auto in_batches =
        some_trainer<double>({3, units, 2}, "sgd", 3, many, Activation::tanh, Output::softmax, 0, 0, 300);
    CHECK(in_batches->most_threads() == (units == 2 ? 1 : 2));
  }

  // To watch as many rows as are trained on is one more pass forward: a third of a pass's products, and
  // the functions of all units again, once or twice.
  for (Index units : {1, 300}) {
    const auto wide = some_data<double>(100, 300, 2);
    const double alone = idle({300, units, 2}, wide)->most_work_left({1});
    const double watching = idle({300, units, 2}, wide, wide)->most_work_left({1});
    CHECK(watching > 4.0 / 3 * alone && watching < 2 * alone);
    // Of a twentieth of the inputs: the products of those, and an update of all weights for each batch.
    const auto sparse = some_data<double>(100, 300, 2, false, true, 0.05);
    const double fewer_products = idle({300, units, 2}, sparse)->most_work_left({1});
    CHECK(fewer_products > alone / 20 && fewer_products < alone / 4);
    const auto in_batches_of = [&](Index rows) {
      return some_trainer<double>({300, units, 2}, "sgd", 3, sparse, Activation::tanh, Output::softmax, 0, 0,
                                  rows)
          ->most_work_left({1});
    };
    CHECK(in_batches_of(10) > 1.5 * in_batches_of(100));
  }

  // The gradients of all threads but the first are 64 MB at the most, where those are two or more.
  const auto three_tiles = some_data<double>(720, 3000, 2);
  for (Index units : {100, 2000}) {
    const auto large = idle({3000, units, 2}, three_tiles);
    const int others = large->most_threads() - 1;
    CHECK(others == 1 || (others > 1 && 8e-6 * double(large->n_parameters()) * others <= 64));
  }

  // Told to stop, it stops, and what is left goes on to the same end.
  const auto endless_data = some_data<double>(601, 3, 2);
  Trainers endless;
  for (int i = 0; i < 3; ++i)
    endless.push_back(some_trainer<double>({3, 20, 2}, "gd", 2000000000, endless_data));
  std::vector<AnyTrainer*> bare;
  for (const auto& one : endless) bare.push_back(one.get());
  int polls = 0;
  run_batch(bare, 2, {}, [&](const std::vector<Index>&) { return ++polls < 3; });
  CHECK(!endless[0]->ended() && endless[0]->n_iter() > 0);

  // Told how long, each trainer ends a pass or more and comes back. What it was told to stop in may
  // have been the validation of a pass that n_iter counts already.
  const auto passes_before = endless[0]->validation_losses().size();
  run_batch(bare, 2, {.seconds = 0.005}, [](const std::vector<Index>&) { return true; });
  CHECK(!endless[0]->ended() && endless[0]->validation_losses().size() > passes_before);

  bool thrown = false;
  try {
    run_batch(bare, 2, {}, [](const std::vector<Index>&) -> bool { throw std::runtime_error("poll"); });
  } catch (const std::runtime_error&) { thrown = true; }
  CHECK(thrown);

  // Sizes that overflow are refused before anything is allocated.
  for (Index huge : {Index(1) << 40, Index(1) << 61}) {
    bool refused = false;
    try {
      some_trainer<double>({huge, huge, 2}, "gd", 1, endless_data);
    } catch (const std::bad_alloc&) { refused = true; }
    CHECK(refused);
  }
}
