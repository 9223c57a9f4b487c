// Memory, handles and errors of the page's calls.
#include "interface.h"

#include <cstdio>
#include <cstdlib>

#if defined(__wasm__)
// The library's own ends the program where there is no memory.
void* operator new(std::size_t size) {
  if (void* const at = std::malloc(size > 0 ? size : 1)) return at;
  throw moonlet::NoMemory(moonlet::Index(size));
}
#endif

namespace moonlet::page {
namespace {

std::deque<Block> filled;
std::vector<Thing> things;
Answer last_answer;
char error_words[512];

}  // namespace

Block Blocks::next() {
  if (blocks_.empty()) throw std::invalid_argument("a block of memory is missing in this call");
  Block block = std::move(blocks_.front());
  blocks_.pop_front();
  return block;
}

std::string_view Blocks::next_text() {
  read_.push_back(next());
  const Block& block = read_.back();
  return {reinterpret_cast<const char*>(block.memory.data()), std::size_t(block.bytes)};
}

Numbers next_numbers(Blocks& blocks) {
  Block block = blocks.next();
  if (block.bytes % 8 != 0) throw std::invalid_argument("a block of numbers is cut in the midst of one");
  return {std::move(block.memory), block.bytes / 8};
}

Numbers next_finite(Blocks& blocks, const char* what, Index size) {
  Numbers numbers = next_numbers(blocks);
  char words[160];
  if (numbers.size != size) {
    std::snprintf(words, sizeof words, "%s must be %lld numbers. Got %lld", what, (long long)size,
                  (long long)numbers.size);
    throw std::invalid_argument(words);
  }
  for (Index i = 0; i < size; ++i)
    if (!std::isfinite(numbers.data()[i])) {
      std::snprintf(words, sizeof words, "%s must be finite numbers. Got %g in place %lld", what,
                    numbers.data()[i], (long long)i);
      throw std::invalid_argument(words);
    }
  return numbers;
}

std::int64_t whole(const char* what, double given, double least, double most) {
  if (given >= least && given <= most && given == std::floor(given)) return std::int64_t(given);
  char words[160];
  std::snprintf(words, sizeof words, "%s must be a whole number from %.17g to %.17g. Got %.17g", what, least,
                most, given);
  throw std::invalid_argument(words);
}

std::vector<std::string_view> parts(std::string_view list) {
  std::vector<std::string_view> found;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    found.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return found;
}

double keep(Thing thing) {
  for (std::size_t i = 0; i < things.size(); ++i)
    if (std::holds_alternative<std::monostate>(things[i])) {
      things[i] = std::move(thing);
      return double(i + 1);
    }
  things.push_back(std::move(thing));
  return double(things.size());
}

Thing& thing_at(double handle) {
  return things[std::size_t(whole("a handle", handle, 1, double(things.size()))) - 1];
}

const Data& data_for(const Network& network, double handle, bool with_targets) {
  const Data& data = data_at(handle);
  const moonlet::Network& shape = network->network();
  if (data->n_inputs() != shape.n_inputs() || (with_targets && data->n_outputs() != shape.n_outputs()))
    throw std::invalid_argument("the network's inputs and outputs are not those of the rows");
  return data;
}

Answer& answer() { return last_answer; }

Blocks take_blocks() { return Blocks(std::exchange(filled, {})); }

void say_error(const char* words) { std::snprintf(error_words, sizeof error_words, "%s", words); }

// Where to put a block of so many bytes, which the next call takes; null and an error's words if there is
// no room.
EXPORT void* page_input(double bytes) {
  try {
    const Index size = Index(whole("the size of a block", bytes, 0, 0x1p31 - 1));
    filled.push_back({Buffer<double>(checked_sum(size, 8) / 8), size});
    return filled.back().memory.data();
  } catch (const std::exception& error) {
    filled.clear();
    say_error(error.what());
    return nullptr;
  }
}

EXPORT const void* page_answer() { return last_answer.data(); }
EXPORT const char* page_error() { return error_words; }

EXPORT int page_free(double handle) {
  return answered([&](Blocks&) { thing_at(handle) = std::monostate{}; });
}

}  // namespace moonlet::page
