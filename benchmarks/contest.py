"""What a benchmark is made of: cases, contenders, and what they have to show.

A `Case` lets contenders do the same work. Each runs in a process of its own, made by
the function that its `make` names, so that no library's thread pool or memory disturbs
another's. That function gives a `Ready`: the answer, for the check before anything is
timed, and the work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["OURS", "AbsentError", "Case", "Contender", "Goal", "Ready"]

OURS = "moonlet"


class AbsentError(Exception):
    """A contender cannot take part here; the message is the reason."""


@dataclass(frozen=True)
class Ready:
    """A contender that has loaded, compiled and answered.

    Parameters
    ----------
    work : callable
        What is timed. It returns when all is computed.
    answers : mapping of str to sequence of float
        What must agree with every other contender that gives an answer of that name.
    errors : mapping of str to sequence of float
        What may differ between contenders but should be small, one value a start (or seed).
    share : float
        Part of the case's whole work that one call does.
    compile_seconds : float, optional
        Spent before the first result beyond what a later one takes; never part of the time.
    figures : mapping of str to float
        Anything else to be told, such as bytes.
    clock : callable
        `time.process_time` where work on one thread is set beside work like it and some per cent
        count: what other programs take of the machine is no part of that time.
    """

    work: Callable[[], object]
    answers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    errors: Mapping[str, Sequence[float]] = field(default_factory=dict)
    share: float = 1.0
    compile_seconds: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    clock: Callable[[], float] = time.perf_counter


@dataclass(frozen=True)
class Contender:
    """One way of doing a case's work.

    Parameters
    ----------
    name : str
        Unique within the case.
    library : str
        "moonlet", "NumPy loop", "scikit-learn", "PyTorch" or "JAX": variants of one library
        compete for its place in the table.
    make : str
        "module:function" within this package; called in the contender's own process.
    arguments : mapping
        For that function.
    threads : int
        That its process may use.
    tolerance : float
        Relative, of its answers.
    in_quick : bool
        Whether it takes part in a quick run. Compilers may take minutes.
    """

    name: str
    library: str
    make: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    threads: int = 1
    tolerance: float = 1e-9
    in_quick: bool = True


@dataclass(frozen=True)
class Goal:
    """A ratio of two times, and what it must be at least.

    Parameters
    ----------
    slow : str
        A library, of which the fastest variant counts, or a contender's name.
    fast : str
        Likewise.
    at_least : float, optional
        None where nothing was promised.
    work : float
        How many times the fast one's work the slow one does.
    title : str
        In place of the slow one's name.
    """

    slow: str
    fast: str = OURS
    at_least: float | None = None
    work: float = 1.0
    title: str = ""


@dataclass(frozen=True)
class Case:
    """The same work for all contenders, and what the comparison has to show.

    Parameters
    ----------
    name : str
    contenders : sequence of Contender
        The first one's answers are those that the others' are held against.
    goals : sequence of Goal
    unit : str
        What the seconds are for, such as "a sweep".
    method : str
        For the reader: what was done, and how each peer was used.
    rounds : int
        Turns of each contender; a quick run takes three at most.
    """

    name: str
    contenders: Sequence[Contender]
    goals: Sequence[Goal]
    unit: str
    method: str
    rounds: int = 7
