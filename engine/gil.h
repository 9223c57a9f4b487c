// Python's lock, given away while the engine works and taken back for a moment or for good.
//
// Up to 3.13 Python ends a thread that asks for the lock while the interpreter ends: pthread_exit,
// which unwinds a stack of functions that let no exception pass, nanobind's among them, so that the
// process would abort. A daemon thread in the middle of a fit is such a thread. It waits here for the
// end of the process instead, as Python itself has it since 3.14.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <exception>
#include <thread>

namespace moonlet {

// Calls what may run Python or wait for its lock. Whatever is thrown in earnest is an std::exception:
// anything else is the end of this thread.
template <class F>
void unless_python_ends(F f) {
  try {
    f();
  } catch (const std::exception&) { throw; } catch (...) {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
}

class WithoutGil {
 public:
  WithoutGil() : state_(PyEval_SaveThread()) {}
  ~WithoutGil() { take_back(); }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

  // f() under the lock.
  template <class F>
  void with_gil(F f) {
    struct Moment {
      WithoutGil& outside;
      explicit Moment(WithoutGil& from) : outside(from) { outside.take_back(); }
      ~Moment() { outside.state_ = PyEval_SaveThread(); }
    };
    const Moment moment(*this);
    unless_python_ends(f);
  }

 private:
  void take_back() {
    unless_python_ends([this] { PyEval_RestoreThread(state_); });
  }

  PyThreadState* state_;
};

}  // namespace moonlet
