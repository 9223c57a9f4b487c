r"""How a network is trained: solvers, schedules of their rate, and the draw of where they start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from .entries import check_that_each_has_an_entry

SolverName = Literal["gd", "sgd", "adam", "lbfgs"]
Schedule = Literal["constant", "invscaling", "adaptive", "step", "exponential", "cosine", "linear"]
Init = Literal[
    "glorot_uniform",
    "glorot_normal",
    "lecun_uniform",
    "lecun_normal",
    "he_uniform",
    "he_normal",
]


@dataclass(frozen=True, slots=True)
class SolverFacts:
    """What is true of a way to descend.

    Parameters
    ----------
    takes_batches : bool
        Whether a step looks at some rows only: then chance decides which.
    has_rate : bool
        Whether it goes by `learning_rate_init` and a schedule. One that does not searches for the
        length of each step, on a loss that has to stay the same meanwhile: it takes no dropout and
        stops by itself.
    follows_gradient : bool
        Whether a step is the gradient times the rate, so that the curvature of the loss bounds it.
    """

    takes_batches: bool
    has_rate: bool
    follows_gradient: bool


SOLVERS: Final[Mapping[SolverName, SolverFacts]] = {
    "gd": SolverFacts(takes_batches=False, has_rate=True, follows_gradient=True),
    "sgd": SolverFacts(takes_batches=True, has_rate=True, follows_gradient=True),
    "adam": SolverFacts(takes_batches=True, has_rate=True, follows_gradient=False),
    "lbfgs": SolverFacts(takes_batches=False, has_rate=False, follows_gradient=False),
}


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """What is true of a way in which the rate changes.

    Parameters
    ----------
    formula : str
        The rate when t of T passes are done, r being the first.
    open_ended : bool
        Whether the rate is the same however many passes are to come. Else a training of fewer
        passes is another one, not the beginning of a longer one.
    source : str
    """

    formula: str
    open_ended: bool
    source: str = ""


SCHEDULES: Final[Mapping[Schedule, ScheduleFacts]] = {
    "constant": ScheduleFacts("r", open_ended=True),
    "invscaling": ScheduleFacts(
        r"r / (\text{rows seen} + 1)^{\text{power\_t}} \text{ from the second pass on}",
        open_ended=True,
    ),
    "adaptive": ScheduleFacts(
        r"r, \text{ divided by 5 each time that training would stop, down to } 10^{-6}",
        open_ended=True,
    ),
    "step": ScheduleFacts(
        r"r,\; r / 10 \text{ from } T/2 \text{ on},\; r / 100 \text{ from } 3T/4 \text{ on}",
        open_ended=False,
    ),
    "exponential": ScheduleFacts(r"r \cdot 0.01^{t/T}", open_ended=False),
    "cosine": ScheduleFacts(
        r"r\,(1 + \cos(\pi t / T)) / 2", open_ended=False, source="Loshchilov 2017"
    ),
    "linear": ScheduleFacts(r"r\,(1 - t / T)", open_ended=False),
}

INITS: Final[tuple[Init, ...]] = get_args(Init)

check_that_each_has_an_entry(SolverName, SOLVERS)
check_that_each_has_an_entry(Schedule, SCHEDULES)
