"""What the compiled core was built for, and how many threads it may use."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from moonlet.engine.arrays import (
    core,
)

FREE_THREADS = 0  # what the core takes for "those that are free"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What the compiled core was built for and what it uses here."""

    level: str
    levels: tuple[str, ...]
    compiler: str
    n_cores: int


def n_cores() -> int:
    """How many cores the engine may use, in all calls of this process together.

    The least of what holds for the process now, its affinity and a limit by threadpoolctl, and of
    what held when moonlet was imported: the quota of its control groups and OMP_NUM_THREADS,
    which the workers of joblib and Dask set.
    """
    return core.thread_limit()


def info() -> EngineInfo:
    """What the compiled core was built for and what it uses here."""
    return EngineInfo(core.level(), tuple(core.levels()), core.compiler(), n_cores())


def free_threads() -> int:
    """How many threads to ask the core for: those that are free, or the one of a pool's process."""
    # A pool of multiprocessing has a process for each core, and no limit that could be asked for.
    # What such a process is told by joblib, that it has one core, it has to find out here.
    pools = sys.modules.get("multiprocessing.process")
    return 1 if pools is not None and pools.current_process().daemon else FREE_THREADS
