// Lines of cells, turned into columns: for text without quotes, where each line has as many
// delimiters as there are columns less one. What that is not is split by Python's csv module, and
// gives the same cells (columns.py).
#pragma once

#include <cstring>
#include <string>
#include <vector>

namespace moonlet {

// Appends each column's cells, split by NUL characters, to `columns`; returns the number of lines,
// or 0 for ragged or empty lines, or one of more than `longest` bytes. Then the columns are of no
// use.
inline std::size_t turn_plain_text(const char* at, const char* end, char delimiter, std::size_t longest,
                                   std::vector<std::string>& columns) {
  const std::size_t last = columns.size() - 1;
  std::size_t n_lines = 0;
  while (at < end) {
    const void* const found = std::memchr(at, '\n', std::size_t(end - at));
    const char* const stop = found ? static_cast<const char*>(found) : end;
    if (stop == at || std::size_t(stop - at) > longest) return 0;
    for (std::size_t i = 0; i <= last; ++i) {
      const void* const next = std::memchr(at, delimiter, std::size_t(stop - at));
      if ((next == nullptr) != (i == last)) return 0;
      const char* const cell_end = next ? static_cast<const char*>(next) : stop;
      if (n_lines > 0) columns[i].push_back('\0');
      columns[i].append(at, std::size_t(cell_end - at));
      at = next ? cell_end + 1 : cell_end;
    }
    at = stop + 1;
    ++n_lines;
  }
  return n_lines;
}

}  // namespace moonlet
