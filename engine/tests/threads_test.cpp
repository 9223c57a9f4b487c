// Threads in use are counted through calls that come and go, and through forks; the limit reads
// control groups and OMP_NUM_THREADS as they are written.
#include "threads.h"

#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "check.h"

using namespace moonlet;

namespace {

void shares_leave_one_to_each_and_no_more_than_the_limit_to_all() {
  constexpr int limit = 4;
  ThreadsInUse first(limit);
  CHECK(first.share(1, limit, limit) == 4 && threads_in_use() == 4);
  {
    ThreadsInUse second(1);  // what is granted where nothing is free
    CHECK(first.share(1, limit, limit) == 3 && threads_in_use() == limit);
    CHECK(second.share(1, limit, limit) == 1 && threads_in_use() == limit);
    const ThreadsInUse told(5);  // one that was told how many makes no room
    CHECK(first.share(1, limit, limit) == 1);
    CHECK(second.share(0, limit, limit) == 0 && threads_in_use() == 6);
  }
  CHECK(threads_in_use() == 1);
  CHECK(first.share(1, 3, limit) == 3);  // no more than it has
}

// Whoever takes a share at the same time: together no more than the limit, when all have looked twice.
void shares_taken_at_once() {
  constexpr int limit = 5, calls = 4, rounds = 20000;
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int call = 0; call < calls; ++call)
    threads.emplace_back([&] {
      ThreadsInUse used(1);
      for (int round = 0; round < rounds; ++round) {
        const int mine = used.share(1, limit, limit);
        CHECK(mine >= 1 && mine <= limit);
        if (const int now = threads_in_use(); now > most) most = now;
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(most <= limit + calls - 1);  // each may have come when nothing was free
  CHECK(threads_in_use() == 0);
}

#if !defined(_WIN32)  // no process forks there, and none has control groups
void a_forked_child_begins_with_none() {
  int status = 0;
  {
    const ThreadsInUse used(3);
    const pid_t child = fork();
    if (child == 0) {
      bool right = threads_in_use() == 0;
      { const ThreadsInUse own(2); }
      right = right && threads_in_use() == 0;
      const_cast<ThreadsInUse&>(used).~ThreadsInUse();  // the parent's, at the end of its block
      _exit(right && threads_in_use() == 0 ? 0 : 1);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(threads_in_use() == 3);
  }
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK(threads_in_use() == 0);
}

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

void quotas_of_control_groups() {
  std::string name = fs::temp_directory_path() / "moonlet-threads-XXXXXX";
  CHECK(mkdtemp(name.data()));
  const fs::path root = name;
  const std::string groups = root / "groups", listing = root / "listing";
  const auto quota = [&](const std::string& list) {
    write(listing, list);
    return cpu_quota(groups, listing);
  };
  CHECK(cpu_quota(groups, root / "none") == kNoQuota);  // not Linux
  CHECK(quota("0::/a/b\n") == kNoQuota);
  write(groups + "/cpu.max", "max 100000\n");
  CHECK(quota("0::/\n") == kNoQuota);
  write(groups + "/a/cpu.max", "350000 100000\n");
  CHECK(quota("0::/a/b\n") == 4 && quota("0::/\n") == kNoQuota);  // part of a core is a thread
  write(groups + "/a/b/cpu.max", "20000 100000\n");
  CHECK(quota("0::/a/b\n") == 1 && quota("0::/a\n") == 4);
  // Version 1, and a container's own files, which lie at the root.
  write(groups + "/cpu,cpuacct/c/cpu.cfs_quota_us", "200000\n");
  write(groups + "/cpu,cpuacct/c/cpu.cfs_period_us", "100000\n");
  write(groups + "/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  write(groups + "/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  CHECK(quota("9:memory:/a\n4:cpu,cpuacct:/c/d\n") == 2 && quota("4:cpu,cpuacct:/d\n") == kNoQuota);
  write(groups + "/cpu,cpuacct/cpu.cfs_quota_us", "300000\n");
  CHECK(quota("4:cpu,cpuacct:/host's/name\n") == 3 && quota("7:cpuset:/c\n") == kNoQuota);
  for (const char* text : {"", "0", "words words", "-5 -5", "9e99 1", "nan 1"}) {
    write(groups + "/e/cpu.max", text);
    CHECK(quota("0::/e\n") == kNoQuota);
  }
  for (const char* list : {"", "\n", "no colon\n", "one:colon\n", "::\n", "0::no slash\n"})
    CHECK(quota(list) == kNoQuota);
  fs::remove_all(root);
}
#endif

void numbers_of_threads_in_the_environment() {
  CHECK(first_number("1") == 1 && first_number("12") == 12 && first_number("4,2") == 4);
  for (const char* value : {"", "0", "-3", "many", "99999999999999999999"})
    CHECK(first_number(value) == kNoQuota);
  CHECK(first_number(nullptr) == kNoQuota);
}

}  // namespace

int main() {
  shares_leave_one_to_each_and_no_more_than_the_limit_to_all();
  shares_taken_at_once();
#if !defined(_WIN32)
  a_forked_child_begins_with_none();
  quotas_of_control_groups();
#endif
  numbers_of_threads_in_the_environment();
  set_thread_limit(1);
  CHECK(thread_limit() == 1 && thread_limit_set() == 1);
  set_thread_limit(-7);
  CHECK(thread_limit() == 1);
}
