"""Who gets which of some things in a row: neighbours together, by the workers' threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["shares"]


def shares(
    things: Sequence[int], threads: Mapping[str, int], held: Mapping[str, int]
) -> dict[str, list[int]]:
    """Cut things into a share for each worker, so that in the end each has as many a thread.

    Parameters
    ----------
    things : sequence of int
    threads : mapping of str to int
        Of each worker.
    held : mapping of str to int
        How many each has already.

    Returns
    -------
    shares : dict of str to list of int
        Without the workers that get nothing.

    Examples
    --------
    >>> shares(range(6), {"a": 1, "b": 2}, {})
    {'a': [0, 1], 'b': [2, 3, 4, 5]}
    >>> shares([3, 4], {"a": 1, "b": 1}, {"a": 2})
    {'b': [3, 4]}
    """
    has = {worker: held.get(worker, 0) for worker in threads}
    counts = dict.fromkeys(threads, 0)
    for _ in things:
        next_one = min(threads, key=lambda worker: (has[worker] + 1) / threads[worker])
        has[next_one] += 1
        counts[next_one] += 1
    found: dict[str, list[int]] = {}
    begin = 0
    for worker, count in counts.items():
        if count:
            found[worker] = list(things[begin : begin + count])
        begin += count
    return found
