// What the tutor says: which texts of the catalogue (src/moonlet/words), the numbers in them, and the one
// change that helps. The words themselves are put together by whoever speaks: moonlet.diagnosis or the page.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "named.h"

namespace moonlet::tutor {

using Kind = FindingKind;

inline const char* name_of(Kind kind) { return kFindingKindFacts[std::size_t(kind)].name; }

// A number, or a word that Python's parameters know.
struct Named {
  const char* name = nullptr;
  const char* word = nullptr;
  double number = 0;

  Named() = default;
  Named(const char* called, const char* value) : name(called), word(value) {}
  template <class Number>
  Named(const char* called, Number value) : name(called), number(double(value)) {}
};

// A text of the catalogue, and what fills it in.
struct Text {
  const char* key = nullptr;
  int n = 0, n_losses = 0;
  std::array<Named, 6> values;
  std::array<double, 4> losses{};  // a list of numbers by that name

  Text() = default;
  Text(const char* text, std::initializer_list<Named> some) : key(text) {
    for (const Named& one : some) add(one);
  }
  void add(const Named& one) { values[std::size_t(n++)] = one; }
};

// A parameter as Python calls it, and what it is to be.
struct Change {
  enum class Is : std::uint8_t { number, whole, truth, word };
  const char* parameter = nullptr;
  Is is = Is::number;
  double number = 0;
  const char* word = nullptr;

  Change() = default;
  Change(const char* name, double value) : parameter(name), number(value) {}
  Change(const char* name, std::int64_t value) : parameter(name), is(Is::whole), number(double(value)) {}
  Change(const char* name, bool value) : parameter(name), is(Is::truth), number(value) {}
  Change(const char* name, const char* value) : parameter(name), is(Is::word), word(value) {}
};

// Plain memory, with nothing to be freed: so the page's engine, where every byte is sent, has little code
// here.
struct Finding {
  Kind kind;
  Text seen;  // what was seen, and what it means: one text,
  Text why;   // or two, one after the other
  Text cure;
  std::array<Change, 2> change{};  // none when the cure lies in the data
  bool standardizes = false;       // the cure is a StandardScaler
};

}  // namespace moonlet::tutor
