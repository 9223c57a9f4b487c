// What Python sees of the engine, but for its answers (prediction.cpp).
#include "bindings.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <atomic>
#include <optional>
#include <utility>

#include "batch.h"
#include "names.h"
#include "py_trainer.h"

using namespace moonlet;

using Listener = nb::typed<nb::callable, void(std::vector<Index>)>;

namespace {

std::optional<std::string> reason(Status status) {
  if (status == Status::going_on || status == Status::held) return std::nullopt;
  return kStopReasons(status);
}

template <class T, class Owner>
void make_data(PyData<T>* self, const Rows<T>& X, const Matrix<T>& targets,
               const std::optional<Vector<T>>& weight, Owner owner) {
  expect(X.n_rows > 0, "there are no rows");
  expect(X.n_rows <= Index(0xffffffff), "more than 2^32 rows");
  expect(X.n_rows == Index(targets.shape(0)), "X and targets differ in their number of rows");
  expect(!weight || Index(weight->shape(0)) == X.n_rows,
         "X and sample_weight differ in their number of rows");
  auto kept =
      std::make_shared<std::tuple<Owner, Matrix<T>, std::optional<Vector<T>>>>(owner, targets, weight);
  new (self) PyData<T>{std::make_shared<const TrainingData<T>>(
      X, rows_of<T>(targets), weight ? weight->data() : nullptr, std::move(kept))};
}

template <class T>
void bind_data(nb::module_& module, const char* name) {
  nb::class_<PyData<T>>(module, name)
      .def(
          "__init__",
          [](PyData<T>* self, Matrix<T> X, Matrix<T> targets, std::optional<Vector<T>> weight) {
            make_data<T>(self, rows_of<T>(X), targets, weight, X);
          },
          nb::arg("X"), nb::arg("targets"), nb::arg("sample_weight").none())
      .def(
          "__init__",
          [](PyData<T>* self, Vector<T> values, Columns columns, Vector<std::int64_t> row_starts, Index width,
             Matrix<T> targets, std::optional<Vector<T>> weight) {
            auto rows = std::make_shared<CsrRows<T>>(csr_of(values, columns, row_starts, width));
            make_data<T>(self, rows->all(), targets, weight, std::pair(values, rows));
          },
          nb::arg("values"), nb::arg("columns").noconvert(), nb::arg("row_starts"), nb::arg("width"),
          nb::arg("targets"), nb::arg("sample_weight").none());
}

void train(const std::vector<PyTrainer*>& trainers, int n_threads, std::int64_t passes, double seconds,
           const std::optional<Listener>& on_finished) {
  Claim claim(trainers);
  std::vector<AnyTrainer*> bare;
  std::vector<Index> ended_before;
  for (PyTrainer* one : trainers) {
    expect(!one->asks, "rows elsewhere are asked for, not trained on");
    if (one->trainer->ended()) ended_before.push_back(Index(bare.size()));
    bare.push_back(one->trainer.get());
  }
  claim.release(ended_before);
  WithoutGil without_gil;
  run_batch(bare, n_threads, {passes, seconds}, [&](const std::vector<Index>& ended) {
    without_gil.with_gil([&] {
      claim.release(ended);
      look_at_signals();
      if (on_finished && !ended.empty()) (*on_finished)(nb::cast(ended));
    });
    return true;
  });
}

template <class T, class Data>
std::unique_ptr<AnyTrainer> make_trainer(const PyArchitecture& network, const Data& data,
                                         const PyData<T>* validation, const Vector<double>& initial,
                                         const Rules& rules) {
  expect(Index(initial.size()) == network.shared->network().n_parameters, "parameters have the wrong length");
  return std::make_unique<Trainer<T>>(network.shared, data.shared, validation ? validation->shared : nullptr,
                                      initial.data(), rules);
}

template <class T, class Data = PyData<T>>
auto trainer_init() {
  return [](PyTrainer* self, const PyArchitecture& network, const Data& data, Vector<double> initial,
            const std::string& solver, double learning_rate_init, const std::string& schedule, double power_t,
            Index batch_size, bool shuffle, std::uint64_t seed, double momentum, bool nesterov, double beta_1,
            double beta_2, double epsilon, double alpha, double l1_ratio, double dropout,
            std::int64_t max_iter, double tol, std::int64_t n_iter_no_change, std::int64_t max_fun,
            const PyData<T>* validation, bool stops_early, bool on_loss) {
    const Rules rules{
        .solver = kSolvers(solver),
        .schedule = {kSchedules(schedule), learning_rate_init, power_t, max_iter},
        .alpha = alpha,
        .stop = {max_iter, n_iter_no_change, max_fun, tol},
        .shuffling = {std::clamp(batch_size, Index(1), data.shared->n_rows()), shuffle, seed},
        .momentum = momentum,
        .beta_1 = beta_1,
        .beta_2 = beta_2,
        .epsilon = epsilon,
        .nesterov = nesterov,
        .dropout = dropout,
        .early = {stops_early, on_loss},
        .l1_ratio = l1_ratio,
    };
    const WithoutGil without_gil;  // L-BFGS keeps some 25 vectors as long as the parameters
    const bool asks = data.shared->elsewhere() != nullptr;
    if (asks && (facts_of(rules.solver).takes_batches || dropout > 0 || validation))
      throw std::invalid_argument("of rows elsewhere there are only sums over all of them");
    new (self) PyTrainer{make_trainer<T>(network, data, validation, initial, rules), asks};
  };
}

nb::bytes state_of(PyTrainer& self, void (AnyTrainer::*fields)(State&)) {
  const Claim claim({&self});
  State state;
  (self.trainer.get()->*fields)(state);
  return nb::bytes(state.bytes().data(), state.bytes().size());
}

// A solver's memory, put into bytes when somebody asks.
struct PySolverMemory {
  std::function<void(State&)> fields;

  nb::bytes bytes() const {
    State state;
    fields(state);
    return nb::bytes(state.bytes().data(), state.bytes().size());
  }
};

// A state that is refused, perhaps half-way, changes nothing.
void set_state_of(PyTrainer& self, void (AnyTrainer::*fields)(State&), const nb::bytes& bytes) {
  const Claim claim({&self});
  State before, state(std::string(bytes.c_str(), bytes.size()));
  (self.trainer.get()->*fields)(before);
  try {
    (self.trainer.get()->*fields)(state);
  } catch (const std::invalid_argument&) {
    State back(before.bytes(), false);
    (self.trainer.get()->*fields)(back);
    throw;
  }
}

// The parameters as the trainer has them.
nb::object weights(const PyTrainer& self) {
  const AnyTrainer& any = self.readable();
  const auto copy = [&]<class T>(const Trainer<T>& trainer) {
    const std::size_t n = std::size_t(trainer.n_parameters());
    T* const kept = new T[n];
    use_large_pages(kept, Index(n * sizeof(T)));
    std::copy_n(trainer.weights(), n, kept);
    return nb::cast(NewArray<1, T>(kept, {n}, owner_of(kept)));
  };
  if (const auto* single = dynamic_cast<const Trainer<float>*>(&any)) return copy(*single);
  return copy(dynamic_cast<const Trainer<double>&>(any));
}

template <class T>
void take(PyTrainer& self, const PyData<T>& data, Vector<T> parameters, Index batch_size,
          std::uint64_t seed) {
  const Claim claim({&self});
  auto* trainer = dynamic_cast<Trainer<T>*>(self.trainer.get());
  expect(trainer, "data and trainer differ in their type");
  expect(Index(parameters.size()) == trainer->n_parameters(), "parameters have the wrong length");
  trainer->take(data.shared, parameters.data(), batch_size, seed);
}

template <class T>
void take_part(PyTrainer& self, const PyData<T>& data, Index batch_size, std::uint64_t seed, bool more) {
  const Claim claim({&self});
  auto* trainer = dynamic_cast<Trainer<T>*>(self.trainer.get());
  expect(trainer, "data and trainer differ in their type");
  trainer->take_part(data.shared, batch_size, seed, more);
}

bool end_pass(PyTrainer& self) {
  const Claim claim({&self});
  if (auto* single = dynamic_cast<Trainer<float>*>(self.trainer.get())) return single->end_pass();
  return dynamic_cast<Trainer<double>&>(*self.trainer).end_pass();
}

template <class T>
void judge_by(PyTrainer& self, const PyData<T>& minimised, const PyData<T>& own, const PyData<T>* held_out) {
  const Claim claim({&self});
  auto* trainer = dynamic_cast<Trainer<T>*>(self.trainer.get());
  if (!trainer) throw std::invalid_argument("rows to judge by must be of the trainer's own type");
  trainer->judge_by({minimised.shared, own.shared, held_out ? held_out->shared : nullptr});
}

template <class Class, class Init>
void define_init(Class& trainer, Init init) {
  trainer.def("__init__", init, nb::arg("network"), nb::arg("data"), nb::arg("initial_parameters"),
              nb::kw_only(), nb::arg("solver"), nb::arg("learning_rate_init"), nb::arg("schedule"),
              nb::arg("power_t"), nb::arg("batch_size"), nb::arg("shuffle"), nb::arg("seed"),
              nb::arg("momentum"), nb::arg("nesterov"), nb::arg("beta_1"), nb::arg("beta_2"),
              nb::arg("epsilon"), nb::arg("alpha"), nb::arg("l1_ratio"), nb::arg("dropout"),
              nb::arg("max_iter"), nb::arg("tol"), nb::arg("n_iter_no_change"), nb::arg("max_fun"),
              nb::arg("validation").none(), nb::arg("stops_early"), nb::arg("on_loss"));
}

}  // namespace

// What threadpoolctl finds in a library that it may limit: see moonlet/estimators/thread_limit.py.
extern "C" {
__attribute__((visibility("default"))) int moonlet_get_num_threads() { return moonlet::thread_limit(); }
__attribute__((visibility("default"))) void moonlet_set_num_threads(int n_threads) {
  moonlet::set_thread_limit(n_threads);
}
}

NB_MODULE(_core, module) {
  module.doc() = "The compiled core. Use it through moonlet.engine.";
  // What a daemon thread holds when Python ends is no leak; of those the tests have a watch.
  nb::set_leak_warnings(false);

  nb::class_<PyArchitecture>(module, "Network")
      .def(
          "__init__",
          [](PyArchitecture* self, const std::vector<Index>& sizes,
             const std::vector<std::string>& activations, const std::string& output, const std::string& loss,
             double loss_parameter, bool may_drop) {
            std::vector<Activation> kinds;
            for (const std::string& name : activations) kinds.push_back(kActivations(name));
            new (self) PyArchitecture{std::make_shared<const Architecture>(
                sizes, kinds, kOutputs(output), kLosses(loss), loss_parameter, may_drop)};
          },
          nb::arg("layer_sizes"), nb::arg("activations"), nb::arg("output"), nb::arg("loss"),
          nb::arg("loss_parameter"), nb::arg("may_drop"));

  bind_data<double>(module, "TrainingData64");
  bind_data<float>(module, "TrainingData32");

  nb::class_<PySolverMemory>(module, "SolverMemory").def("__bytes__", &PySolverMemory::bytes);
  nb::class_<PyTrainer> trainer(module, "Trainer");
  define_init(trainer, trainer_init<double>());
  define_init(trainer, trainer_init<float>());
  define_init(trainer, trainer_init<double, PyElsewhere<double>>());
  define_init(trainer, trainer_init<float, PyElsewhere<float>>());
  trainer
      .def("parameters",
           [](const PyTrainer& self) {
             std::vector<double> values(std::size_t(self.readable().n_parameters()));
             self.readable().copy_parameters(values.data());
             return array_of(values);
           })
      .def("weights", weights)
      .def("n_iter", [](const PyTrainer& self) { return self.readable().n_iter(); })
      .def("loss", [](const PyTrainer& self) { return self.readable().loss(); })
      .def("learning_rate", [](const PyTrainer& self) { return self.readable().rate(); })
      .def("seconds", [](const PyTrainer& self) { return self.readable().seconds(); })
      .def("stop_reason", [](const PyTrainer& self) { return reason(self.readable().status()); })
      .def("loss_curve", [](const PyTrainer& self) { return array_of(self.readable().history().loss); })
      .def("gradient_norm_curve",
           [](const PyTrainer& self) { return array_of(self.readable().history().gradient_norm); })
      .def(
          "curves_since",
          [](const PyTrainer& self, std::size_t n_iter) {
            const History& history = self.readable().history();
            const auto rest = [&](const std::vector<double>& curve) {
              const std::size_t seen = std::min(n_iter, curve.size());
              return array_of(curve.data() + seen, curve.size() - seen);
            };
            return std::pair(rest(history.loss), rest(history.gradient_norm));
          },
          nb::arg("n_iter"))
      .def("validation_losses",
           [](const PyTrainer& self) { return array_of(self.readable().validation_losses()); })
      .def("validation_scores",
           [](const PyTrainer& self) { return array_of(self.readable().validation_scores()); })
      .def(
          "reopen",
          [](PyTrainer& self, std::int64_t max_iter) {
            const Claim claim({&self});
            self.trainer->reopen(max_iter);
          },
          nb::arg("max_iter"))
      .def("take", take<double>, nb::arg("data"), nb::arg("parameters").noconvert(), nb::arg("batch_size"),
           nb::arg("seed"))
      .def("take", take<float>, nb::arg("data"), nb::arg("parameters").noconvert(), nb::arg("batch_size"),
           nb::arg("seed"))
      .def("take_part", take_part<double>, nb::arg("data"), nb::arg("batch_size"), nb::arg("seed"),
           nb::arg("more"))
      .def("take_part", take_part<float>, nb::arg("data"), nb::arg("batch_size"), nb::arg("seed"),
           nb::arg("more"))
      .def("end_pass", end_pass)
      .def("finish",
           [](PyTrainer& self) {
             const Claim claim({&self});
             self.trainer->finish();
           })
      .def("judgement",
           [](const PyTrainer& self) -> std::optional<std::tuple<double, double, double, double>> {
             const Judgement& found = self.readable().judgement();
             if (!found.passed) return std::nullopt;
             return std::tuple(found.own_loss, found.held_out_loss, found.held_out_score,
                               found.gradient_norm);
           })
      .def("judge_by", judge_by<double>, nb::arg("minimised"), nb::arg("own"), nb::arg("held_out").none())
      .def("judge_by", judge_by<float>, nb::arg("minimised"), nb::arg("own"), nb::arg("held_out").none())
      .def("state", [](PyTrainer& self) { return state_of(self, &AnyTrainer::fields); })
      .def("solver_memory",
           [](const PyTrainer& self) { return PySolverMemory{self.readable().solver_memory()}; })
      .def(
          "set_state",
          [](PyTrainer& self, const nb::bytes& bytes) { set_state_of(self, &AnyTrainer::fields, bytes); },
          nb::arg("state"))
      .def(
          "set_solver_state",
          [](PyTrainer& self, const nb::bytes& bytes) {
            set_state_of(self, &AnyTrainer::solver_fields, bytes);
          },
          nb::arg("state"));

  module.def("train", train, nb::arg("trainers"), nb::arg("n_threads"), nb::arg("max_passes"),
             nb::arg("max_seconds"), nb::arg("on_finished").none());
  bind_prediction(module);
  bind_measures(module);
  bind_elsewhere(module);
  bind_tutor(module);
  bind_reading(module);
  module.def("thread_limit", thread_limit);
  module.def("threads_in_use", threads_in_use);
  module.def("level", [] { return level().name; });
  module.def("levels", [] {
    std::vector<std::string> names;
    for (const Level* const* at = levels(); *at; ++at) names.push_back((*at)->name);
    return names;
  });
  module.def("compiler", [] { return compiler; });
}
