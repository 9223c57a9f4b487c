// What Python may ask of the tutor: facts of a network and its rows, and what is found in a history and
// facts.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "bindings.h"
#include "tutor/examination.h"

namespace moonlet {
namespace {

using Fields = nb::typed<nb::dict, nb::str, nb::any>;
using LayerFields = std::tuple<std::string, Index, Index, Index>;

nb::object array_or_none(const std::vector<double>& values) {
  return values.empty() ? nb::none() : nb::cast(array_of(values));
}

// As keyword arguments of moonlet.diagnosis.facts.TrainingFacts.
Fields fields_of(const Facts& facts) {
  std::vector<LayerFields> layers;
  for (const LayerCounts& layer : facts.layers)
    layers.emplace_back(kActivations(layer.activation), layer.n_units, layer.n_flat, layer.n_dead);
  Fields fields;
  fields["n_rows"] = facts.n_rows;
  fields["columns_mean"] = array_of(facts.columns_mean);
  fields["columns_spread"] = array_of(facts.columns_spread);
  fields["base_loss"] = facts.base_loss;
  fields["penalty"] = facts.penalty;
  fields["layers"] = layers;
  fields["target_size"] = facts.target_size;
  fields["class_shares"] = array_or_none(facts.class_shares);
  fields["class_recalls"] = array_or_none(facts.class_recalls);
  fields["curvature"] = std::isnan(facts.curvature) ? nb::none() : nb::cast(facts.curvature);
  return fields;
}

std::vector<double> numbers(const nb::object& field) {
  if (field.is_none()) return {};
  const auto array = nb::cast<Vector<double>>(field);
  return {array.data(), array.data() + array.shape(0)};
}

Facts facts_of(const Fields& fields) {
  Facts facts;
  facts.n_rows = nb::cast<Index>(fields["n_rows"]);
  facts.columns_mean = numbers(fields["columns_mean"]);
  facts.columns_spread = numbers(fields["columns_spread"]);
  facts.base_loss = nb::cast<double>(fields["base_loss"]);
  facts.penalty = nb::cast<double>(fields["penalty"]);
  for (const LayerFields& layer : nb::cast<std::vector<LayerFields>>(fields["layers"])) {
    const auto& [activation, n_units, n_flat, n_dead] = layer;
    facts.layers.push_back({kActivations(activation), n_units, n_flat, n_dead});
  }
  facts.target_size = nb::cast<double>(fields["target_size"]);
  facts.class_shares = numbers(fields["class_shares"]);
  facts.class_recalls = numbers(fields["class_recalls"]);
  if (const nb::object curvature = fields["curvature"]; !curvature.is_none())
    facts.curvature = nb::cast<double>(curvature);
  return facts;
}

template <class T>
Fields facts(const PyArchitecture& network, Vector<double> parameters, const PyData<T>& data, double alpha,
             double l1_ratio, bool with_curvature) {
  expect(Index(parameters.size()) == network.shared->network().n_parameters,
         "parameters have the wrong length");
  expect(network.shared->network().n_inputs() == data.shared->n_inputs() &&
             network.shared->network().n_outputs() == data.shared->n_outputs(),
         "the network's inputs and outputs are not the data's");
  Facts found;
  {
    WithoutGil without_gil;
    const ThreadsInUse used(1);
    const Examination<T> examination(network.shared, data.shared, parameters.data(),
                                     Penalty::of(alpha, l1_ratio));
    found = examination.facts(with_curvature, [&] { without_gil.with_gil(look_at_signals); });
  }
  return fields_of(found);
}

using PyValue = std::variant<double, std::string, std::vector<double>>;
using PyText = std::pair<std::string, std::vector<std::pair<std::string, PyValue>>>;
// Kind, message, cure, change, and whether a StandardScaler is the cure.
using PyFinding = std::tuple<std::string, std::vector<PyText>, PyText, Fields, bool>;

PyText text_of(const tutor::Text& text) {
  PyText found{text.key, {}};
  for (int i = 0; i < text.n; ++i) {
    const tutor::Named& one = text.values[std::size_t(i)];
    found.second.emplace_back(one.name, one.word ? PyValue(one.word) : PyValue(one.number));
  }
  if (text.n_losses > 0)
    found.second.emplace_back("losses",
                              std::vector<double>(text.losses.begin(), text.losses.begin() + text.n_losses));
  return found;
}

Fields changes_of(const tutor::Finding& finding) {
  Fields changes;
  for (const tutor::Change& change : finding.change) {
    if (!change.parameter) break;
    switch (change.is) {
      case tutor::Change::Is::number: changes[change.parameter] = change.number; break;
      case tutor::Change::Is::whole: changes[change.parameter] = std::int64_t(change.number); break;
      case tutor::Change::Is::truth: changes[change.parameter] = change.number != 0; break;
      case tutor::Change::Is::word: changes[change.parameter] = change.word; break;
    }
  }
  return changes;
}

// The findings in a history and facts, which are the fields of Python's classes of these names.
std::vector<PyFinding> examine(const Fields& fields, const std::optional<Fields>& known) {
  const std::vector<double> losses = numbers(fields["loss_curve"]);
  const std::vector<double> gradient_norms = numbers(fields["gradient_norm_curve"]);
  expect(losses.size() == gradient_norms.size(), "the curves of a history differ in their length");
  const std::vector<double> validation_losses = numbers(fields["validation_loss_curve"]);
  const std::vector<double> validation_scores = numbers(fields["validation_score_curve"]);
  const auto reason = nb::cast<std::optional<std::string>>(fields["stop_reason"]);
  // Whoever was interrupted may go on.
  const bool ended = reason && *reason != "interrupted";
  const tutor::TrainingHistory history{
      .losses = losses,
      .gradient_norms = gradient_norms,
      .validation_losses = validation_losses,
      .validation_scores = validation_scores,
      .n_iter = nb::cast<std::int64_t>(fields["n_iter"]),
      .status = ended ? kStopReasons(*reason) : Status::going_on,
      .solver = kSolvers(nb::cast<std::string>(fields["solver"])),
      .learning_rate_init = nb::cast<double>(fields["learning_rate_init"]),
      .max_iter = nb::cast<std::int64_t>(fields["max_iter"]),
      .tol = nb::cast<double>(fields["tol"]),
      .max_fun = nb::cast<std::int64_t>(fields["max_fun"]),
      .alpha = nb::cast<double>(fields["alpha"]),
      .momentum = nb::cast<double>(fields["momentum"]),
      .schedule = kSchedules(nb::cast<std::string>(fields["schedule"])),
      .power_t = nb::cast<double>(fields["power_t"]),
      .batch_size = nb::cast<std::int64_t>(fields["batch_size"]),
      .stops_early = nb::cast<bool>(fields["early_stopping"]),
      .stops_on_loss = nb::cast<std::string>(fields["early_stopping_on"]) == "loss"};
  const std::optional<Facts> facts = known ? std::optional(facts_of(*known)) : std::nullopt;
  std::vector<PyFinding> findings;
  for (const tutor::Finding& finding : tutor::examine(history, facts ? &*facts : nullptr)) {
    std::vector<PyText> message{text_of(finding.seen)};
    if (finding.why.key) message.push_back(text_of(finding.why));
    findings.emplace_back(tutor::name_of(finding.kind), std::move(message), text_of(finding.cure),
                          changes_of(finding), finding.standardizes);
  }
  return findings;
}

}  // namespace

void bind_tutor(nb::module_& module) {
  const auto bind = [&](auto of) {
    module.def("facts", of, nb::arg("network"), nb::arg("parameters"), nb::arg("data"), nb::arg("alpha"),
               nb::arg("l1_ratio"), nb::arg("with_curvature"));
  };
  bind(facts<double>);
  bind(facts<float>);
  module.def("examine", examine, nb::arg("history"), nb::arg("facts").none());
}

}  // namespace moonlet
