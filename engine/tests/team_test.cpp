// A team does every task of every round once, whoever is late; it shares where that was seen to pay; seats
// change nothing that lasts.
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

// How many of some thousand pieces are shared, where one takes so long alone or shared.
int shared_of(int n, Gain& gain, double alone, double shared) {
  int times = 0;
  for (int piece = 0; piece < n; ++piece) {
    times += gain.shares();
    gain.took(gain.shares() ? shared : alone);
  }
  return times;
}

void work_is_shared_where_that_pays() {
  Gain gain;
  CHECK(shared_of(10000, gain, 100e-6, 60e-6) > 9800);
  CHECK(shared_of(10000, gain, 100e-6, 120e-6) < 200);
  // The other core would be kept busy for next to nothing.
  CHECK(shared_of(10000, gain, 100e-6, 97e-6) < 200);
  CHECK(shared_of(10000, gain, 100e-6, 60e-6) > 9800);
  Gain of_long_pieces;
  CHECK(shared_of(10000, of_long_pieces, 20e-3, 12e-3) == 10000);
}

// One look at the clock that another program fell into decides nothing.
void a_slow_piece_now_and_then_changes_nothing() {
  Gain gain;
  int shared = 0;
  for (int piece = 0; piece < 10000; ++piece) {
    shared += gain.shares();
    gain.took(piece % 3 == 0 ? 4e-3 : gain.shares() ? 60e-6 : 100e-6);
  }
  CHECK(shared > 9800);
}

// Whatever the team decides, all tasks of a piece are done.
void pieces_are_done_either_way() {
  Seats seats;
  Team team(2, seats);
  for (int piece = 0; piece < 2500; ++piece) {
    std::atomic<int> done{0};
    {
      const Team::Piece whole(team);
      team.each(3, [&](Index, int) { ++done; });
      team.each(2, [&](Index, int) { ++done; });
    }
    CHECK(done == 5);
  }
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
  work_is_shared_where_that_pays();
  a_slow_piece_now_and_then_changes_nothing();
  pieces_are_done_either_way();
#if defined(__linux__)
  seats_leave_no_trace();
#endif
}
