// Many trainers over the cores, the longest first: one network a core, or several cores for a
// network where there are more cores than networks.
//
// Threads are started for a call and end with it, so that a process may fork between calls.
// Meanwhile the calling thread sleeps, and wakes every few milliseconds to look at the outside
// world through `poll`. Work so short that nobody would wait for it is done where it is, and so is
// the first moment of a single network: how soon L-BFGS ends cannot be known, and a small fit is
// over in the time that starting a thread takes.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <numeric>
#include <thread>

#include "trainer.h"

namespace moonlet {

inline constexpr double kShortWork = 0.02 * kWorkASecond;
inline constexpr double kMoment = 0.002;  // seconds
inline constexpr std::chrono::milliseconds kPollEvery{20};

// Runs a network of quick passes for a moment; what is left of the budget.
inline Budget begin_here(AnyTrainer& trainer, Budget budget, const Control& control) {
  if (trainer.most_work_left({1}) > kMoment * kWorkASecond) return budget;
  const std::int64_t n_iter = trainer.n_iter();
  const double seconds = trainer.seconds();
  Seats seats;
  Workplace workplace(1, seats);
  trainer.run({budget.passes, std::min(budget.seconds, kMoment)}, control, workplace);
  if (budget.passes >= 0) budget.passes -= trainer.n_iter() - n_iter;
  budget.seconds -= trainer.seconds() - seconds;
  return budget;
}

// `poll` gets the positions of the trainers that ended since the last call; false ends the run,
// each trainer as after some whole pass. Exceptions of a worker are thrown here.
inline void run_batch(const std::vector<AnyTrainer*>& trainers, int n_threads, Budget budget,
                      const std::function<bool(const std::vector<Index>&)>& poll) {
  std::vector<Index> order;
  std::vector<double> work(trainers.size());
  for (std::size_t i = 0; i < trainers.size(); ++i) {
    work[i] = trainers[i]->most_work_left(budget);
    if (!trainers[i]->ended()) order.push_back(Index(i));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](Index a, Index b) { return work[std::size_t(a)] > work[std::size_t(b)]; });

  Control control;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::condition_variable all_done;
  std::vector<Index> ended;
  std::exception_ptr failure;
  int running = 0;
  Seats seats;

  const auto worker = [&](int team_size) {
    try {
      Workplace workplace(team_size, seats);
      for (std::size_t i; !control.stop && (i = next++) < order.size();) {
        AnyTrainer& trainer = *trainers[std::size_t(order[i])];
        trainer.run(budget, control, workplace);
        if (!trainer.ended()) continue;
        const std::lock_guard lock(mutex);
        ended.push_back(order[i]);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
      control.stop = true;
    }
    const std::lock_guard lock(mutex);
    if (--running <= 0) all_done.notify_one();
  };

  const bool sharing = std::any_of(trainers.begin(), trainers.end(),
                                   [](const AnyTrainer* one) { return one->can_share_a_team(); });
  bool done_here = std::accumulate(work.begin(), work.end(), 0.0) <= kShortWork;
  if (done_here) {
    worker(1);
  } else if (order.size() == 1 && !sharing) {
    AnyTrainer& trainer = *trainers[std::size_t(order[0])];
    budget = begin_here(trainer, budget, control);
    if (trainer.ended()) ended = order;
    done_here = trainer.ended() || budget.passes == 0 || budget.seconds <= 0;
  }
  if (!done_here) {
    std::vector<std::thread> threads;
    const int wanted = int(std::min(order.size(), std::size_t(std::max(n_threads, 1))));
    threads.reserve(std::size_t(wanted));
    running = wanted;
    try {
      for (int i = 0; i < wanted; ++i)
        threads.emplace_back([&, team_size = sharing ? std::max(1, n_threads / wanted) : 1] {
          seats.take();
          worker(team_size);
        });
    } catch (const std::exception&) {  // those that did start do all the work
      if (threads.empty())
        throw NoMemory("no thread could be started: this process is at its limit of memory or threads");
      const std::lock_guard lock(mutex);
      running -= wanted - int(threads.size());
    }
    std::exception_ptr poll_failure;
    for (bool done = false; !done;) {
      std::vector<Index> news;
      {
        std::unique_lock lock(mutex);
        done = all_done.wait_for(lock, kPollEvery, [&] { return running <= 0; });
        if (!done) news.swap(ended);  // what is left at the end is told once, below
      }
      try {
        if (!done && !control.stop && !poll(news)) control.stop = true;
      } catch (...) {
        poll_failure = std::current_exception();
        control.stop = true;
      }
    }
    for (std::thread& thread : threads) thread.join();
    if (poll_failure) std::rethrow_exception(poll_failure);
  }
  if (failure) std::rethrow_exception(failure);
  if (!control.stop) poll(ended);
}

}  // namespace moonlet
