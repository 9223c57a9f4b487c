// Networks, tables and batches of random shapes: no access outside of their memory (this runs under
// the sanitizers), and the same bits on one thread, on three, in pieces, and from rows in CSR, which are
// taken as they are where they are few among zeros, and else made dense.
#include "batch.h"
#include "check.h"
#include "emulated.h"
#include "some_networks.h"

using namespace moonlet;

namespace {

// The most weights times rows where the processor is emulated: 163 of the 260 shapes have no more.
constexpr Index kMostEmulated = 300000;

// One of the numbers, chosen with the edges of lanes, blocks and tiles in mind.
Index one_of(std::mt19937_64& random, const std::vector<Index>& numbers) {
  return numbers[std::size_t(random() % numbers.size())];
}

template <class T>
struct Shape {
  std::vector<Index> sizes;
  Index rows, batch;
  std::string solver;
  Activation activation;
  Output output;
  bool weighted;
  double dropout, there;
  std::shared_ptr<const TrainingData<T>> data, in_csr;

  // `wide`: so many inputs and rows that most batches are shared by inputs.
  Shape(std::mt19937_64& random, bool wide) {
    const Index lane = 64 / Index(sizeof(T));
    sizes.push_back(one_of(random, {1, 2, 3, 4, 5, 17, 64, 300, 512}));
    for (Index layers = Index(random() % 4); layers > 0; --layers)
      sizes.push_back(one_of(random, {1, 2, 6, 7, 8, lane - 1, lane, lane + 1, 3 * lane, 50, 100}));
    output = std::vector{Output::softmax, Output::sigmoid, Output::identity}[std::size_t(random() % 3)];
    sizes.push_back(one_of(random, {2, 3, 7, lane, lane + 3}));
    rows = one_of(random, {1, 2, lane, lane + 1, 12 * lane, 100, 30 * lane, 30 * lane + 1, 347, 700, 1500});
    batch = std::min(rows, one_of(random, {1, lane, lane + 3, 100, 200, 30 * lane + 5, 61 * lane}));
    solver = std::vector<std::string>{"gd", "sgd", "adam", "lbfgs"}[std::size_t(random() % 4)];
    activation = std::vector{Activation::tanh, Activation::relu, Activation::gelu}[std::size_t(random() % 3)];
    weighted = random() % 2 == 0;
    dropout = solver != "lbfgs" && random() % 3 == 0 ? 0.3 : 0.0;
    if (batch < 8 && rows > 100) batch = 8;  // minutes otherwise
    if (wide) make_wide(random);
    there = std::vector{0.01, 0.1, 0.2, 1.0}[std::size_t(random() % 4)];
  }

  void make_data() {
    data = some_data<T>(rows, sizes.front(), sizes.back(), weighted, false, there);
    in_csr = some_data<T>(rows, sizes.front(), sizes.back(), weighted, true, there);
  }

  Index work() const {
    Index weights = 0;
    for (std::size_t i = 1; i < sizes.size(); ++i) weights += sizes[i - 1] * sizes[i];
    return weights * rows;
  }

  void make_wide(std::mt19937_64& random) {
    const Index lane = 64 / Index(sizeof(T));
    sizes.front() = one_of(random, {257, 256 + lane - 1, 256 + lane + 1, 300, 513});
    if (sizes.size() == 2) sizes.insert(sizes.begin() + 1, one_of(random, {1, 40}));
    solver = random() % 2 == 0 ? "sgd" : "adam";
    rows = one_of(random, {347, 700});
    batch = std::min(rows, one_of(random, {200, 12 * lane, 30 * lane, 30 * lane + 1}));
  }

  std::unique_ptr<AnyTrainer> trainer(bool csr = false) const {
    return some_trainer<T>(sizes, solver, 3, csr ? in_csr : data, activation, output, 0, dropout, batch);
  }

  void print() const {
    std::fprintf(stderr, "%zu bytes, %s, %td rows in batches of %td, layers", sizeof(T), solver.c_str(), rows,
                 batch);
    for (Index size : sizes) std::fprintf(stderr, " %td", size);
    std::fprintf(stderr, ", weighted %d, dropout %g, of the inputs %g\n", int(weighted), dropout, there);
  }
};

std::vector<double> trained(std::unique_ptr<AnyTrainer> trainer, int threads, bool in_pieces) {
  AnyTrainer* bare = trainer.get();
  const Budget budget{.passes = in_pieces ? 1 : -1};
  while (!trainer->ended())
    run_batch({bare}, threads, budget, [](const std::vector<Index>&) { return true; });
  std::vector<double> values(std::size_t(trainer->n_parameters()));
  trainer->copy_parameters(values.data());
  values.insert(values.end(), trainer->history().loss.begin(), trainer->history().loss.end());
  return values;
}

template <class T>
void random_shapes(unsigned seed, int count, bool wide) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < count; ++i) {
    Shape<T> shape(random, wide);
    if (emulated() && shape.work() > kMostEmulated) continue;
    shape.make_data();
    const std::vector<double> alone = trained(shape.trainer(), 1, false);
    const bool same =
        alone == trained(shape.trainer(), 3, false) && alone == trained(shape.trainer(), 2, true) &&
        alone == trained(shape.trainer(true), 1, false) && alone == trained(shape.trainer(true), 2, true);
    if (!same) shape.print();
    CHECK(same);
  }
}

}  // namespace

int main() {
  random_shapes<float>(1, 100, false);
  random_shapes<double>(2, 100, false);
  random_shapes<float>(3, 30, true);
  random_shapes<double>(4, 30, true);
}
