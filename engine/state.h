// A trainer's whole state as bytes, out and in: one list of fields serves both ways.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "buffer.h"

namespace moonlet {

class State {
 public:
  State() = default;                                                               // to be written
  explicit State(std::string bytes) : bytes_(std::move(bytes)), reading_(true) {}  // to be read

  bool reading() const { return reading_; }
  const std::string& bytes() const { return bytes_; }

  template <class Value>
    requires std::is_trivially_copyable_v<Value>
  void field(Value& value) {
    move(&value, sizeof value);
  }
  template <class T>
  void field(Buffer<T>& buffer) {
    expect(buffer.size());
    move(buffer.data(), sizeof(T) * std::size_t(buffer.size()));
  }
  template <class T>
  void field(std::vector<T>& values) {
    Index size = Index(values.size());
    field(size);
    if (reading_) {
      if (size < 0 || std::size_t(size) > (bytes_.size() - at_) / sizeof(T)) refuse();
      values.resize(std::size_t(size));
    }
    move(values.data(), sizeof(T) * values.size());
  }
  // A number, truth value or name from 0 to `most`: what is read back may be anybody's bytes.
  template <class Value>
  void field(Value& value, Value most) {
    Index number = Index(value);
    field(number);
    if (number < 0 || number > Index(most)) refuse();
    value = Value(number);
  }
  void field(bool& value) { field(value, true); }
  // A number that must be the same when it is read back.
  void expect(Index number) {
    Index found = number;
    field(found);
    if (found != number) refuse();
  }
  void finish() const {
    if (reading_ && at_ != bytes_.size()) refuse();
  }

 private:
  [[noreturn]] static void refuse() { throw std::invalid_argument("this state is not of such a trainer"); }

  void move(void* value, std::size_t size) {
    if (!reading_) {
      bytes_.append(static_cast<const char*>(value), size);
      return;
    }
    if (size > bytes_.size() - at_) refuse();
    if (size > 0) std::memcpy(value, bytes_.data() + at_, size);
    at_ += size;
  }

  std::string bytes_;
  std::size_t at_ = 0;
  bool reading_ = false;
};

}  // namespace moonlet
