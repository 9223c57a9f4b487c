// A few threads that share the work of one fit, handed over in well under a microsecond.
//
// The threads live as long as the team, which lives as long as a call. Between two pieces of work
// they spin for some microseconds and then sleep. Nobody waits for a thread that has no task: where
// other programs hold the cores, the caller does the work alone. What a task computes may not depend
// on which thread runs it, or on how many there are.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#if !defined(__wasm__)
#include <thread>
#endif
#include <vector>

#include "gain.h"
#include "network.h"
#include "seats.h"
#include "threads.h"

namespace moonlet {

#if defined(__wasm__)
// A page's worker is alone.
class Team {
 public:
  Team(int, Seats&, ThreadsInUse* = nullptr, int = 0) {}
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return 1; }
  struct Piece {
    explicit Piece(Team&) {}
  };
  template <class F>
  void each(Index n, const F& f) {
    for (Index task = 0; task < n; ++task) f(task, 0);
  }
};
#else
class Team {
 public:
  // Smaller than asked for where the system refuses a thread: results do not depend on the size.
  // With `used` each piece of work is shared by as many as its share of `limit` is at the moment.
  Team(int n_threads, Seats& seats, ThreadsInUse* used = nullptr, int limit = 0)
      : lots_(std::size_t(n_threads)), used_(used), limit_(limit) {
    threads_.reserve(std::size_t(n_threads));
    try {
      for (int i = 1; i < n_threads; ++i) {
        threads_.emplace_back([this, i, &seats] {
          seats.take();
          wait_for_work(i);
        });
      }
    } catch (const std::exception&) {}
    size_ = int(threads_.size()) + 1;
    // One that was put on this core can only leave it when it runs.
    if (!threads_.empty()) std::this_thread::yield();
  }
  ~Team() {
    ending_ = true;
    begin_round();
    for (std::thread& thread : threads_) thread.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return size_; }

  // Work of some rounds that comes again and again, such as a batch, for as long as this lives: done by the
  // caller alone where sharing work like it was seen to be slower.
  class Piece {
   public:
    explicit Piece(Team& team) : team_(team), measured_(team.size() > 1) {
      if (!measured_) return;
      team_.alone_ = !team_.gain_.shares();
      began_ = std::chrono::steady_clock::now();
    }
    ~Piece() {
      if (!measured_) return;
      team_.gain_.took(std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count());
      team_.alone_ = false;
    }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

   private:
    Team& team_;
    const bool measured_;
    std::chrono::steady_clock::time_point began_;
  };

  // f(task, thread) for every task in [0, n), in any order, on any thread. f may not throw.
  template <class F>
  void each(Index n, const F& f) {
    const int active = alone_ ? 1 : used_ && size() > 1 ? used_->share(1, size(), limit_) : size();
    if (active == 1 || n < 2) {
      for (Index task = 0; task < n; ++task) f(task, 0);
      return;
    }
    call_ = [](const void* context, Index task, int thread) {
      (*static_cast<const F*>(context))(task, thread);
    };
    context_ = &f;
    n_ = n;
    active_.store(active, std::memory_order_relaxed);
    done_.store(0, std::memory_order_relaxed);
    for (int i = 0; i < active; ++i) {
      const Index own = (n - i + active - 1) / active;
      lots_[std::size_t(i)].left.store(std::uint64_t(round_ + 1) << 32 | std::uint64_t(own),
                                       std::memory_order_release);
    }
    begin_round();
    take_tasks(0);
    for (unsigned spins = 0; done_.load(std::memory_order_acquire) < n;) pause(spins);
  }

 private:
  // The tasks i, i + active, i + 2 active, … that thread i begins with, for what they need may yet lie in
  // its cache; then it takes those of others.
  struct alignas(64) Lot {
    // How many are left, in the lower half. In the upper the number of their round: a thread that
    // comes late with what it read in an earlier one cannot take any.
    std::atomic<std::uint64_t> left{0};
  };

  void begin_round() {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  void wait_for_work(int thread) {
    for (unsigned seen = 0;;) {
      for (unsigned spins = 0; round_.load(std::memory_order_acquire) == seen && spins < kSpins;)
        pause(spins);
      round_.wait(seen, std::memory_order_acquire);
      seen = round_.load(std::memory_order_acquire);
      if (ending_) return;
      take_tasks(thread);
    }
  }

  void take_tasks(int thread) {
    const int active = active_.load(std::memory_order_relaxed);
    if (thread >= active) return;
    for (int i = 0; i < active; ++i) take_lot((thread + i) % active, thread);
  }

  // A round is not over before its last task is done, so whoever got a task may read what it needs.
  void take_lot(int owner, int thread) {
    std::atomic<std::uint64_t>& lot = lots_[std::size_t(owner)].left;
    for (std::uint64_t left = lot.load(std::memory_order_acquire); std::uint32_t(left) != 0;) {
      if (!lot.compare_exchange_weak(left, left - 1, std::memory_order_acquire)) continue;
      const int active = active_.load(std::memory_order_relaxed);
      const Index own = (n_ - owner + active - 1) / active;
      call_(context_, owner + (own - Index(std::uint32_t(left))) * active, thread);
      done_.fetch_add(1, std::memory_order_release);
      left = lot.load(std::memory_order_acquire);
    }
  }

  // A long task lets `spins` wrap, after a minute or so.
  static void pause(unsigned& spins) {
    // Another process may hold the core that we wait for.
    if (++spins % 512 == 0) std::this_thread::yield();
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  static constexpr unsigned kSpins = 4096;

  std::vector<std::thread> threads_;
  std::vector<Lot> lots_;
  int size_ = 1;
  ThreadsInUse* used_;
  int limit_;
  Gain gain_;
  bool alone_ = false;
  std::atomic<int> active_{1};  // of this round
  std::atomic<unsigned> round_{0};
  std::atomic<Index> done_{0};
  std::atomic<bool> ending_{false};
  void (*call_)(const void*, Index, int) = nullptr;
  const void* context_ = nullptr;
  Index n_ = 0;
};
#endif

}  // namespace moonlet
