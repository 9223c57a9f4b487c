// How the page calls the engine: numbers, and blocks of memory that it filled before, go in; a handle,
// or some bytes, come out; an exception comes out as words.
//
// Every number is a double, for JavaScript has no other and WebAssembly would cut it silently: what it
// must be is checked here. What the page holds it holds by a number, so that no wrong one can lead astray.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../architecture.h"
#include "../mersenne.h"
#include "../trainer.h"

// build.py looks for these.
#define EXPORT extern "C"

namespace moonlet::page {

using Network = std::shared_ptr<const Architecture>;
using Data = std::shared_ptr<const TrainingData<double>>;

using Training = std::unique_ptr<Trainer<double>>;

// ---- what comes in ----

struct Block {
  Buffer<double> memory;
  Index bytes;
};

// The blocks of one call, in the order in which they were filled.
class Blocks {
 public:
  explicit Blocks(std::vector<Block> blocks) : blocks_(std::move(blocks)) {}

  Block& next();  // to be taken, or read until the call ends
  std::string_view next_text();

 private:
  std::vector<Block> blocks_;
  std::size_t at_ = 0;
};

struct Numbers {
  Buffer<double> memory;
  Index size;
  const double* data() const { return memory.data(); }
};
Numbers next_numbers(Blocks& blocks);
// As many as that, none of them infinite or NaN.
Numbers next_finite(Blocks& blocks, const char* what, Index size);

// A whole number from `least` to `most`, or words.
std::int64_t whole(const char* what, double given, double least, double most);
// The parts of a list, between commas.
std::vector<std::string_view> parts(std::string_view list);

// ---- what is held ----

using Thing = std::variant<std::monostate, Network, Data, Training, std::unique_ptr<Mersenne>>;
double keep(Thing thing);
Thing& thing_at(double handle);

template <class Kind>
Kind& held(const char* what, double handle) {
  Kind* const found = std::get_if<Kind>(&thing_at(handle));
  if (!found) throw std::invalid_argument(std::string("this is no ") + what + " that the engine holds");
  return *found;
}
inline Network& network_at(double handle) { return held<Network>("network", handle); }
inline Data& data_at(double handle) { return held<Data>("rows", handle); }
inline Training& training_at(double handle) { return held<Training>("trainer", handle); }

// Rows that fit a network; with their targets, unless they are only to be answered.
const Data& data_for(const Network& network, double handle, bool with_targets);

// ---- what goes out ----

class Answer {
 public:
  // Room for so many; zeroed.
  template <class T>
  T* room(Index n) {
    memory_ = Buffer<double>(checked_sum(checked_product(n, sizeof(T)), 7) / 8);
    bytes_ = n * Index(sizeof(T));
    return reinterpret_cast<T*>(memory_.data());
  }
  void number(double value) { *room<double>(1) = value; }
  void numbers(const double* values, Index n) { std::copy_n(values, n, room<double>(n)); }
  void text(std::string_view text) { std::copy_n(text.data(), text.size(), room<char>(Index(text.size()))); }

  const void* data() const { return memory_.data(); }
  Index bytes() const { return bytes_; }

 private:
  Buffer<double> memory_;
  Index bytes_ = 0;
};

Answer& answer();

// Throws these words, with numbers in the places of "#": JavaScript writes them, for a printf of its own
// would be a tenth of the page's engine.
[[noreturn]] void refuse(std::string words, std::initializer_list<double> numbers = {});

// f(blocks), whose answer is then read; its length in bytes, or -1 and an error's words.
int answered(void (*call)(const void* f, Blocks&), const void* f);
template <class F>
int answered(const F& f) {
  return answered([](const void* g, Blocks& blocks) { (*static_cast<const F*>(g))(blocks); }, &f);
}

}  // namespace moonlet::page
