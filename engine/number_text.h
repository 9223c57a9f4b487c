// Decimal numbers as programs write them, from the text of a table's column.
//
// A cell is empty, or [sign] digits [. digits] [e [sign] digits], with blanks around it. Values are
// rounded as strtod rounds. Whatever else a cell may mean is decided in Python (spelling.py); here
// it only ends the reading.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <system_error>

namespace moonlet {

struct NumberText {
  std::int64_t n_read = 0;    // cells before the first that is no such number
  std::int64_t n_empty = 0;   // of those
  bool complete = false;      // whether that were all
  bool padded = false;        // digits behind a zero, as in 007
  bool beyond_exact = false;  // a whole number above 2^53
  bool dotted = false;        // some cell has a point,
  bool point_shown = false;   // and one that splits no thousands: 0.5, 1.25, 1234.5
  bool undotted = false;      // some cell has none
};

namespace number_text {

inline bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }
inline bool is_blank(char sign) { return sign == ' ' || sign == '\t'; }

// Reads [begin, end), which the caller has checked to be of the form above.
inline bool read_value(const char* begin, const char* end, double& value) {
#if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
  const auto [stop, error] = std::from_chars(begin, end, value);
  return error == std::errc() && stop == end;
#else  // libc++ before 20 has no from_chars for numbers with a point
  const std::string copy(begin, end);
  char* stop = nullptr;
  value = std::strtod(copy.c_str(), &stop);
  return stop == copy.c_str() + copy.size() && value <= std::numeric_limits<double>::max();
#endif
}

// One cell without blanks around; false if it is not of the form above.
inline bool read_cell(const char* at, const char* end, double& value, NumberText& found) {
  const bool negative = *at == '-';
  if (negative || *at == '+') ++at;
  const char* const digits = at;
  while (at < end && is_digit(*at)) ++at;
  const auto n_whole = at - digits;
  std::ptrdiff_t n_fraction = 0;
  const bool point = at < end && *at == '.';
  if (point) {
    ++at;
    const char* const fraction = at;
    while (at < end && is_digit(*at)) ++at;
    n_fraction = at - fraction;
  }
  if (n_whole + n_fraction == 0) return false;
  const bool exponent = at < end && (*at == 'e' || *at == 'E');
  if (exponent) {
    ++at;
    // from_chars takes a plus there, but in front of a number it does not.
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const char* const power = at;
    while (at < end && is_digit(*at)) ++at;
    if (at == power) return false;
  }
  if (at != end || !read_value(digits, end, value)) return false;
  const bool whole = !point && !exponent;
  // Above 2^53 not every whole number is a double; 9007199254740993 itself rounds to 2^53.
  if (whole && value >= 9007199254740992.0) found.beyond_exact = true;
  if (whole && n_whole > 1 && *digits == '0') found.padded = true;
  if (point) {
    found.dotted = true;
    if (exponent || n_fraction != 3 || n_whole == 0 || n_whole > 3 || *digits == '0')
      found.point_shown = true;
  } else {
    found.undotted = true;
  }
  if (negative) value = -value;
  return true;
}

}  // namespace number_text

// Reads cells that are split by NUL characters, up to the first that is no number; an empty one is
// NaN. `values` has room for all.
inline NumberText read_number_text(const char* at, const char* end, double* values) {
  using namespace number_text;
  NumberText found;
  for (;;) {
    const void* const split = std::memchr(at, '\0', std::size_t(end - at));
    const char* const stop = split ? static_cast<const char*>(split) : end;
    const char* first = at;
    const char* last = stop;
    while (first < last && is_blank(*first)) ++first;
    while (last > first && is_blank(last[-1])) --last;
    double value = std::numeric_limits<double>::quiet_NaN();
    if (first == last)
      ++found.n_empty;
    else if (!read_cell(first, last, value, found))
      return found;
    values[found.n_read++] = value;
    if (!split) break;
    at = stop + 1;
  }
  found.complete = true;
  return found;
}

}  // namespace moonlet
