// What the tutor says of a trainer as it stands, as JSON: for the page, which reads it in
// web/src/findings.ts.
//
//   [{"kind": "diverged", "message": [TEXT, …], "cure": TEXT, "change": {"alpha": VALUE}, "standardizes":
//   false}] TEXT: {"key": "finding.diverged.lower", "values": {"better": VALUE}}
//
// A number is written as "#" and the 16 hexadecimal digits of its bits, so that it arrives as it is, be it
// infinite; any other value is true, false, a text, or a list of numbers.
#pragma once

#include "../bits.h"
#include "../trainer.h"
#include "examination.h"

namespace moonlet::tutor {

class Json {
 public:
  void findings(const std::vector<Finding>& all) {
    text_ += '[';
    for (const Finding& one : all) {
      if (&one != all.data()) text_ += ',';
      finding(one);
    }
    text_ += ']';
  }
  std::string take() { return std::move(text_); }

 private:
  void finding(const Finding& found) {
    text_ += "{\"kind\":";
    word(name_of(found.kind));
    text_ += ",\"message\":[";
    text(found.seen);
    if (found.why.key) {
      text_ += ',';
      text(found.why);
    }
    text_ += "],\"cure\":";
    text(found.cure);
    text_ += ",\"change\":{";
    for (const Change& change : found.change) {
      if (!change.parameter) break;
      if (&change != found.change.data()) text_ += ',';
      word(change.parameter);
      text_ += ':';
      if (change.word)
        word(change.word);
      else if (change.is == Change::Is::truth)
        text_ += change.number != 0 ? "true" : "false";
      else
        number(change.number);
    }
    text_ += found.standardizes ? "},\"standardizes\":true}" : "},\"standardizes\":false}";
  }
  void text(const Text& text) {
    text_ += "{\"key\":";
    word(text.key);
    text_ += ",\"values\":{";
    for (int i = 0; i < text.n; ++i) {
      const Named& one = text.values[std::size_t(i)];
      if (i > 0) text_ += ',';
      word(one.name);
      text_ += ':';
      if (one.word)
        word(one.word);
      else
        number(one.number);
    }
    if (text.n_losses > 0) text_ += ",\"losses\":[";
    for (int i = 0; i < text.n_losses; ++i) {
      if (i > 0) text_ += ',';
      number(text.losses[std::size_t(i)]);
    }
    text_ += text.n_losses > 0 ? "]}}" : "}}";
  }
  void number(double value) {
    text_ += "\"#";
    text_ += digits_of_bits(value);
    text_ += '"';
  }
  // Of the catalogue's keys and Python's parameters, which have nothing in them to be escaped.
  void word(const char* name) {
    text_ += '"';
    text_ += name;
    text_ += '"';
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
                                     rules.penalty());
    facts = examination.facts(history.follows_gradient(), [] {});
  }
  Json json;
  json.findings(examine(history, facts ? &*facts : nullptr));
  return json.take();
}

}  // namespace moonlet::tutor
