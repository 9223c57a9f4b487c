// Many trainers over the cores, the longest first: one network a core, or several cores for a
// network where there are more cores than networks.
//
// Threads are started for a call and end with it, so that a process may fork between calls.
// Meanwhile the calling thread sleeps, and wakes every few milliseconds to look at the outside
// world through `poll`. Work so short that nobody would wait for it is done where it is, and so is
// the first moment of a single network: how soon L-BFGS ends cannot be known, and a small fit is
// over in the time that starting a thread takes. Where no thread can be started all is done there.
//
// A call that is not told how many threads to use takes those that other calls of this process leave
// free (threads.h), and makes room, but for one thread, for calls that come later: a team by sharing its
// next piece of work among fewer, a worker by standing still until there is room again.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "trainer.h"

namespace moonlet {

inline constexpr double kShort = 0.02, kMoment = 0.002;  // seconds
inline constexpr std::chrono::milliseconds kPollEvery{20};
inline constexpr std::chrono::milliseconds kPause{1};  // of a worker that makes room

// Takes the threads that are free.
inline constexpr int kFreeThreads = 0;

// Told the positions of the trainers that have ended since the last call; false ends the run.
using Poll = std::function<bool(const std::vector<Index>&)>;

// Runs a network on this thread, for so many seconds; what is left of the budget.
inline Budget run_here(AnyTrainer& trainer, Budget budget, double seconds, const Control& control,
                       Workplace& workplace) {
  const double before = trainer.seconds();
  const std::int64_t passes =
      trainer.run({budget.passes, std::min(budget.seconds, seconds)}, control, workplace);
  if (budget.passes > 0) budget.passes -= passes;
  budget.seconds -= trainer.seconds() - before;
  return budget;
}

inline bool is_done(const AnyTrainer& trainer, const Budget& budget) {
  return trainer.ended() || budget.passes == 0 || budget.seconds <= 0;
}

// One call: its trainers in order, and what its threads tell each other.
class BatchRun {
 public:
  BatchRun(const std::vector<AnyTrainer*>& trainers, Budget budget, const Poll& poll)
      : trainers_(trainers), budget_(budget), poll_(poll) {
    std::vector<double> work(trainers.size());
    for (std::size_t i = 0; i < trainers.size(); ++i) {
      work[i] = trainers[i]->most_work_left(budget);
      total_work_ += work[i];
      if (trainers[i]->ended()) continue;
      order_.push_back(Index(i));
      most_threads_ += trainers[i]->most_threads();
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](Index a, Index b) { return work[std::size_t(a)] > work[std::size_t(b)]; });
  }

  void run(int n_threads) {
    if (!begin_here()) {
      start_threads(n_threads);
      if (workers_.empty())
        run_here_to_the_end();
      else
        watch();
    }
    if (failure_) std::rethrow_exception(failure_);
    if (!stop_) poll_(ended_);
  }

 private:
  // Work that is short, or the first moment of what may be; true when that was all.
  bool begin_here() {
    // Where several threads can share it, it is worth their start sooner.
    const bool short_work = total_work_ <= (most_threads_ > 1 ? kMoment : kShort) * kWorkASecond;
    const bool may_be_short = order_.size() == 1 && trainer(0).most_work_left({1}) <= kMoment * kWorkASecond;
    if (!short_work && !may_be_short) return false;
    ThreadsInUse used(1);
    Workplace workplace(1, seats_);
    if (!short_work) {
      budget_ = run_here(trainer(0), budget_, kMoment, Control{}, workplace);
      if (trainer(0).ended()) end(0, Control{});
      return is_done(trainer(0), budget_);
    }
    for (std::size_t at = 0; at < order_.size(); ++at) {
      trainer(at).run(budget_, Control{}, workplace);
      if (trainer(at).ended()) end(at, Control{});
    }
    return true;
  }

  // A thread of this call, with its team, and where it looks whether to stop.
  struct Worker {
    Worker(int size, bool stays_on)
        : used(std::make_unique<ThreadsInUse>(size)), team_size(size), stays(stays_on) {}
    std::unique_ptr<ThreadsInUse> used;
    int team_size;
    bool stays;  // others make room
    Control control{};
    std::thread thread{};
  };

  void start_threads(int n_threads) {
    const bool takes_what_is_free = n_threads == kFreeThreads;
    limit_ = takes_what_is_free ? thread_limit() : 0;
    const int allowed =
        takes_what_is_free ? limit_ - threads_in_use() : std::min(n_threads, thread_limit_set());
    const int granted = int(std::clamp<Index>(allowed, 1, std::max<Index>(most_threads_, 1)));
    const int wanted = int(std::min(order_.size(), std::size_t(granted)));
    try {
      for (int i = 0; i < wanted; ++i) {
        Worker& worker = workers_.emplace_back(granted / wanted, i == 0);
        const std::lock_guard lock(mutex_);
        worker.thread = std::thread([this, &worker] {
          seats_.take();
          work(worker);
        });
        ++running_;
      }
    } catch (const std::exception&) {  // those that did start do all the work
      if (!workers_.back().thread.joinable()) workers_.pop_back();
    }
  }

  void work(Worker& worker) {
    try {
      ThreadsInUse* const used = limit_ > 0 ? worker.used.get() : nullptr;
      Workplace workplace(worker.team_size, seats_, used, limit_);
      for (std::size_t at; !stop_ && (at = next_++) < order_.size();) {
        Budget left = budget_;
        do {
          left = run_here(trainer(at), left, left.seconds, worker.control, workplace);
        } while (!is_done(trainer(at), left) && goes_on(worker));
        if (trainer(at).ended()) end(at, worker.control);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
      stop();
    }
    const std::lock_guard lock(mutex_);
    worker.used.reset();
    if (--running_ == 0) all_done_.notify_one();
  }

  void end(std::size_t at, const Control& control) {
    trainer(at).judge(control);
    const std::lock_guard lock(mutex_);
    ended_.push_back(order_[at]);
  }

  // A worker was told to stop: for good, or to make room until there is some.
  bool goes_on(Worker& worker) {
    while (!stop_ && worker.used->share(0, worker.team_size, limit_) == 0)
      std::this_thread::sleep_for(kPause);
    worker.control.stop = false;
    return !stop_;
  }

  void stop() {
    stop_ = true;
    for (Worker& worker : workers_) worker.control.stop = true;
  }

  // On the calling thread, while the others work.
  void watch() {
    std::exception_ptr poll_failure;
    for (bool done = false; !done;) {
      std::vector<Index> news;
      {
        std::unique_lock lock(mutex_);
        done = all_done_.wait_for(lock, kPollEvery, [&] { return running_ == 0; });
        if (!done) news.swap(ended_);  // what is left at the end is told once, by run
      }
      if (limit_ > 0 && threads_in_use() > limit_)
        for (Worker& worker : workers_)
          if (!worker.stays) worker.control.stop = true;
      try {
        if (!done && !stop_ && !poll_(news)) stop();
      } catch (...) {
        poll_failure = std::current_exception();
        stop();
      }
    }
    for (Worker& worker : workers_) worker.thread.join();
    if (poll_failure) std::rethrow_exception(poll_failure);
  }

  // Where no thread can be started, with a look outside between passes.
  void run_here_to_the_end() {
    ThreadsInUse used(1);
    Workplace workplace(1, seats_);
    const double slice = std::chrono::duration<double>(kPollEvery).count();
    for (std::size_t at = 0; at < order_.size(); ++at) {
      for (Budget left = budget_; !stop_ && !is_done(trainer(at), left);) {
        left = run_here(trainer(at), left, slice, Control{}, workplace);
        if (trainer(at).ended()) end(at, Control{});
        if (!poll_(std::exchange(ended_, {}))) stop_ = true;
      }
    }
  }

  AnyTrainer& trainer(std::size_t at) const { return *trainers_[std::size_t(order_[at])]; }

  const std::vector<AnyTrainer*>& trainers_;
  Budget budget_;
  const Poll& poll_;
  std::vector<Index> order_;  // positions of those that have not ended, the longest first
  double total_work_ = 0;
  Index most_threads_ = 0;  // that are of use
  int limit_ = 0;           // of all calls together, where this one takes what is free

  std::atomic<bool> stop_{false};
  Seats seats_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::vector<Index> ended_;
  std::exception_ptr failure_;
  int running_ = 0;
  std::deque<Worker> workers_;
};

// Each trainer ends, or is left as after some whole pass. `n_threads` at most, or those that are free.
// Exceptions of a worker are thrown here.
inline void run_batch(const std::vector<AnyTrainer*>& trainers, int n_threads, Budget budget,
                      const Poll& poll) {
  BatchRun(trainers, budget, poll).run(n_threads);
}

}  // namespace moonlet
