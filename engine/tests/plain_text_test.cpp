// Lines are turned into columns without looking outside of the text: it stands alone on the heap
// without an end mark, where the sanitizers see a byte too far.
#include "plain_text.h"

#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "check.h"

using namespace moonlet;
using namespace std::string_view_literals;

std::size_t turn(std::string_view text, std::vector<std::string>& columns, std::size_t longest = 1000) {
  const std::unique_ptr<char[]> alone(new char[text.size()]);
  if (!text.empty()) std::memcpy(alone.get(), text.data(), text.size());
  return turn_plain_text(alone.get(), alone.get() + text.size(), ',', longest, columns);
}

// The same cell by cell, without memchr; 0 for what has no such form.
std::size_t turn_slowly(std::string_view text, std::vector<std::string>& columns, std::size_t longest) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t at = 0; at < text.size();) {
    rows.emplace_back(1);
    std::size_t length = 0;
    for (; at < text.size() && text[at] != '\n'; ++at, ++length) {
      if (text[at] == ',')
        rows.back().emplace_back();
      else
        rows.back().back().push_back(text[at]);
    }
    ++at;
    if (length == 0 || length > longest || rows.back().size() != columns.size()) return 0;
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (std::size_t row = 0; row < rows.size(); ++row)
      columns[i] += (row ? std::string(1, '\0') : "") + rows[row][i];
  return rows.size();
}

int main() {
  std::vector<std::string> two(2);
  CHECK(turn("a,b\nc,\n,d"sv, two) == 3);
  CHECK(two[0] == "a\0c\0"sv && two[1] == "b\0\0d"sv);

  std::mt19937 random(2);
  constexpr char signs[] = "ab,\n,";
  int n_turned = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text(random() % 16, 'a');
    for (char& sign : text) sign = signs[random() % (sizeof signs - 1)];
    const std::size_t width = 1 + random() % 3, longest = 1 + random() % 6;
    std::vector<std::string> ours(width), theirs(width);
    const std::size_t n = turn(text, ours, longest);
    CHECK(n == turn_slowly(text, theirs, longest));
    if (n > 0) CHECK(ours == theirs);
    n_turned += n > 0;
  }
  CHECK(n_turned > 10'000);
}
