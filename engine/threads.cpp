// How many threads this process may use, and how many of them are in use.
#include "threads.h"

#if !defined(_WIN32)
#include <pthread.h>
#endif

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace moonlet {

namespace {

std::atomic<int> in_use{0};
std::atomic<int> limit_set{kNoQuota};
// Which process of a line of forks this is.
std::atomic<std::uint32_t> process{0};

#if !defined(_WIN32)  // no process forks there
[[maybe_unused]] const int on_fork = pthread_atfork(nullptr, nullptr, [] {
  in_use = 0;
  ++process;
});
#endif

int cores() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return std::max(CPU_COUNT(&allowed), 1);
#endif
  return std::max(int(std::thread::hardware_concurrency()), 1);
}

// A quota of part of a core is a thread that waits at times.
int threads_of(double quota, double period) {
  if (!(quota > 0) || !(period > 0)) return kNoQuota;
  return int(std::min((quota + period - 1) / period, double(kNoQuota)));
}

// Of one group: version 2's one file, or version 1's two.
int quota_of(const std::string& folder) {
  double quota = 0, period = 0;
  if (std::ifstream file(folder + "/cpu.max"); file >> quota >> period) return threads_of(quota, period);
  std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
  std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  return threads_of(quota, period);
}

const int at_start =
    std::min(first_number(std::getenv("OMP_NUM_THREADS")), cpu_quota("/sys/fs/cgroup", "/proc/self/cgroup"));

}  // namespace

int first_number(const char* value) {
  if (!value) return kNoQuota;
  const long number = std::strtol(value, nullptr, 10);
  return number >= 1 && number < kNoQuota ? int(number) : kNoQuota;
}

// A group is given no more than those that it lies in. In a container the listing may name it as its host
// does, while its own files lie at the root.
int cpu_quota(const std::string& root, const std::string& listing) {
  int least = kNoQuota;
  std::ifstream file(listing);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string folder = root;
    if (!controllers.empty()) {
      if (("," + controllers + ",").find(",cpu,") == std::string::npos) continue;
      folder += "/" + controllers;
    }
    for (std::string path = line.substr(second + 1);; path.resize(path.rfind('/'))) {
      least = std::min(least, quota_of(folder + path));
      if (path.empty() || path.rfind('/') == std::string::npos) break;
    }
  }
  return std::max(least, 1);
}

int thread_limit_set() { return limit_set; }
void set_thread_limit(int n_threads) { limit_set = std::clamp(n_threads, 1, kNoQuota); }
int thread_limit() { return std::min({cores(), at_start, limit_set.load()}); }
int threads_in_use() { return in_use; }

ThreadsInUse::ThreadsInUse(int n_threads) : held_(n_threads), process_(process) { in_use += n_threads; }
ThreadsInUse::~ThreadsInUse() {
  if (process_ == process) in_use -= held_;
}

int ThreadsInUse::share(int least, int most, int limit) {
  int now = in_use.load(std::memory_order_relaxed), wanted;
  do {
    wanted = std::clamp(limit - (now - held_), least, most);
    if (wanted == held_) return held_;  // most rounds of a team: no other core's copy is lost
  } while (!in_use.compare_exchange_weak(now, now + wanted - held_));
  return held_ = wanted;
}

}  // namespace moonlet
