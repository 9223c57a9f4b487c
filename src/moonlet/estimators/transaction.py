"""Training takes effect as a whole: what came of it replaces what an earlier `fit` had learned.

Until then nothing of the estimator is touched; a thread that predicts meanwhile has the one model
or the other, and what goes wrong leaves the former one (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from moonlet import engine
from moonlet.diagnosis import TrainingFacts
from moonlet.estimators.ending import refuse_divergence, warn_unless_converged
from moonlet.estimators.findings import Findings
from moonlet.estimators.known import Columns, Known
from moonlet.estimators.learned import weights_of
from moonlet.estimators.network import STOCHASTIC, Network
from moonlet.estimators.quick import QuickAnswer
from moonlet.exceptions import DivergedError

__all__ = ["adopt", "learn", "network_learned"]

_NOTHING_KEPT = dict.fromkeys(("_solver_state", "_training_facts", "_findings", "_live"))


def learn(
    estimator: Network,
    trainer: engine.Trainer,
    train: Callable[[], None],
    learned: Callable[..., dict[str, Any]],
    n_rows: int,
    *,
    going_on: bool,
    stacklevel: int,
) -> None:
    """Train, and take what came of it in the place of what was learned before.

    `learned` gives the attributes; it may be told why training ended. `stacklevel` is that of
    the line that called `fit`.
    """
    try:
        train()
    except KeyboardInterrupt:
        trainer.finish()
        # What was reached is kept, where no other model would have to make way for it.
        first = going_on or not estimator.__sklearn_is_fitted__()
        if first and trainer.n_iter and engine.all_finite(trainer.weights()):
            adopt(estimator, learned("interrupted"))
        raise
    trainer.finish()
    try:
        refuse_divergence(trainer)
    except DivergedError:
        estimator._forget()
        raise
    attributes = learned()
    solver = trainer.spec.solver.name
    if solver in STOCHASTIC:
        attributes["_solver_state"] = (solver, trainer.solver_state())
    # The trainer may have a part of the rows.
    attributes["_training_facts"] = replace(TrainingFacts.of_trainer(trainer), n_rows=n_rows)
    adopt(estimator, attributes)
    warn_unless_converged(estimator, trainer, stacklevel)


def network_learned(estimator: Network, trainer: engine.Trainer, known: Known) -> dict[str, Any]:
    """What a network in training, or after it, says of itself, its rows and targets."""
    network = trainer.spec.network
    parameters = trainer.weights()
    attributes = weights_of(network, parameters) | estimator._learned_of(known.coding)
    columns = cast("Columns", known.columns)  # they were read
    attributes["n_features_in_"] = columns.n_features
    if columns.names is not None:
        attributes["feature_names_in_"] = columns.names
    attributes["_quick"] = QuickAnswer.of(network, parameters, estimator.activation, attributes)
    return attributes


def adopt(estimator: Network, learned: Mapping[str, Any]) -> None:
    """Take the place of what was learned before, in one step.

    A thread that predicts meanwhile has the one model or the other.
    """
    new = {**_NOTHING_KEPT, **learned}
    if new["_live"] is None:
        new["_findings"] = Findings(estimator, new)
    estimator.__dict__.update(new)
    if "feature_names_in_" not in new:
        estimator.__dict__.pop("feature_names_in_", None)
