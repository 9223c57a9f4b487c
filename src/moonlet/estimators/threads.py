"""How many threads a call may ask for, by an estimator's `n_jobs`."""

from __future__ import annotations

from multiprocessing import process

from joblib import effective_n_jobs

__all__ = ["threads_asked_for"]


def threads_asked_for(n_jobs: int | None) -> int | None:
    """Turn `n_jobs` into a number of threads; the engine grants what is free of them.

    Parameters
    ----------
    n_jobs : int or None
        As joblib counts them, but None is all that this process may use.

    Returns
    -------
    n_threads : int or None
        None where `n_jobs` is. But 1 in a worker of joblib's "multiprocessing" or of a pool:
        there is one for each core already, and nothing else tells.
    """
    if n_jobs is not None:
        return int(effective_n_jobs(n_jobs))
    return 1 if process.current_process().daemon else None
