// A few threads that share the work of one fit, handed over in well under a microsecond.
//
// The threads live as long as the team, which lives as long as a call. Between two pieces of work
// they spin for some microseconds and then sleep. What a task computes may not depend on which
// thread runs it, or on how many there are.
#pragma once

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "network.h"

namespace moonlet {

class Team {
 public:
  // Smaller than asked for where the system refuses a thread: results do not depend on the size.
  explicit Team(int n_threads) {
    threads_.reserve(std::size_t(n_threads));
    try {
      for (int i = 1; i < n_threads; ++i) threads_.emplace_back([this, i] { wait_for_work(i); });
    } catch (const std::exception&) { return; }
  }
  ~Team() {
    ending_ = true;
    publish();
    for (std::thread& thread : threads_) thread.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return int(threads_.size()) + 1; }

  // f(task, thread) for every task in [0, n), in any order, on any thread. f may not throw.
  template <class F>
  void each(Index n, const F& f) {
    if (threads_.empty() || n < 2) {
      for (Index task = 0; task < n; ++task) f(task, 0);
      return;
    }
    call_ = [](const void* context, Index task, int thread) {
      (*static_cast<const F*>(context))(task, thread);
    };
    context_ = &f;
    n_ = n;
    next_.store(0, std::memory_order_relaxed);
    resting_.store(0, std::memory_order_relaxed);
    publish();
    take_tasks(0);
    for (int spins = 0; resting_.load(std::memory_order_acquire) < int(threads_.size());) pause(spins);
  }

 private:
  void publish() {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  void wait_for_work(int thread) {
    for (unsigned seen = 0;;) {
      for (int spins = 0; round_.load(std::memory_order_acquire) == seen && spins < kSpins;) pause(spins);
      round_.wait(seen, std::memory_order_acquire);
      seen = round_.load(std::memory_order_acquire);
      if (ending_) return;
      take_tasks(thread);
      resting_.fetch_add(1, std::memory_order_release);
    }
  }

  void take_tasks(int thread) {
    for (Index task; (task = next_.fetch_add(1, std::memory_order_relaxed)) < n_;)
      call_(context_, task, thread);
  }

  static void pause(int& spins) {
    // Another process may hold the core that we wait for.
    if (++spins % 512 == 0) std::this_thread::yield();
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  static constexpr int kSpins = 4096;

  std::vector<std::thread> threads_;
  std::atomic<unsigned> round_{0};
  std::atomic<Index> next_{0};
  std::atomic<int> resting_{0};
  std::atomic<bool> ending_{false};
  void (*call_)(const void*, Index, int) = nullptr;
  const void* context_ = nullptr;
  Index n_ = 0;
};

}  // namespace moonlet
