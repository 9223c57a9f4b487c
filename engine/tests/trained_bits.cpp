// Prints a hash of the bits of some trained networks, of their losses on the way, and of what their solvers
// keep to go on from, as it is written.
//
// Machines with a fused multiply-add promise the same lines: `make elsewhere-test` compares them.
#include <bit>
#include <cstdio>

#include "check.h"
#include "some_networks.h"

using namespace moonlet;

namespace {

// FNV-1a (Fowler, Noll & Vo 1991).
unsigned long long hash_of(const std::string& bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

unsigned long long hash_of(const std::vector<double>& values) {
  std::string bytes;  // the lowest first
  for (double value : values)
    for (int shift = 0; shift < 64; shift += 8)
      bytes += char(std::bit_cast<std::uint64_t>(value) >> shift & 255);
  return hash_of(bytes);
}

void show(const std::string& name, const std::unique_ptr<AnyTrainer>& trainer) {
  run_batch({trainer.get()}, 2, {}, [](const std::vector<Index>&) { return true; });
  CHECK(trainer->ended());
  std::vector<double> parameters(std::size_t(trainer->n_parameters()));
  trainer->copy_parameters(parameters.data());
  State kept;
  trainer->solver_fields(kept);
  std::printf("%-32s weights %016llx  losses %016llx  solver %016llx  passes %lld\n", name.c_str(),
              hash_of(parameters), hash_of(trainer->history().loss), hash_of(kept.bytes()),
              static_cast<long long>(trainer->n_iter()));
}

template <class T>
void show_all(const std::string& precision) {
  const auto two = some_data<T>(601, 3, 2), five = some_data<T>(333, 7, 5);
  const auto weighted = some_data<T>(301, 4, 2, true), wide = some_data<T>(900, 100, 10);
  for (const char* solver : {"gd", "lbfgs", "sgd", "adam"}) {
    const std::string start = precision + " " + solver + " ";
    show(start + "3-1-2", some_trainer<T>({3, 1, 2}, solver, 100, two));
    show(start + "3-20-2", some_trainer<T>({3, 20, 2}, solver, 100, two));
    show(start + "3-9-2", some_trainer<T>({3, 9, 2}, solver, 100, two));
    show(start + "7-9-10-5", some_trainer<T>({7, 9, 10, 5}, solver, 60, five));
    show(start + "4-33-2 weighted", some_trainer<T>({4, 33, 2}, solver, 60, weighted));
    show(start + "7-9-5 logistic", some_trainer<T>({7, 9, 5}, solver, 60, five, Activation::logistic));
    show(start + "7-9-5 relu, values",
         some_trainer<T>({7, 9, 5}, solver, 60, five, Activation::relu, Output::identity));
    show(start + "7-9-5 sigmoids",
         some_trainer<T>({7, 9, 5}, solver, 60, five, Activation::tanh, Output::sigmoid));
    if (solver != std::string("lbfgs"))
      show(start + "7-9-10-5 dropout",
           some_trainer<T>({7, 9, 10, 5}, solver, 60, five, Activation::gelu, Output::softmax, 0, 0.3));
    show(start + "100-60-10 relu", some_trainer<T>({100, 60, 10}, solver, 5, wide, Activation::relu));
  }
}

}  // namespace

int main() {
  show_all<double>("64 bit");
  show_all<float>("32 bit");
}
