"""The plan of one training: all that decides it but its course.

    settings = settings_of(estimator)
    plan = plan_training(settings, coding, rows, random_state=0)
    engine.train([plan.trainer()])

`fit`, `partial_fit`, a study, the lab and whoever builds a network again draw in this order, and
nowhere else: weights and biases layer by layer, the rows to hold out, the seed of shuffles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from numbers import Integral
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from moonlet import engine
from moonlet.estimators.coding import Coding
from moonlet.estimators.initial import Init, generator_of, initial_parameters, start_and_seed
from moonlet.estimators.rows import Rows, check_weight_in, hold_out
from moonlet.estimators.settings import Settings
from moonlet.names import SOLVERS
from moonlet.specs import Array, NetworkSpec, TrainingSpec

__all__ = [
    "TrainingPlan",
    "draw",
    "draw_around",
    "draw_seed",
    "laid_out",
    "plan_training",
    "seeded",
]

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True, eq=False)
class TrainingPlan:
    """One training, decided in all but its course.

    Parameters
    ----------
    spec : TrainingSpec
        With the seed of its shuffles.
    start : ndarray of shape (n_parameters,)
        Weights and biases to begin with, as `NetworkSpec.pack` lays them out.
    coding : Coding
    rows : Rows
        To train on.
    held : Rows or None
        To be judged by after each pass.
    """

    spec: TrainingSpec
    start: Array
    coding: Coding
    rows: Rows
    held: Rows | None

    def going_on(
        self, coefs: Sequence[NDArray[Any]], intercepts: Sequence[NDArray[Any]]
    ) -> TrainingPlan:
        """The same training from these weights.

        Raises
        ------
        ValueError
            If they are those of another network.
        """
        network = self.spec.network
        shapes = [(layer.fan_in, layer.fan_out) for layer in network.layers()]
        if [W.shape for W in coefs] != shapes:
            raise ValueError(
                f"Training cannot go on with layers of {shapes}: the weights are "
                f"{[W.shape for W in coefs]}. Keep hidden_layer_sizes and the number of "
                "outputs, or call fit with warm_start=False."
            )
        return replace(self, start=network.pack(coefs, intercepts))

    def data(self) -> engine.TrainingData:
        """The rows to train on, for the engine."""
        return laid_out(self.rows, self.coding)

    def trainer(self, data: engine.TrainingData | None = None) -> engine.Trainer:
        """The network, ready to train.

        Parameters
        ----------
        data : TrainingData, optional
            The same as `data()` gives, for those who have it already.
        """
        data = self.data() if data is None else data
        validation = None if self.held is None else laid_out(self.held, self.coding)
        return engine.Trainer(self.spec, data, self.start, validation)


def plan_training(
    settings: Settings,
    coding: Coding,
    rows: Rows,
    held: Rows | None = None,
    *,
    random_state: object = None,
) -> TrainingPlan:
    """Decide on a training: draw where it starts, what it holds out, and how it shuffles.

    Parameters
    ----------
    settings : Settings
        Of an estimator, see `settings_of`.
    coding : Coding
        Of the targets.
    rows : Rows
        Checked, see `moonlet.estimators.reading`; with all weights.
    held : Rows, optional
        Rows to be judged by; early stopping holds out a part of `rows` where there are none.
    random_state : int, RandomState instance or None
        To draw from.

    Returns
    -------
    plan : TrainingPlan

    Raises
    ------
    ValueError
        If there are too few rows to hold some out.

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> from moonlet.estimators.coding import LabelCoding
    >>> from moonlet.estimators.settings import settings_of
    >>> network = MLPClassifier((3,), solver="lbfgs", alpha=1.0)
    >>> rows = Rows(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1]))
    >>> coding = LabelCoding.of(network, np.array(["no", "yes"]))
    >>> trainer = plan_training(settings_of(network), coding, rows, random_state=0).trainer()
    >>> engine.train([trainer])
    >>> trainer.stop_reason
    'converged'
    """
    spec = settings.spec(rows.X.shape[1], coding.n_outputs, coding.output)
    if spec.early_stopping is None or held is not None:
        start, seed = draw(spec.network, settings.init, random_state)
    else:
        share, strata = settings.validation_fraction, coding.strata(rows)
        # A start is drawn even where training goes on from elsewhere: the same rows are held out.
        start, (rows, held), seed = draw_around(
            spec.network, settings.init, random_state, partial(hold_out, rows, share, strata)
        )
    return TrainingPlan(seeded(spec, seed), start, coding, rows, held)


def draw(network: NetworkSpec, init: Init, random_state: object) -> tuple[Array, int]:
    """Draw where a network starts, and then the seed of its shuffles.

    Parameters
    ----------
    network : NetworkSpec
    init : str
        See `moonlet.estimators.initial`.
    random_state : int, RandomState instance or None

    Returns
    -------
    start : ndarray of shape (n_parameters,)
    seed : int
    """
    if isinstance(random_state, Integral):
        return start_and_seed(network, init, int(random_state))
    generator = generator_of(random_state)
    return initial_parameters(network, init, generator), draw_seed(generator)


def draw_around(
    network: NetworkSpec,
    init: Init,
    random_state: object,
    between: Callable[[np.random.RandomState], Drawn],
) -> tuple[Array, Drawn, int]:
    """Draw the same, with what else is drawn between the two, such as rows to hold out."""
    generator = generator_of(random_state)
    start = initial_parameters(network, init, generator)
    return start, between(generator), draw_seed(generator)


def draw_seed(random_state: np.random.RandomState) -> int:
    """Draw the seed of shuffles and dropout."""
    return int(random_state.randint(np.iinfo(np.int32).max))


def seeded(spec: TrainingSpec, seed: int) -> TrainingSpec:
    """The same training with this seed, where it has a use for one."""
    if not SOLVERS[spec.solver.name].has_rate:
        return spec
    return replace(spec, solver=replace(spec.solver, seed=seed))


def laid_out(rows: Rows, coding: Coding) -> engine.TrainingData:
    """Lay rows, their targets and weights out for the engine.

    Raises
    ------
    ValueError
        If no weight is left in 32 bit.
    """
    weight = check_weight_in(rows.weight, rows.X.dtype)
    return engine.TrainingData(rows.X, coding.targets(rows), weight)
