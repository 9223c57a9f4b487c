"""Results as a run writes them, with everything that can happen to a case."""

from __future__ import annotations

from typing import Any


def contender(name: str, library: str, seconds: list[float], **more: Any) -> dict[str, Any]:
    """As `turns.measure` records one."""
    return {"name": name, "library": library, "seconds": seconds, "threads": 1, **more}


def goal(slow: str, at_least: float | None, **more: Any) -> dict[str, Any]:
    """As `turns.measure` records one."""
    return {
        "slow": slow,
        "fast": "moonlet",
        "at_least": at_least,
        "work": 1.0,
        "title": "",
        **more,
    }


def case(
    name: str, contenders: list[dict[str, Any]], goals: list[dict[str, Any]], wrong: list[str]
) -> dict[str, Any]:
    """As `turns.measure` records one."""
    return {
        "name": name,
        "unit": "a fit",
        "method": "Fitted.",
        "wrong": wrong,
        "goals": goals,
        "contenders": contenders,
    }


def results() -> dict[str, Any]:
    """One case that is met and missed, one that grows, one that is wrong; and a limit."""
    sweep = case(
        "sweep",
        [
            contender("moonlet, 1 thread", "moonlet", [1.0, 1.0, 2.0], errors={"loss": [0.1, 0.2]}),
            contender("NumPy loop", "NumPy loop", [40.0, 44.0, 80.0]),
            contender("eager", "PyTorch", [90.0, 90.0, 90.0]),
            contender("compiled", "PyTorch", [50.0, 50.0, 50.0], compile_seconds=12.0),
            contender("JAX jit", "JAX", [], absent="jax is not installed"),
            contender("theirs", "scikit-learn", [9.0, 9.0, 9.0], errors={"loss": [0.3, 0.1]}),
        ],
        [
            goal("NumPy loop", 35.0),
            goal("PyTorch", 100.0),
            goal("JAX", 7.0),
            goal("scikit-learn", None),
        ],
        [],
    )
    growth = case(
        "growth",
        [contender("rows", "moonlet", [1.0, 1.0]), contender("ten times", "moonlet", [9.0, 11.0])],
        [goal("rows", 1.0, fast="ten times", work=0.1, title="ten times the rows")],
        [],
    )
    wrong = case(
        "wrong", [contender("moonlet", "moonlet", [])], [goal("moonlet", 2.0)], ["1 is not 2."]
    )
    return {
        "machine": {
            "processor": "a processor",
            "cores": 2,
            "level": "v3",
            "compiler": "gcc 12",
            "python": "3.11",
            "moonlet": "0.1",
            "load": 0.0,
            "libraries": {"numpy": "2.4", "jax": None},
        },
        "date": "2026-01-01",
        "quick": False,
        "minutes": 3.0,
        "cases": [sweep, growth, wrong],
        "limits": [
            {"name": "Ctrl-C", "value": 200.0, "unit": "ms", "at_most": 100.0, "detail": "p99"}
        ],
    }
