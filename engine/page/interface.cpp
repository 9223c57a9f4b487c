// Memory, handles and errors of the page's calls.
#include "interface.h"

#include <cstdlib>

#include "../bits.h"

#if defined(__wasm__)
// The library's own bring a printf along, for a page in which nobody would read it.
extern "C" [[noreturn]] void __abort_message(const char*, ...) { __builtin_trap(); }
[[noreturn]] void std::__libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }

// The library's own ends the program where there is no memory.
void* operator new(std::size_t size) {
  if (void* const at = std::malloc(size > 0 ? size : 1)) return at;
  throw moonlet::NoMemory(moonlet::Index(size));
}
#endif

namespace moonlet::page {
namespace {

std::vector<Block> filled;
std::vector<Thing> things;
Answer last_answer;
char error_words[512];

void say(const char* words) {
  const std::size_t size = std::min(std::strlen(words), sizeof error_words - 1);
  std::copy_n(words, size, error_words);
  error_words[size] = 0;
}

}  // namespace

Block& Blocks::next() {
  if (at_ == blocks_.size()) throw std::invalid_argument("a block of memory is missing in this call");
  return blocks_[at_++];
}

std::string_view Blocks::next_text() {
  const Block& block = next();
  return {reinterpret_cast<const char*>(block.memory.data()), std::size_t(block.bytes)};
}

Numbers next_numbers(Blocks& blocks) {
  Block& block = blocks.next();
  if (block.bytes % 8 != 0) throw std::invalid_argument("a block of numbers is cut in the midst of one");
  return {std::move(block.memory), block.bytes / 8};
}

void refuse(std::string words, std::initializer_list<double> numbers) {
  std::size_t at = 0;
  for (double number : numbers) {
    at = words.find('#', at) + 1;
    const std::string digits = digits_of_bits(number);
    words.insert(at, digits);
    at += digits.size();
  }
  throw std::invalid_argument(words);
}

Numbers next_finite(Blocks& blocks, const char* what, Index size) {
  Numbers numbers = next_numbers(blocks);
  if (numbers.size != size)
    refuse(std::string(what) + " must be # numbers. Got #", {double(size), double(numbers.size)});
  for (Index i = 0; i < size; ++i)
    if (const double x = numbers.data()[i]; !std::isfinite(x))
      refuse(std::string(what) + " must be finite numbers. Got # in place #", {x, double(i)});
  return numbers;
}

std::int64_t whole(const char* what, double given, double least, double most) {
  if (!(given >= least && given <= most && given == std::floor(given)))
    refuse(std::string(what) + " must be a whole number from # to #. Got #", {least, most, given});
  return std::int64_t(given);
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

int answered(void (*call)(const void* f, Blocks&), const void* f) {
  try {
    Blocks blocks(std::exchange(filled, {}));
    last_answer = {};
    call(f, blocks);
    return int(last_answer.bytes());
  } catch (const std::exception& error) {
    say(error.what());
    return -1;
  }
}

// Where to put a block of so many bytes, which the next call takes; null and an error's words if there is
// no room.
EXPORT void* page_input(double bytes) {
  try {
    const Index size = Index(whole("the size of a block", bytes, 0, 0x1p31 - 1));
    filled.push_back({Buffer<double>(checked_sum(size, 8) / 8), size});
    return filled.back().memory.data();
  } catch (const std::exception& error) {
    filled.clear();
    say(error.what());
    return nullptr;
  }
}

EXPORT const void* page_answer() { return last_answer.data(); }
EXPORT const char* page_error() { return error_words; }

EXPORT int page_free(double handle) {
  return answered([&](Blocks&) { thing_at(handle) = std::monostate{}; });
}

}  // namespace moonlet::page
