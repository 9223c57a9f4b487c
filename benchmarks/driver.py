"""From cases to results: measures one after the other, and keeps what it has."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from benchmarks.contest import Case
from benchmarks.machine import machine
from benchmarks.table import WIDTH, print_results
from benchmarks.turns import measure

__all__ = ["run", "run_alone", "whole"]


def run(
    cases: Iterable[Case],
    limits: Iterable[Callable[[bool], Mapping[str, Any]]],
    quick: bool,
    keep: Callable[[Mapping[str, Any]], None] = lambda results: None,
) -> dict[str, Any]:
    """Measure everything.

    Parameters
    ----------
    cases : iterable of Case
    limits : iterable of callable
        Called with `quick`; each gives a figure that has an upper limit.
    quick : bool
    keep : callable
        Given the results so far after every case: a long run that ends early is not lost.
    """
    console = Console(stderr=True, width=None if sys.stderr.isatty() else WIDTH)
    began = time.monotonic()
    results: dict[str, Any] = {
        "machine": machine(),
        "date": datetime.now(UTC).date().isoformat(),
        "quick": quick,
        "minutes": 0.0,
        "cases": [],
        "limits": [],
    }

    def say(what: str) -> None:
        console.print(f"{(time.monotonic() - began) / 60:5.1f} min  {what}", highlight=False)

    for case in cases:
        results["cases"].append(measure(case, quick, say))
        results["minutes"] = (time.monotonic() - began) / 60
        keep(results)
    for limit in limits:
        say(limit.__name__.replace("_", " "))
        results["limits"].append(limit(quick))
        results["minutes"] = (time.monotonic() - began) / 60
        keep(results)
    return results


def whole(results: Mapping[str, Any]) -> bool:
    """Whether every answer was right and every process came through."""
    return not any(
        case["wrong"] or any(one.get("failed") for one in case["contenders"])
        for case in results["cases"]
    )


def run_alone(
    cases: Iterable[Case] = (), limits: Iterable[Callable[[bool], Mapping[str, Any]]] = ()
) -> None:
    """What a script does when it is run by itself; `--quick` for fewer and shorter rounds."""
    results = run(cases, limits, "--quick" in sys.argv)
    print_results(results)
    sys.exit(not whole(results))
