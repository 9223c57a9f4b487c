"""How much memory this process may use: of the machine, of its container, and as its shell says."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["memory_available", "memory_limit"]

_CGROUP = Path("/sys/fs/cgroup")
_STATUS = Path("/proc/self/status")


def memory_limit() -> int:
    """The most that this process may ever have, in bytes; the same at every call.

    The least of the machine's memory, the container's limit and those of `ulimit`.
    """
    return min([_physical(), *_limits_set(), *(limit for limit, _ in _cgroups())])


def memory_available() -> int:
    """What this process can still take without pushing others out, in bytes."""
    free = [_meminfo("MemAvailable") or _physical()]
    mine = _of_this_process()
    free += [limit - mine for limit in _limits_set()]
    free += [limit - used for limit, used in _cgroups()]
    return max(min(free), 0)


def _physical() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no such call
        return 1 << 62


def _meminfo(name: str) -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(found[0]) * 1024 if found else None


def _of_this_process() -> int:
    """Memory of its own, which `ulimit -d` counts; of `ulimit -v` that is the most part."""
    try:
        lines = _STATUS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def _limits_set() -> list[int]:
    try:
        import resource
    except ImportError:  # Windows
        return []
    kinds = [getattr(resource, name, None) for name in ("RLIMIT_AS", "RLIMIT_DATA")]
    limits = [resource.getrlimit(kind)[0] for kind in kinds if kind is not None]
    return [limit for limit in limits if limit != resource.RLIM_INFINITY]


def _cgroups() -> list[tuple[int, int]]:
    """Limit and use of each group that this process is in, and of those around it."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        top = _CGROUP / controllers
        at = top / path.lstrip("/")
        for folder in (at, *at.parents):
            limit = _number(folder / "memory.max") or _number(folder / "memory.limit_in_bytes")
            if limit is not None:
                used = _number(folder / "memory.current") or _number(
                    folder / "memory.usage_in_bytes"
                )
                found.append((limit, (used or 0) - _file_pages(folder)))
            if folder == top:
                break
    return found


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None  # "max" is no limit


def _file_pages(folder: Path) -> int:
    """Pages of files that a group holds, and gives back when it needs room."""
    try:
        lines = (folder / "memory.stat").read_text().splitlines()
    except OSError:
        return 0
    numbers = dict(line.split()[:2] for line in lines)
    return int(numbers.get("inactive_file", 0)) + int(numbers.get("active_file", 0))
