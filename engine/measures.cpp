// What Python may ask of a network without training it: loss and gradient, a start; and single
// functions and shuffles, for the tests.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>

#include "bindings.h"
#include "judgement.h"
#include "mersenne.h"
#include "names.h"
#include "random.h"

namespace moonlet {
namespace {

constexpr Names<Function, 13> kFunctions{"function",
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

template <class T>
nb::typed<nb::tuple, double, NewArray<1>> loss_and_gradient(const PyArchitecture& network,
                                                            Vector<double> parameters, const PyData<T>& data,
                                                            double alpha, double dropout, std::uint64_t seed,
                                                            std::int64_t epoch) {
  expect(Index(parameters.size()) == network.shared->network().n_parameters,
         "parameters have the wrong length");
  Objective<T> objective(network.shared, data.shared, alpha, {dropout, seed});
  Buffer<T> p(objective.length()), g(objective.length());
  for (std::size_t i = 0; i < parameters.size(); ++i) p[Index(i)] = T(parameters.data()[i]);
  double loss;
  {
    const WithoutGil without_gil;
    const ThreadsInUse used(1);
    loss = OneThread<T>().evaluate(objective, p, g, epoch).loss;
  }
  std::vector<double> gradient(g.data(), g.data() + parameters.size());
  return nb::make_tuple(loss, array_of(gradient));
}

// Where a network starts, and the seed of its shuffles, drawn after.
nb::typed<nb::tuple, NewArray<1>, std::uint32_t> draw_start(const PyArchitecture& architecture,
                                                            const std::vector<double>& scales, bool normal,
                                                            std::uint32_t random_state) {
  constexpr Index many_parameters = 100000;           // half a millisecond
  constexpr std::uint32_t largest_seed = 0x7ffffffe;  // randint's own largest number is not drawn
  const Network& network = architecture.shared->network();
  expect(Index(scales.size()) == network.n_layers, "there must be a scale for each layer");
  std::vector<double> parameters(std::size_t(network.n_parameters));
  Mersenne random(random_state);
  std::optional<WithoutGil> without_gil;
  if (network.n_parameters > many_parameters) without_gil.emplace();
  for (Index l = 0; l < network.n_layers; ++l) {
    const Layer& layer = network.layers[l];
    const double scale = scales[std::size_t(l)];
    const Index end = normal ? layer.biases : layer.biases + layer.fan_out;
    for (Index i = layer.weights; i < end; ++i)
      parameters[std::size_t(i)] = normal ? random.normal() / scale : random.uniform(-scale, scale);
  }
  without_gil.reset();
  return nb::make_tuple(array_of(parameters), random.up_to(largest_seed));
}

template <class T>
void bind(nb::module_& module) {
  module.def("loss_and_gradient", loss_and_gradient<T>, nb::arg("network"), nb::arg("parameters"),
             nb::arg("data"), nb::arg("alpha"), nb::arg("dropout"), nb::arg("seed"), nb::arg("epoch"));
  // One of the level's functions, element by element, for the tests of its error bound.
  module.def(
      "apply_function",
      [](const std::string& name, Vector<T> x) {
        const Function function = kFunctions(name);
        Buffer<T> in(padded<T>(Index(x.size()))), out(in.size());
        std::copy_n(x.data(), x.size(), in.data());
        kernels<T>().apply(function, in.size(), in.data(), out.data());
        T* copy = new T[x.size()];
        std::copy_n(out.data(), x.size(), copy);
        return NewArray<1, T>(copy, {x.size()}, owner_of(copy));
      },
      nb::arg("name"), nb::arg("x").noconvert());
}

}  // namespace

void bind_measures(nb::module_& module) {
  bind<double>(module);
  bind<float>(module);
  module.def(
      "log_losses",
      [](Vector<double> probabilities) {
        std::vector<double> losses(probabilities.size());
        std::transform(probabilities.data(), probabilities.data() + probabilities.size(), losses.begin(),
                       clipped_log_loss);
        return array_of(losses);
      },
      nb::arg("probabilities"));
  module.def("draw_start", draw_start, nb::arg("network"), nb::arg("scales"), nb::arg("normal"),
             nb::arg("random_state"));
  // The rows' order in an epoch, as the stochastic solvers take them.
  module.def(
      "shuffled_rows",
      [](Index n, std::uint64_t seed, std::uint64_t epoch) {
        auto* order = new std::uint32_t[std::size_t(n)];
        shuffle_rows(seed, epoch, n, order);
        return NewArray<1, std::uint32_t>(order, {std::size_t(n)}, owner_of(order));
      },
      nb::arg("n"), nb::arg("seed"), nb::arg("epoch"));
}

}  // namespace moonlet
