// A trainer's whole state as bytes, out and in: one list of fields serves both ways.
//
// What is read may be anybody's bytes, so nothing is taken whole: numbers, counts, truth values and
// names are fields of their own, and each is refused where it could lead the engine astray. Whatever the
// machine, a number's lowest byte comes first.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "buffer.h"

namespace moonlet {

class State {
 public:
  State() = default;  // to be written
  // To be read: anybody's, or what this process has just written.
  explicit State(std::string bytes, bool anybodys = true)
      : bytes_(std::move(bytes)), reading_(true), anybodys_(anybodys) {}

  bool reading() const { return reading_; }
  const std::string& bytes() const { return bytes_; }

  // A number, of which every value will do.
  void field(double& value) { move(&value, 1); }
  // A count: so small that what is added to it, or taken from it, never overflows.
  void field(std::int64_t& count) { field(count, kMostCounted); }
  template <class T>
  void field(Buffer<T>& buffer) {
    expect(buffer.size());
    move(buffer.data(), std::size_t(buffer.size()));
  }
  template <class T>
    requires std::is_floating_point_v<T>
  void field(std::vector<T>& values) {
    std::int64_t size = std::int64_t(values.size());
    field(size);
    if (reading_) {
      if (std::size_t(size) > (bytes_.size() - at_) / sizeof(T)) refuse();
      values.resize(std::size_t(size));
    }
    move(values.data(), values.size());
  }
  // A number, truth value or name from 0 to `most`.
  template <class Value>
  void field(Value& value, Value most) {
    std::int64_t number = std::int64_t(value);
    move(&number, 1);
    if (anybodys_ && (number < 0 || number > std::int64_t(most))) refuse();
    value = Value(number);
  }
  void field(bool& value) { field(value, true); }
  // A number that must be the same when it is read back.
  void expect(std::int64_t number) {
    std::int64_t found = number;
    move(&found, 1);
    if (found != number) refuse();
  }
  void finish() const {
    if (reading_ && at_ != bytes_.size()) refuse();
  }

 private:
  [[noreturn]] static void refuse() { throw std::invalid_argument("this state is not of such a trainer"); }

  template <class T>
  void move(T* values, std::size_t count) {
    const std::size_t size = sizeof(T) * count;
    if (!reading_) {
      bytes_.append(reinterpret_cast<const char*>(values), size);
      lowest_first<T>(bytes_.data() + bytes_.size() - size, size);
      return;
    }
    if (size > bytes_.size() - at_) refuse();
    if (size > 0) std::memcpy(values, bytes_.data() + at_, size);
    lowest_first<T>(reinterpret_cast<char*>(values), size);
    at_ += size;
  }

  // Turns this machine's order of bytes into that of the file, or back.
  template <class T>
  static void lowest_first(char* bytes, std::size_t size) {
    if constexpr (std::endian::native == std::endian::big)
      for (std::size_t at = 0; at < size; at += sizeof(T)) std::reverse(bytes + at, bytes + at + sizeof(T));
  }

  static constexpr std::int64_t kMostCounted = std::int64_t(1) << 60;

  std::string bytes_;
  std::size_t at_ = 0;
  bool reading_ = false, anybodys_ = false;
};

}  // namespace moonlet
