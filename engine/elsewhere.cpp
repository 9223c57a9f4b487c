// A training on rows of other machines: what it asks for, and what each of those says of its rows.
#include <nanobind/stl/pair.h>

#include "bindings.h"
#include "py_trainer.h"

namespace moonlet {
namespace {

// The sums, over the rows, of the weighted losses, the weights, and the gradients: in one order, however
// many threads there are.
template <class T>
nb::typed<nb::tuple, double, double, NewArray<1, T>> sums(const PyArchitecture& network,
                                                          const PyData<T>& data, Vector<T> parameters,
                                                          int n_threads) {
  const std::size_t n = std::size_t(network.shared->network().n_parameters);
  expect(parameters.size() == n, "parameters have the wrong length");
  expect(n_threads >= 1, "n_threads must be 1 or more");
  auto gradient = std::make_unique<T[]>(n);
  Evaluation found;
  {
    const WithoutGil without_gil;
    Objective<T> objective(network.shared, data.shared, {});
    objective.sum_up();
    Buffer<T> p(objective.length()), g(objective.length());
    std::copy_n(parameters.data(), n, p.data());
    const int wanted = int(std::min<Index>(n_threads, objective.most_shards(0)));
    const ThreadsInUse used(wanted);
    Seats seats;
    Team team(wanted, seats);
    Scratch<T> scratch(team);
    objective.reserve(scratch, 0);
    objective.evaluate(p.data(), g.data(), scratch, Control{}, found);
    std::copy_n(g.data(), n, gradient.get());
  }
  T* const kept = gradient.release();
  return nb::make_tuple(found.loss, data.shared->total_weight(), NewArray<1, T>(kept, {n}, owner_of(kept)));
}

// Goes on to where it must know more of rows elsewhere: the point at which their sums are asked for, or None
// where training has ended.
nb::object ask(PyTrainer& self) {
  const Claim claim({&self});
  expect(self.asks, "this network's rows are here: train it");
  {
    const WithoutGil without_gil;
    const ThreadsInUse used(1);
    Seats seats;
    Workplace workplace(1, seats);
    self.trainer->run({}, Control{}, workplace);
  }
  if (self.trainer->ended()) return nb::none();
  const auto copy = [&]<class T>(const Trainer<T>& trainer) {
    const std::size_t n = std::size_t(trainer.n_parameters());
    auto point = std::make_unique<T[]>(n);
    std::copy_n(trainer.objective().data().elsewhere()->asked(), n, point.get());
    T* const kept = point.release();
    return nb::cast(NewArray<1, T>(kept, {n}, owner_of(kept)));
  };
  if (const auto* single = dynamic_cast<const Trainer<float>*>(self.trainer.get())) return copy(*single);
  return copy(dynamic_cast<const Trainer<double>&>(*self.trainer));
}

template <class T>
void tell(PyTrainer& self, double loss, double weight, Vector<T> gradient) {
  const Claim claim({&self});
  auto* trainer = dynamic_cast<Trainer<T>*>(self.trainer.get());
  expect(trainer, "gradient and trainer differ in their type");
  expect(self.asks && trainer->objective().data().elsewhere()->asked(), "nothing was asked");
  expect(Index(gradient.size()) == trainer->n_parameters(), "the gradient has the wrong length");
  trainer->objective().data().elsewhere()->tell(trainer->n_parameters(), gradient.data(), {loss, weight});
}

template <class T>
void bind(nb::module_& module, const char* name) {
  nb::class_<PyElsewhere<T>>(module, name)
      .def(
          "__init__",
          [](PyElsewhere<T>* self, Index n_rows, Index n_inputs, Index n_outputs) {
            expect(n_rows > 0, "there are no rows");
            new (self) PyElsewhere<T>{std::make_shared<const TrainingData<T>>(
                n_rows, n_inputs, n_outputs, std::make_shared<Elsewhere<T>>())};
          },
          nb::arg("n_rows"), nb::arg("n_inputs"), nb::arg("n_outputs"));
  module.def("tell", tell<T>, nb::arg("trainer"), nb::arg("loss"), nb::arg("weight"),
             nb::arg("gradient").noconvert());
  module.def("sums", sums<T>, nb::arg("network"), nb::arg("data"), nb::arg("parameters").noconvert(),
             nb::arg("n_threads"));
}

}  // namespace

void bind_elsewhere(nb::module_& module) {
  bind<double>(module, "RowsElsewhere64");
  bind<float>(module, "RowsElsewhere32");
  module.def("ask", ask, nb::arg("trainer"));
}

}  // namespace moonlet
