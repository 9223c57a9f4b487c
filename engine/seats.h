// Every thread of a call on a core of its own.
//
// A system starts new threads where there seemed to be room, and may leave two that spin for each
// other on one core for milliseconds while the next one idles. So a thread that finds its core taken
// by another one of its call asks once to be moved, and is free to go wherever the system puts it
// afterwards: other programs' threads are never known.
#pragma once

#if defined(__linux__)
#include <sched.h>

#include <mutex>
#endif

namespace moonlet {

class Seats {
 public:
#if defined(__linux__)
  Seats() { CPU_ZERO(&taken_); }

  // Called by a thread when it starts.
  void take() {
    const std::lock_guard lock(mutex_);
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;  // more cores than a set holds
    if (const int here = sched_getcpu(); here >= 0 && CPU_ISSET(here, &taken_)) {
      cpu_set_t free;
      CPU_XOR(&free, &allowed, &taken_);
      CPU_AND(&free, &free, &allowed);
      if (CPU_COUNT(&free) > 0 && sched_setaffinity(0, sizeof free, &free) == 0)
        sched_setaffinity(0, sizeof allowed, &allowed);
    }
    if (const int here = sched_getcpu(); here >= 0) CPU_SET(here, &taken_);
  }

 private:
  std::mutex mutex_;
  cpu_set_t taken_;
#else
  void take() {}
#endif
};

}  // namespace moonlet
