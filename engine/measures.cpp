// What Python may ask of a network without training it: loss and gradient, a start; and single
// functions and shuffles, for the tests.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>

#include "apply.h"
#include "bindings.h"
#include "judgement.h"
#include "random.h"
#include "start.h"
#include "toys.h"

namespace moonlet {
namespace {

template <class T>
nb::typed<nb::tuple, double, NewArray<1>> loss_and_gradient(const PyArchitecture& network,
                                                            Vector<double> parameters, const PyData<T>& data,
                                                            double alpha, double l1_ratio, double dropout,
                                                            std::uint64_t seed, std::int64_t epoch) {
  expect(Index(parameters.size()) == network.shared->network().n_parameters,
         "parameters have the wrong length");
  Objective<T> objective(network.shared, data.shared, Penalty::of(alpha, l1_ratio), {dropout, seed});
  Buffer<T> p(objective.length()), g(objective.length());
  for (std::size_t i = 0; i < parameters.size(); ++i) p[Index(i)] = T(parameters.data()[i]);
  double loss;
  {
    const WithoutGil without_gil;
    const ThreadsInUse used(1);
    const Evaluation found = OneThread<T>().evaluate(objective, p, g, epoch);
    loss = found.loss;
    if (found.cost > 0)
      kernels<T>().least_gradient(p.size(), p.data(), objective.penalised(), T(found.cost), g.data(),
                                  g.data());
  }
  std::vector<double> gradient(g.data(), g.data() + parameters.size());
  return nb::make_tuple(loss, array_of(gradient));
}

// Where a network starts, and the seed of its shuffles, drawn after.
nb::typed<nb::tuple, NewArray<1>, std::uint32_t> start(const PyArchitecture& architecture,
                                                       const std::vector<double>& scales, bool normal,
                                                       std::uint32_t random_state) {
  constexpr Index many_parameters = 100000;  // half a millisecond
  const Network& network = architecture.shared->network();
  expect(Index(scales.size()) == network.n_layers, "there must be a scale for each layer");
  Mersenne random(random_state);
  std::optional<WithoutGil> without_gil;
  if (network.n_parameters > many_parameters) without_gil.emplace();
  const std::vector<double> parameters = draw_start(network, {scales, normal}, random);
  without_gil.reset();
  return nb::make_tuple(array_of(parameters), draw_shuffle_seed(random));
}

// A toy set, drawn from the state of a RandomState; and the state after it.
nb::typed<nb::tuple, NewArray<2>, NewArray<1>, NewArray<1, std::uint32_t>, std::uint32_t, bool, double>
draw_toy(const std::string& name, Index n_samples, double noise, Index n_classes, Vector<std::uint32_t> words,
         std::uint32_t position, bool has_other, double other) {
  expect(n_samples >= 2 && n_classes >= 2 && noise >= 0, "too few samples or classes, or noise below 0");
  expect(words.size() == Mersenne::kWords && position <= Mersenne::kWords,
         "this is no state of a RandomState");
  Mersenne::Told told{{}, position, has_other, other};
  std::copy_n(words.data(), Mersenne::kWords, told.words.data());
  Mersenne random(told);
  const ToyPoints points = kToys(name).draw({n_samples, noise, n_classes}, random);
  told = random.told();
  double* const X = new double[points.X.size()];
  std::copy(points.X.begin(), points.X.end(), X);
  auto* const left = new std::uint32_t[Mersenne::kWords];
  std::copy(told.words.begin(), told.words.end(), left);
  return nb::make_tuple(NewArray<2>(X, {points.y.size(), 2}, owner_of(X)), array_of(points.y),
                        NewArray<1, std::uint32_t>(left, {Mersenne::kWords}, owner_of(left)), told.position,
                        told.has_other, told.other);
}

template <class T>
void bind(nb::module_& module) {
  module.def("loss_and_gradient", loss_and_gradient<T>, nb::arg("network"), nb::arg("parameters"),
             nb::arg("data"), nb::arg("alpha"), nb::arg("l1_ratio"), nb::arg("dropout"), nb::arg("seed"),
             nb::arg("epoch"));
  // One of the engine's functions, element by element.
  module.def(
      "apply_function",
      [](const std::string& name, Vector<T> x) {
        auto values = std::make_unique<T[]>(x.size());
        apply_function(name, Index(x.size()), x.data(), values.get());
        T* const kept = values.release();
        return NewArray<1, T>(kept, {x.size()}, owner_of(kept));
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
  // How wide each layer is drawn by a scheme, and whether its numbers are normal.
  module.def(
      "start_scales",
      [](const PyArchitecture& network, const std::string& init) {
        StartScales scales = start_scales(network.shared->network(), init);
        return std::pair(std::move(scales.of_layer), scales.normal);
      },
      nb::arg("network"), nb::arg("init"));
  module.def("draw_start", start, nb::arg("network"), nb::arg("scales"), nb::arg("normal"),
             nb::arg("random_state"));
  module.def("draw_toy", draw_toy, nb::arg("name"), nb::arg("n_samples"), nb::arg("noise"),
             nb::arg("n_classes"), nb::arg("words"), nb::arg("position"), nb::arg("has_other"),
             nb::arg("other"));
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
