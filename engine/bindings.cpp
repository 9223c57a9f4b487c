// The only file that knows Python.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <optional>

#include "batch.h"

namespace nb = nanobind;
using namespace moonlet;

using Matrix = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Vector = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Listener = nb::typed<nb::callable, void(std::vector<Index>)>;
template <int dimensions>
using NewArray = nb::ndarray<nb::numpy, double, nb::ndim<dimensions>>;

namespace {

template <class Enum>
Enum named(const char* what, const std::string& name,
           std::initializer_list<std::pair<const char*, Enum>> all) {
  for (const auto& [known, value] : all)
    if (name == known) return value;
  throw std::invalid_argument(std::string("unknown ") + what + ": " + name);
}

Activation activation_named(const std::string& name) {
  return named<Activation>("activation", name,
                           {{"identity", Activation::identity},
                            {"logistic", Activation::logistic},
                            {"tanh", Activation::tanh},
                            {"relu", Activation::relu}});
}

Output output_named(const std::string& name) {
  return named<Output>(
      "output", name,
      {{"identity", Output::identity}, {"sigmoid", Output::sigmoid}, {"softmax", Output::softmax}});
}

std::optional<std::string> reason(Status status) {
  switch (status) {
    case Status::converged: return "converged";
    case Status::max_iter: return "max_iter";
    case Status::diverged: return "diverged";
    case Status::going_on:
    case Status::held: break;
  }
  return std::nullopt;
}

NewArray<1> array_of(const double* values, std::size_t n) {
  double* copy = new double[n];
  std::copy_n(values, n, copy);
  return {copy, {n}, nb::capsule(copy, [](void* p) noexcept { delete[] static_cast<double*>(p); })};
}

// Shapes that nanobind cannot check by itself.
void expect(bool fits, const char* message) {
  if (!fits) throw std::invalid_argument(message);
}

struct PyArchitecture {
  std::shared_ptr<const Architecture> shared;
};
struct PyData {
  std::shared_ptr<const TrainingData<double>> shared;
};
struct PyTrainer {
  std::unique_ptr<Trainer<double>> trainer;
  std::atomic<bool> busy{false};
};

// Holds every trainer of a run, so that no other Python thread touches one meanwhile.
class Claim {
 public:
  explicit Claim(const std::vector<PyTrainer*>& trainers) {
    for (PyTrainer* one : trainers) {
      if (one->busy.exchange(true)) {
        release();
        throw std::invalid_argument("a trainer is in this call twice, or another thread is running it");
      }
      held_.push_back(one);
    }
  }
  ~Claim() { release(); }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  void release() {
    for (PyTrainer* one : held_) one->busy = false;
    held_.clear();
  }
  std::vector<PyTrainer*> held_;
};

void train(const std::vector<PyTrainer*>& trainers, int n_threads, std::int64_t passes,
           const std::optional<Listener>& on_finished) {
  const Claim claim(trainers);
  std::vector<Trainer<double>*> bare;
  for (PyTrainer* one : trainers) bare.push_back(one->trainer.get());
  const auto poll = [&](const std::vector<Index>& ended) {
    const nb::gil_scoped_acquire with_gil;
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (on_finished && !ended.empty()) (*on_finished)(nb::cast(ended));
    return true;
  };
  const nb::gil_scoped_release without_gil;
  run_batch<double>(bare, n_threads, passes, poll);
}

nb::typed<nb::tuple, double, NewArray<1>> loss_and_gradient(const PyArchitecture& network, Vector parameters,
                                                            const PyData& data, double alpha) {
  const Objective<double> objective(network.shared, data.shared, alpha);
  expect(Index(parameters.size()) == objective.network().n_parameters, "parameters have the wrong length");
  Buffer<double> p(objective.length()), g(objective.length()), workspace(objective.workspace());
  std::copy_n(parameters.data(), parameters.size(), p.data());
  Evaluation<double> result;
  {
    const nb::gil_scoped_release without_gil;
    objective.evaluate(p.data(), g.data(), workspace.data(), Control{}, result);
  }
  return nb::make_tuple(result.loss, array_of(g.data(), parameters.size()));
}

NewArray<2> predict(const PyArchitecture& architecture, Vector parameters, Matrix X) {
  const Network& network = architecture.shared->network();
  expect(Index(parameters.size()) == network.n_parameters, "parameters have the wrong length");
  expect(Index(X.shape(1)) == network.n_inputs(), "X has the wrong number of features");
  const Index n_rows = Index(X.shape(0)), n_inputs = network.n_inputs(), n_outputs = network.n_outputs();
  auto out = std::make_unique<double[]>(std::size_t(checked_product(n_rows, n_outputs)));
  {
    const nb::gil_scoped_release without_gil;
    const Tiling<double> tiling(n_rows);
    const Index widest = n_rows > 0 ? tiling.widest() : 0;
    Buffer<double> columns(checked_product(n_inputs, widest)), outputs(checked_product(n_outputs, widest));
    Buffer<double> workspace(workspace_size<double>(network, widest));
    for (Index t = 0; t < tiling.tiles; ++t) {
      const Index begin = tiling.begin(t), stride = tiling.stride(t),
                  count = std::min(stride, n_rows - begin);
      transpose_rows(X.data(), begin, count, n_inputs, stride, columns.data());
      const Tile<double> tile{columns.data(), nullptr, nullptr, stride, true};
      kernels<double>().tile_outputs(network, parameters.data(), tile, workspace.data(), outputs.data());
      for (Index r = 0; r < count; ++r)
        for (Index i = 0; i < n_outputs; ++i)
          out[std::size_t((begin + r) * n_outputs + i)] = outputs[i * stride + r];
    }
  }
  double* values = out.release();
  return {values, {std::size_t(n_rows), std::size_t(n_outputs)}, nb::capsule(values, [](void* p) noexcept {
            delete[] static_cast<double*>(p);
          })};
}

// One of the level's functions, element by element, for the tests of its error bound.
NewArray<1> apply_function(const std::string& name, Vector x) {
  const int function = named<int>("function", name, {{"exp", 0}, {"tanh", 1}, {"logistic", 2}, {"log1p", 3}});
  Buffer<double> in(padded<double>(Index(x.size()))), out(in.size());
  std::copy_n(x.data(), x.size(), in.data());
  kernels<double>().apply(function, in.size(), in.data(), out.data());
  return array_of(out.data(), x.size());
}

}  // namespace

NB_MODULE(_core, module) {
  module.doc() = "The compiled core. Use it through moonlet.engine.";

  nb::class_<PyArchitecture>(module, "Network")
      .def(
          "__init__",
          [](PyArchitecture* self, const std::vector<Index>& sizes,
             const std::vector<std::string>& activations, const std::string& output) {
            std::vector<Activation> kinds;
            for (const std::string& name : activations) kinds.push_back(activation_named(name));
            new (self)
                PyArchitecture{std::make_shared<const Architecture>(sizes, kinds, output_named(output))};
          },
          nb::arg("layer_sizes"), nb::arg("activations"), nb::arg("output"));

  nb::class_<PyData>(module, "TrainingData")
      .def(
          "__init__",
          [](PyData* self, Matrix X, Matrix targets, std::optional<Vector> weight) {
            expect(X.shape(0) > 0, "there are no rows");
            expect(X.shape(0) == targets.shape(0), "X and targets differ in their number of rows");
            expect(!weight || weight->shape(0) == X.shape(0),
                   "X and sample_weight differ in their number of rows");
            new (self) PyData{std::make_shared<const TrainingData<double>>(
                X.data(), targets.data(), weight ? weight->data() : nullptr, Index(X.shape(0)),
                Index(X.shape(1)), Index(targets.shape(1)))};
          },
          nb::arg("X"), nb::arg("targets"), nb::arg("sample_weight").none());

  nb::class_<PyTrainer>(module, "Trainer")
      .def(
          "__init__",
          [](PyTrainer* self, const PyArchitecture& network, const PyData& data, Vector initial,
             const std::string& solver, double learning_rate_init, double alpha, std::int64_t max_iter,
             double tol, std::int64_t n_iter_no_change, std::int64_t max_fun) {
            expect(Index(initial.size()) == network.shared->network().n_parameters,
                   "parameters have the wrong length");
            const Rules rules{solver, learning_rate_init, alpha, {max_iter, n_iter_no_change, max_fun, tol}};
            new (self) PyTrainer{
                std::make_unique<Trainer<double>>(network.shared, data.shared, initial.data(), rules)};
          },
          nb::arg("network"), nb::arg("data"), nb::arg("initial_parameters"), nb::arg("solver"),
          nb::arg("learning_rate_init"), nb::arg("alpha"), nb::arg("max_iter"), nb::arg("tol"),
          nb::arg("n_iter_no_change"), nb::arg("max_fun"))
      .def("parameters",
           [](const PyTrainer& self) {
             return array_of(self.trainer->parameters().data(), std::size_t(self.trainer->n_parameters()));
           })
      .def("n_iter", [](const PyTrainer& self) { return self.trainer->n_iter(); })
      .def("loss", [](const PyTrainer& self) { return self.trainer->loss(); })
      .def("seconds", [](const PyTrainer& self) { return self.trainer->seconds(); })
      .def("stop_reason", [](const PyTrainer& self) { return reason(self.trainer->status()); })
      .def("loss_curve",
           [](const PyTrainer& self) {
             return array_of(self.trainer->history().loss.data(), self.trainer->history().loss.size());
           })
      .def("gradient_norm_curve", [](const PyTrainer& self) {
        return array_of(self.trainer->history().gradient_norm.data(),
                        self.trainer->history().gradient_norm.size());
      });

  module.def("train", train, nb::arg("trainers"), nb::arg("n_threads"), nb::arg("max_passes"),
             nb::arg("on_finished").none());
  module.def("loss_and_gradient", loss_and_gradient, nb::arg("network"), nb::arg("parameters"),
             nb::arg("data"), nb::arg("alpha"));
  module.def("predict", predict, nb::arg("network"), nb::arg("parameters"), nb::arg("X"));
  module.def("apply_function", apply_function, nb::arg("name"), nb::arg("x"));
  module.def("level", [] { return level().name; });
  module.def("levels", [] {
    std::vector<std::string> names;
    for (const Level* const* at = levels(); *at; ++at) names.push_back((*at)->name);
    return names;
  });
  module.def("compiler", [] { return compiler; });
}
