// Numbers are read as strtod reads them, and nothing outside of the text is looked at: every text
// stands alone on the heap without an end mark, where the sanitizers see a byte too far.
#include "number_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"

using namespace moonlet;
using namespace std::string_view_literals;

struct Reading {
  NumberText found;
  std::vector<double> values;
};

// In memory that ends where the text and the cells do.
Reading read(std::string_view text) {
  const std::unique_ptr<char[]> alone(new char[text.size()]);
  if (!text.empty()) std::memcpy(alone.get(), text.data(), text.size());
  std::size_t n_cells = 1;
  for (char sign : text) n_cells += sign == '\0';
  const std::unique_ptr<double[]> values(new double[n_cells]);
  const NumberText found = read_number_text(alone.get(), alone.get() + text.size(), values.get());
  CHECK(found.n_read >= 0 && std::size_t(found.n_read) <= n_cells);
  CHECK(found.complete == (std::size_t(found.n_read) == n_cells));
  CHECK(found.n_empty <= found.n_read);
  return {found, {values.get(), values.get() + found.n_read}};
}

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

// Of the form in the header's comment, told in another way than there: part by part from the end.
bool is_plain(std::string_view cell) {
  const auto all_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == part.npos;
  };
  const auto unsign = [](std::string_view& part) {
    if (!part.empty() && (part[0] == '+' || part[0] == '-')) part.remove_prefix(1);
  };
  unsign(cell);
  if (const auto at = cell.find_first_of("eE"); at != cell.npos) {
    std::string_view power = cell.substr(at + 1);
    unsign(power);
    if (power.empty() || !all_digits(power)) return false;
    cell = cell.substr(0, at);
  }
  if (const auto at = cell.find('.'); at != cell.npos) {
    const std::string_view whole = cell.substr(0, at), fraction = cell.substr(at + 1);
    return whole.size() + fraction.size() > 0 && all_digits(whole) && all_digits(fraction);
  }
  return !cell.empty() && all_digits(cell);
}

void check_one(std::string_view cell) {
  const Reading reading = read(cell);
  const double theirs = std::strtod(std::string(cell).c_str(), nullptr);
  cell.remove_prefix(std::min(cell.find_first_not_of(" \t"), cell.size()));
  cell.remove_suffix(cell.size() - 1 - std::min(cell.find_last_not_of(" \t"), cell.size() - 1));
  if (reading.found.complete) {
    CHECK(is_plain(cell));
    CHECK(same(reading.values[0], theirs) || std::isinf(theirs));
  } else {
    // What is too large or too small for a double may end the reading, too.
    CHECK(!is_plain(cell) || std::isinf(theirs) || theirs == 0.0);
  }
}

void numbers_by_hand() {
  const Reading reading = read(
      "1\0-2.5\0 +.5\t\0\0 \t \0"
      "4.\0"
      "1e3\0-0\0"
      "5E-1"sv);
  CHECK(reading.found.complete && reading.found.n_read == 9 && reading.found.n_empty == 2);
  const double expected[] = {1, -2.5, .5, NAN, NAN, 4, 1000, -0.0, .5};
  for (int i = 0; i < 9; ++i)
    CHECK(std::isnan(expected[i]) ? std::isnan(reading.values[i]) : same(reading.values[i], expected[i]));

  CHECK(read("1\0"
             "2x\0"
             "3"sv)
            .found.n_read == 1);
  for (std::string_view none : {"-"sv, "."sv, "+."sv, "e5"sv, ".e5"sv, "1e"sv, "1e+"sv, "1 2"sv, "--1"sv,
                                "+-1"sv, "0x10"sv, "inf"sv, "nan"sv, "1_0"sv, "1,5"sv, "1e5.5"sv,
                                "\xc2\xa0"
                                "1"sv,
                                "\xff"sv})
    CHECK(read(none).found.n_read == 0);
}

void flags() {
  CHECK(read("007"sv).found.padded && read("-00"sv).found.padded);
  CHECK(!read("0\0"
              "0.07\0"
              "7"sv)
             .found.padded);
  CHECK(read("9007199254740993"sv).found.beyond_exact && !read("9007199254740991\0"
                                                               "1e300"sv)
                                                              .found.beyond_exact);
  CHECK(read("1.234\0"
             "12"sv)
            .found.dotted &&
        read("1.234\0"
             "12"sv)
            .found.undotted);
  CHECK(!read("1.234\0"
              "999.000"sv)
             .found.point_shown);
  for (std::string_view shown : {"0.234"sv, "1.23"sv, "1234.567"sv, ".123"sv, "1.234e2"sv, "1."sv})
    CHECK(read(shown).found.point_shown);
}

void truncated() {
  const std::string_view whole =
      " -123.456e+7 \0\0 .5\0"
      "9007199254740993\0"
      "1E-300\0+0"sv;
  for (std::size_t begin = 0; begin <= whole.size(); ++begin)
    for (std::size_t end = begin; end <= whole.size(); ++end) read(whole.substr(begin, end - begin));
}

void huge() {
  for (std::size_t n : {400u, 100'000u}) {
    check_one(std::string(n, '9'));
    check_one("0." + std::string(n, '0') + "1");
    check_one("1." + std::string(n, '3'));
    check_one("1e" + std::string(n, '9'));
    check_one("1e-" + std::string(n, '9'));
    check_one(std::string(n, '0') + "1");
    check_one(std::string(n, ' ') + "1" + std::string(n, '\t'));
  }
  const Reading gaps = read(std::string(1'000'000, '\0'));
  CHECK(gaps.found.complete && gaps.found.n_empty == 1'000'001);
}

void random_texts() {
  std::mt19937 random(1);
  constexpr char signs[] = "0123456789012345.+-eE \t,x";
  for (int i = 0; i < 300'000; ++i) {
    std::string cell(random() % 12, '0');
    for (char& sign : cell) sign = signs[random() % (sizeof signs - 1)];
    if (cell.find_first_not_of(" \t") == cell.npos)
      CHECK(read(cell).found.n_empty == 1);
    else
      check_one(cell);
  }
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& byte : bytes) byte = char(random() % 4 == 0 ? 0 : random());
    read(bytes);
  }
}

int main() {
  CHECK(read(""sv).found.complete && read(""sv).found.n_empty == 1);
  numbers_by_hand();
  flags();
  truncated();
  huge();
  random_texts();
}
