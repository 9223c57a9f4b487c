// Networks, rows and their training, for the page.
#include "../names.h"
#include "interface.h"

namespace moonlet::page {
namespace {

struct Setting {
  const char* name;
  const char* allowed;
  bool (*fits)(double);
  void (*set)(Rules&, double);
};

constexpr Names<bool, 2> kMeasures{"measure to stop on", {{{"score", false}, {"loss", true}}}};

constexpr double kMostCounted = 0x1p53;
bool is_count(double x) { return x >= 1 && x <= kMostCounted && x == std::floor(x); }
bool is_share(double x) { return x >= 0 && x < 1; }
bool is_ratio(double x) { return x >= 0 && x <= 1; }
bool is_truth(double x) { return x == 0 || x == 1; }
bool is_not_negative(double x) { return x >= 0 && std::isfinite(x); }
bool is_positive(double x) { return x > 0 && std::isfinite(x); }

// What a training may be told in numbers: the words of moonlet.specs.
constexpr Setting kSettings[] = {
    {"learning_rate_init", "a number in (0, inf)", is_positive,
     [](Rules& r, double x) { r.schedule.first = x; }},
    {"power_t", "a finite number", [](double x) { return std::isfinite(x); },
     [](Rules& r, double x) { r.schedule.power_t = x; }},
    {"batch_size", "a whole number of 1 or more", is_count,
     [](Rules& r, double x) { r.shuffling.batch_size = Index(std::min(x, 0x1p30)); }},
    {"shuffle", "true or false", is_truth, [](Rules& r, double x) { r.shuffling.shuffle = x != 0; }},
    {"seed", "a whole number of 0 or more", [](double x) { return x == 0 || is_count(x); },
     [](Rules& r, double x) { r.shuffling.seed = std::uint64_t(x); }},
    {"momentum", "a number in [0, 1]", is_ratio, [](Rules& r, double x) { r.momentum = x; }},
    {"nesterovs_momentum", "true or false", is_truth, [](Rules& r, double x) { r.nesterov = x != 0; }},
    {"beta_1", "a number in [0, 1)", is_share, [](Rules& r, double x) { r.beta_1 = x; }},
    {"beta_2", "a number in [0, 1)", is_share, [](Rules& r, double x) { r.beta_2 = x; }},
    {"epsilon", "a number in (0, inf)", is_positive, [](Rules& r, double x) { r.epsilon = x; }},
    {"alpha", "a number in [0, inf)", is_not_negative, [](Rules& r, double x) { r.alpha = x; }},
    {"l1_ratio", "a number in [0, 1]", is_ratio, [](Rules& r, double x) { r.l1_ratio = x; }},
    {"dropout", "a number in [0, 1)", is_share, [](Rules& r, double x) { r.dropout = x; }},
    {"max_iter", "a whole number of 1 or more", is_count,
     [](Rules& r, double x) { r.stop.max_iter = std::int64_t(x); }},
    {"tol", "a number of 0 or more", is_not_negative, [](Rules& r, double x) { r.stop.tol = x; }},
    {"n_iter_no_change", "a whole number of 1 or more", is_count,
     [](Rules& r, double x) { r.stop.n_iter_no_change = std::int64_t(x); }},
    {"max_fun", "a whole number of 1 or more", is_count,
     [](Rules& r, double x) { r.stop.max_fun = std::int64_t(x); }},
};

[[noreturn]] void refuse_setting(std::string_view what) {
  refuse("a training has no setting " + std::string(what));
}

void set_number(Rules& rules, std::string_view name, double value) {
  for (const Setting& setting : kSettings)
    if (name == setting.name) {
      if (setting.fits(value)) return setting.set(rules, value);
      refuse(std::string(setting.name) + " must be " + setting.allowed + ". Got #", {value});
    }
  refuse_setting(name);
}

// Whether it was the solver, which has no default.
bool choose(Rules& rules, std::string_view choice) {
  const std::size_t at = choice.find('=');
  const std::string_view name = choice.substr(0, at);
  const std::string_view value = at < choice.size() ? choice.substr(at + 1) : std::string_view();
  if (name == "solver")
    rules.solver = kSolvers(value);
  else if (name == "schedule")
    rules.schedule.name = kSchedules(value);
  else if (name == "early_stopping")
    rules.early = {true, kMeasures(value)};
  else
    refuse_setting(name);
  return name == "solver";
}

// Their defaults are those of moonlet.specs.
Rules rules_of(Blocks& blocks, Index n_rows) {
  Rules rules{.solver = SolverName::gd,
              .schedule = {ScheduleName::constant, 0.001, 0.5, 0},
              .alpha = 0,
              .stop = {200, 10, 15000, 1e-4},
              .shuffling = {200, true, 0}};
  const std::vector<std::string_view> names = parts(blocks.next_text());
  const Numbers values = next_numbers(blocks);
  if (std::size_t(values.size) != names.size()) refuse("each setting must have one number");
  for (std::size_t i = 0; i < names.size(); ++i) set_number(rules, names[i], values.data()[i]);
  bool has_solver = false;
  for (std::string_view one : parts(blocks.next_text())) has_solver |= choose(rules, one);
  if (!has_solver) refuse("a training needs a solver");
  rules.schedule.passes = rules.stop.max_iter;
  rules.shuffling.batch_size = std::min(rules.shuffling.batch_size, n_rows);
  return rules;
}

Loss loss_for(Output output, std::string_view name) {
  const Loss loss = name.empty() ? usual_loss(output) : kLosses(name);
  if (!goes_with(loss, output)) refuse("this output has no loss " + std::string(name));
  return loss;
}

double parameter_for(Loss loss, double given) {
  const LossFacts& facts = facts_of(loss);
  if (facts.most == 0) return 0;
  if (std::isnan(given)) return facts.usual;
  if (!(given > 0 && given < facts.most))
    refuse(std::string("loss_parameter must be a number in (0, ") + (facts.most == 1 ? "1" : "inf") +
           ") for " + facts.name);
  return given;
}

// What TrainingData does not own.
struct Table {
  Numbers X, targets, weight;
};

Workplace& workplace() {
  static Seats seats;
  static Workplace one(1, seats);
  return one;
}

}  // namespace

// Blocks: layer sizes; names of activations; of the output; of the loss, or none.
EXPORT int page_network(double loss_parameter, double may_drop) {
  return answered([&](Blocks& blocks) {
    const Numbers given = next_numbers(blocks);
    std::vector<Index> sizes;
    for (Index i = 0; i < given.size; ++i)
      sizes.push_back(Index(whole("a layer's size", given.data()[i], 1, 0x1p24)));
    std::vector<Activation> activations;
    for (std::string_view name : parts(blocks.next_text())) activations.push_back(kActivations(name));
    const Output output = kOutputs(blocks.next_text());
    const Loss loss = loss_for(output, blocks.next_text());
    if (output == Output::softmax && !sizes.empty() && sizes.back() < 2)
      refuse("softmax needs at least two outputs. Use sigmoid for one");
    answer().number(keep(std::make_shared<const Architecture>(
        sizes, activations, output, loss, parameter_for(loss, loss_parameter), may_drop != 0)));
  });
}

// Blocks: inputs row by row; targets likewise; weights of the rows, or none.
EXPORT int page_rows(double n_rows, double n_inputs, double n_outputs) {
  return answered([&](Blocks& blocks) {
    const Index n = Index(whole("the number of rows", n_rows, 1, 0x1p28)),
                inputs = Index(whole("the number of inputs", n_inputs, 1, 0x1p24)),
                outputs = Index(whole("the number of outputs", n_outputs, 0, 0x1p24));
    auto table = std::make_shared<Table>();
    table->X = next_finite(blocks, "the inputs", checked_product(n, inputs));
    table->targets = next_finite(blocks, "the targets", checked_product(n, outputs));
    table->weight = next_numbers(blocks);
    const bool weighted = table->weight.size > 0;
    double total = 0;
    for (Index i = 0; i < table->weight.size; ++i) {
      const double w = table->weight.data()[i];
      if (!is_not_negative(w)) refuse("weights of rows must be numbers of 0 or more");
      total += w;
    }
    if (weighted && (table->weight.size != n || !(total > 0)))
      refuse("there must be one weight a row, and one of them above 0");
    const Rows<double> X{table->X.data(), nullptr, nullptr, n, inputs};
    const Rows<double> Y{table->targets.data(), nullptr, nullptr, n, outputs};
    const double* const weight = weighted ? table->weight.data() : nullptr;
    answer().number(keep(std::make_shared<const TrainingData<double>>(X, Y, weight, std::move(table))));
  });
}

// Blocks: starting weights; names of settings; their numbers; choices as name=value. `validation` may be 0.
EXPORT int page_trainer(double network, double rows, double validation) {
  return answered([&](Blocks& blocks) {
    const Network& shape = network_at(network);
    const Data& data = data_for(shape, rows, true);
    const Data watched = validation == 0 ? nullptr : data_for(shape, validation, true);
    const Numbers initial = next_finite(blocks, "the starting weights", shape->network().n_parameters);
    const Rules rules = rules_of(blocks, data->n_rows());
    answer().number(keep(std::make_unique<Trainer<double>>(shape, data, watched, initial.data(), rules)));
  });
}

// Negative `passes`: without end.
EXPORT int page_run(double trainer, double passes, double seconds) {
  return answered([&](Blocks&) {
    Trainer<double>& at = *training_at(trainer);
    if (std::isnan(seconds)) refuse("the time to train must be a number");
    const Budget budget{whole("the number of passes", passes, -1, kMostCounted), seconds};
    static Control control;
    answer().number(double(at.run(budget, control, workplace())));
  });
}

EXPORT int page_progress(double trainer) {
  return answered([&](Blocks&) {
    const Trainer<double>& at = *training_at(trainer);
    const double found[] = {double(at.n_iter()), at.loss(), at.rate(), at.seconds(), double(at.status())};
    answer().numbers(found, 5);
  });
}

EXPORT int page_weights(double trainer) {
  return answered([&](Blocks&) {
    const Trainer<double>& at = *training_at(trainer);
    at.copy_parameters(answer().room<double>(at.n_parameters()));
  });
}

// 0: loss, 1: norm of the gradient, 2 and 3: loss and score of the validation rows; those after the first.
EXPORT int page_curve(double trainer, double which, double first) {
  return answered([&](Blocks&) {
    const Trainer<double>& at = *training_at(trainer);
    const std::vector<double>* const curves[] = {&at.history().loss, &at.history().gradient_norm,
                                                 &at.validation_losses(), &at.validation_scores()};
    const std::vector<double>& curve = *curves[whole("the curve's number", which, 0, 3)];
    const Index size = Index(curve.size());
    const Index from =
        std::min(size, Index(std::min(double(size), double(whole("a pass", first, 0, kMostCounted)))));
    answer().numbers(curve.data() + from, size - from);
  });
}

EXPORT int page_reopen(double trainer, double max_iter) {
  return answered(
      [&](Blocks&) { training_at(trainer)->reopen(whole("max_iter", max_iter, 0, kMostCounted)); });
}

EXPORT int page_state(double trainer) {
  return answered([&](Blocks&) {
    State state;
    training_at(trainer)->fields(state);
    answer().text(state.bytes());
  });
}

// A state that is refused, perhaps half-way, changes nothing.
EXPORT int page_set_state(double trainer) {
  return answered([&](Blocks& blocks) {
    Trainer<double>& at = *training_at(trainer);
    State before, state{std::string(blocks.next_text())};
    at.fields(before);
    try {
      at.fields(state);
    } catch (const std::exception&) {
      State back(before.bytes(), false);
      at.fields(back);
      throw;
    }
  });
}

}  // namespace moonlet::page
