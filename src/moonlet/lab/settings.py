"""What is to be trained: the settings, sent as a whole at every change."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Literal

from moonlet.data import toy
from moonlet.estimators.initial import Init
from moonlet.lab.limits import AtMost, Between, Name, Seed
from moonlet.specs import Activation, Schedule, SolverName

# The noise that a toy set has by itself: the page takes it over with the set.
USUAL_NOISE = {
    name: float(signature(make).parameters["noise"].default) for name, make in toy.TOYS.items()
}

Source = Literal[
    "moons", "circles", "spirals", "xor", "blobs", "iris", "wine", "breast_cancer", "digits",
    "drawn", "table",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataChoice:
    """Which rows.

    `n_samples`, `noise` and `seed` are for the toy sets, `n_classes` for blobs
    and spirals; `target` and `features` for tables, where null means the last
    column and all others. `shown` are the two features that the picture has for
    axes, by their place among the features; null for the two that tell the
    classes apart best, one by one.
    """

    source: Source = "moons"
    n_samples: Annotated[int, Between(10, 2000)] = 200
    noise: Annotated[float, Between(0.0, 5.0)] = 0.2
    n_classes: Annotated[int, Between(2, 5)] = 3
    seed: Seed = 0
    test_share: Annotated[float, Between(0.0, 0.9)] = 0.3
    target: Name | None = None
    features: Annotated[tuple[Name, ...], AtMost(200)] | None = None
    shown: Annotated[tuple[Annotated[int, Between(0, 199)], ...], AtMost(2)] | None = None


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One hidden layer."""

    units: Annotated[int, Between(1, 256)] = 8
    activation: Activation = "tanh"


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """The network, and where its training starts."""

    hidden: Annotated[tuple[LayerChoice, ...], AtMost(6)] = (LayerChoice(3),)
    output: Literal["auto", "softmax"] = "auto"
    init: Init = "glorot_uniform"
    seed: Seed = 0


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """How the loss is descended. `max_iter` counts from the network's start."""

    solver: SolverName = "gd"
    learning_rate_init: Annotated[float, Between(1e-6, 1e3)] = 0.5
    schedule: Schedule = "constant"
    batch_size: Annotated[int, Between(1, 10_000)] = 32
    alpha: Annotated[float, Between(0.0, 1e4)] = 0.01
    dropout: Annotated[float, Between(0.0, 0.9)] = 0.0
    max_iter: Annotated[int, Between(1, 1_000_000)] = 20_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides what is trained, and how fast it is shown.

    `pace` is the most passes a second; 0 is as fast as it goes.
    """

    data: DataChoice = DataChoice()
    network: NetworkChoice = NetworkChoice()
    training: TrainingChoice = TrainingChoice()
    pace: Annotated[int, Between(0, 1_000_000)] = 1000
