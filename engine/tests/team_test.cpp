// A team does every task of every round once, whoever is late; seats change nothing that lasts.
#include "team.h"

#include <vector>

#include "check.h"

using namespace moonlet;

namespace {

// As many rounds of unlike numbers of tasks; with more threads than cores some are always late.
void rounds(int n_threads, int n_rounds) {
  Seats seats;
  Team team(n_threads, seats);
  std::vector<int> times, thread_of;
  for (int round = 0; round < n_rounds; ++round) {
    const Index n = 1 + round * 7 % 23;
    times.assign(std::size_t(n), 0);
    thread_of.assign(std::size_t(n), -1);
    team.each(n, [&](Index task, int thread) {
      ++times[std::size_t(task)];
      thread_of[std::size_t(task)] = thread;
    });
    for (Index task = 0; task < n; ++task) {
      CHECK(times[std::size_t(task)] == 1);
      CHECK(thread_of[std::size_t(task)] >= 0 && thread_of[std::size_t(task)] < team.size());
    }
  }
}

// A thread that holds a task up is not waited for by the tasks of the others.
void others_go_on() {
  Seats seats;
  Team team(2, seats);
  std::atomic<int> done{0};
  team.each(9, [&](Index task, int) {
    if (task == 0)
      while (done < 8) std::this_thread::yield();
    ++done;
  });
  CHECK(done == 9);
}

#if defined(__linux__)
// More threads than cores take seats: each may go wherever it could before.
void seats_leave_no_trace() {
  cpu_set_t before;
  CHECK(sched_getaffinity(0, sizeof before, &before) == 0);
  Seats seats;
  std::atomic<int> unchanged{0};
  std::vector<std::thread> threads;
  const int n = CPU_COUNT(&before) + 2;
  for (int i = 0; i < n; ++i)
    threads.emplace_back([&] {
      seats.take();
      cpu_set_t after;
      if (sched_getaffinity(0, sizeof after, &after) == 0 && CPU_EQUAL(&before, &after)) ++unchanged;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(unchanged == n);
}
#endif

}  // namespace

int main() {
  for (int n_threads : {1, 2, 3, 8}) rounds(n_threads, 2000);
  others_go_on();
#if defined(__linux__)
  seats_leave_no_trace();
#endif
}
