// How many threads this process may use for the engine's calls, and how many of them use any now.
//
// The limit is the least of four: the cores that the process may run on, asked at each call; what its
// control groups leave it of them and OMP_NUM_THREADS, which joblib's and Dask's workers set, both as
// they were when the engine was loaded; and what threadpoolctl sets.
#pragma once

#include <cstdint>
#include <string>

namespace moonlet {

// The most threads that calls may use together: of the four above, and what threadpoolctl set alone.
int thread_limit();
int thread_limit_set();
void set_thread_limit(int n_threads);

// What the control groups that lie under `root` and are named in `listing` leave of the cores, as a
// number of threads; kNoQuota if all.
inline constexpr int kNoQuota = 1 << 20;
int cpu_quota(const std::string& root, const std::string& listing);
// The first of the numbers in OMP_NUM_THREADS; kNoQuota if it is not set, or no such number.
int first_number(const char* value);

// Threads that all calls of this process use now.
int threads_in_use();

// Some threads of a call, counted as long as this lives. The count begins anew in a process that was
// forked: the parent's threads are not there.
class ThreadsInUse {
 public:
  explicit ThreadsInUse(int n_threads);
  ~ThreadsInUse();
  ThreadsInUse(const ThreadsInUse&) = delete;
  ThreadsInUse& operator=(const ThreadsInUse&) = delete;

  // From now on as many as other calls leave of `limit`: `least` and `most` hold in any case.
  int share(int least, int most, int limit);

 private:
  int held_;
  std::uint32_t process_;
};

}  // namespace moonlet
