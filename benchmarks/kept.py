"""Results that take hours: kept in a file as they come in, so that a script goes on from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

__all__ = ["measure_missing", "results_in"]

Result = dict[str, Any]


def results_in(file: Path) -> list[Result]:
    """Those that the file has, a line each."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def measure_missing(
    file: Path, measure: Callable[..., Result], wanted: Iterable[tuple[Any, ...]], processes: int
) -> list[Result]:
    """Have `measure` called with each of `wanted`, in other processes; kept as they come in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    found = []
    with ProcessPoolExecutor(processes) as pool, file.open("a", encoding="utf-8") as lines:
        try:
            for future in as_completed([pool.submit(measure, *one) for one in wanted]):
                found.append(future.result())
                lines.write(json.dumps(found[-1]) + "\n")
                lines.flush()
        except BaseException:
            # Else all that is still to come is measured, and told to nobody.
            pool.shutdown(cancel_futures=True)
            raise
    return found
