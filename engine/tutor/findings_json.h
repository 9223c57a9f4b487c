// What the tutor says of a trainer as it stands, as JSON: for the page, which reads it in
// web/src/findings.ts.
//
//   [{"kind": "diverged", "message": [TEXT, …], "cure": TEXT, "change": {"alpha": VALUE}, "standardizes":
//   false}] TEXT: {"key": "finding.diverged.lower", "values": {"better": VALUE}}
//
// A number is written as "#" and the 16 hexadecimal digits of its bits, so that it arrives as it is, be it
// infinite; any other value is true, false, a text, or a list of numbers.
#pragma once

#include <bit>

#include "../trainer.h"
#include "examination.h"

namespace moonlet::tutor {

class Json {
 public:
  void value(double number) {
    text_ += "\"#";
    const auto bits = std::bit_cast<std::uint64_t>(number);
    for (int shift = 60; shift >= 0; shift -= 4) text_ += "0123456789abcdef"[bits >> shift & 15];
    text_ += '"';
  }
  void value(std::int64_t number) { value(double(number)); }
  void value(bool is_so) { text_ += is_so ? "true" : "false"; }
  // Of the catalogue's keys and Python's parameters, which have nothing in them to be escaped.
  void value(const std::string& name) { text_ += '"' + name + '"'; }
  void value(const std::vector<double>& numbers) {
    list(numbers, '[', ']', [&](double number) { value(number); });
  }
  void value(const Text& text) {
    text_ += "{\"key\":";
    value(text.key);
    text_ += ",\"values\":";
    list(text.values, '{', '}', [&](const auto& named) { entry(named.first, named.second); });
    text_ += '}';
  }
  void value(const Finding& finding) {
    text_ += "{\"kind\":";
    value(std::string(name_of(finding.kind)));
    text_ += ",\"message\":";
    list(finding.message, '[', ']', [&](const Text& text) { value(text); });
    text_ += ",\"cure\":";
    value(finding.cure);
    text_ += ",\"change\":";
    list(finding.change, '{', '}', [&](const Change& change) { entry(change.parameter, change.value); });
    text_ += ",\"standardizes\":";
    value(finding.standardizes);
    text_ += '}';
  }
  void value(const std::vector<Finding>& findings) {
    list(findings, '[', ']', [&](const Finding& finding) { value(finding); });
  }

  std::string take() { return std::move(text_); }

 private:
  template <class Variant>
  void entry(const char* name, const Variant& held) {
    value(std::string(name));
    text_ += ':';
    std::visit([&](const auto& one) { value(one); }, held);
  }
  template <class List, class Write>
  void list(const List& all, char open, char close, Write write) {
    text_ += open;
    bool first = true;
    for (const auto& one : all) {
      if (!first) text_ += ',';
      first = false;
      write(one);
    }
    text_ += close;
  }

  std::string text_;
};

// Losses on other rows were looked at after these of its passes; they may be none.
template <class T>
std::string findings_json(const Trainer<T>& trainer, Curve watched_passes, Curve watched_losses) {
  if (trainer.n_iter() == 0) return "[]";
  const Rules& rules = trainer.rules();
  const std::vector<double> watched = watched_passes.size() > 1
                                          ? between(watched_passes, watched_losses, trainer.n_iter())
                                          : std::vector<double>{};
  const TrainingHistory history{.losses = trainer.history().loss,
                                .gradient_norms = trainer.history().gradient_norm,
                                .validation_losses = watched.empty() ? trainer.validation_losses() : watched,
                                .validation_scores = trainer.validation_scores(),
                                .n_iter = trainer.n_iter(),
                                .status = trainer.status(),
                                .solver = rules.solver,
                                .learning_rate_init = rules.schedule.first,
                                .max_iter = rules.stop.max_iter,
                                .tol = rules.stop.tol,
                                .max_fun = rules.stop.max_fun,
                                .alpha = rules.alpha,
                                .momentum = rules.momentum,
                                .schedule = rules.schedule.name,
                                .power_t = rules.schedule.power_t,
                                .batch_size = rules.shuffling.batch_size,
                                .stops_early = rules.early.stops,
                                .stops_on_loss = rules.early.on_loss};
  std::vector<double> parameters(std::size_t(trainer.n_parameters()));
  trainer.copy_parameters(parameters.data());
  std::optional<Facts> facts;
  if (all_finite(parameters)) {
    const Objective<T>& objective = trainer.objective();
    const Examination<T> examination(objective.architecture(), objective.shared_data(), parameters.data(),
                                     rules.alpha);
    facts = examination.facts(history.solver == "gd" || history.solver == "sgd", [] {});
  }
  Json json;
  json.value(examine(history, facts ? &*facts : nullptr));
  return json.take();
}

}  // namespace moonlet::tutor
