// What the tutor says: which texts of the catalogue (src/moonlet/words), the numbers in them, and the one
// change that helps. The words themselves are put together by whoever speaks: moonlet.diagnosis or the page.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace moonlet::tutor {

enum class Kind : std::uint8_t {
  diverged,
  unscaled_inputs,
  unscaled_target,
  oscillating,
  rate_too_low,
  dead_units,
  saturated_units,
  plateau,
  stopped_early,
  over_fitting,
  imbalance_ignored
};

inline constexpr std::array kKinds{"diverged",      "unscaled_inputs", "unscaled_target",  "oscillating",
                                   "rate_too_low",  "dead_units",      "saturated_units",  "plateau",
                                   "stopped_early", "over_fitting",    "imbalance_ignored"};

inline const char* name_of(Kind kind) { return kKinds[std::size_t(kind)]; }

using Value = std::variant<double, std::string, std::vector<double>>;

// A text of the catalogue, and what fills it in.
struct Text {
  std::string key;
  std::vector<std::pair<const char*, Value>> values;
};

// A parameter as Python calls it, and what it is to be.
struct Change {
  const char* parameter;
  std::variant<double, std::int64_t, bool, std::string> value;
};

struct Finding {
  Kind kind;
  std::vector<Text> message;  // what was seen, and what it means; one after the other
  Text cure;
  std::vector<Change> change;  // empty when the cure lies in the data
  bool standardizes = false;   // the cure is a StandardScaler
};

template <class Number>
Value number(Number value) {
  return double(value);
}

}  // namespace moonlet::tutor
