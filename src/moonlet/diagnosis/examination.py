"""From an estimator or a history to findings: what is asked, in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from moonlet.diagnosis.balance import find_ignored_imbalance
from moonlet.diagnosis.divergence import find_divergence
from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.inputs import find_unscaled_inputs, find_unscaled_target
from moonlet.diagnosis.oscillation import find_oscillation
from moonlet.diagnosis.overfitting import find_over_fitting, is_past_its_best
from moonlet.diagnosis.plateau import find_plateau
from moonlet.diagnosis.progress import find_deaf_stop, find_early_stop, find_low_rate
from moonlet.diagnosis.units import find_dead_units, find_saturated_units

__all__ = ["diagnose", "examine"]


def diagnose(estimator: object) -> list[Finding]:
    """Say what went wrong in the training of an estimator.

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Pipeline that ends in one
        Fitted.

    Returns
    -------
    findings : list of Finding
        Empty when there is nothing to say. ``str(finding)`` is plain words with the cure.

    Raises
    ------
    ValueError
        If the estimator is not fitted, or keeps no curve of gradient norms.

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> network = MLPClassifier((), solver="gd", learning_rate_init=0.5, max_iter=100, tol=0)
    >>> for finding in diagnose(network.fit(X, y)):
    ...     print(finding.kind, finding.change)
    stopped_early {'max_iter': 1000}
    """
    steps = getattr(estimator, "steps", None)
    fitted: Any = steps[-1][1] if steps else estimator
    history = TrainingHistory.of_estimator(fitted)
    # Written by `fit`; what was put together by hand has its curves alone.
    facts: TrainingFacts | None = getattr(fitted, "_training_facts", None)
    if facts is not None and facts.class_shares is not None:
        facts = replace(facts, class_names=tuple(str(name) for name in fitted.classes_))
    return examine(history, facts)


def examine(history: TrainingHistory, facts: TrainingFacts | None = None) -> list[Finding]:
    """Say what went wrong in a training, from its history and what else is known.

    Parameters
    ----------
    history : TrainingHistory
    facts : TrainingFacts, optional
        Without them only the curves are judged.

    Returns
    -------
    findings : list of Finding
        Of what kept training from its end, the first cause alone: a descent that has run off
        did not stop too early, and more passes do not help one that swings. After that what the
        trained network is bad at: other rows, and rare classes.

    Examples
    --------
    >>> swinging, norms = np.tile([0.3, 0.5], 20), np.ones(40)
    >>> history = TrainingHistory(swinging, norms, 40, "max_iter", "gd", 2.0, max_iter=40, tol=0.0)
    >>> print(examine(history)[0].cure)
    Halve it: learning_rate_init=1; and again, should the loss still swing.
    """
    # A descent that ran off may have gone anywhere below infinity.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        diverged = find_divergence(history, facts)
        if diverged is not None:
            return [diverged]
        over_fitting = find_over_fitting(history, facts)
        ignored = None if facts is None else find_ignored_imbalance(facts)
        trouble = find_deaf_stop(history, gave_up=ignored is not None)
        trouble = trouble or _first_trouble(history, facts)
        if trouble is not None and trouble.kind == "stopped_early" and is_past_its_best(history):
            trouble = None  # it went on for too long already
        # What a network that was stopped too early does not know yet, it has not given up.
        if trouble is not None and trouble.kind == "stopped_early":
            ignored = None
    return [finding for finding in (trouble, over_fitting, ignored) if finding is not None]


def _first_trouble(history: TrainingHistory, facts: TrainingFacts | None) -> Finding | None:
    if facts is None or not len(history.loss_curve):
        return find_oscillation(history) or find_early_stop(history)
    return (
        find_unscaled_inputs(facts)
        or find_saturated_units(history, facts)
        or find_oscillation(history)
        or find_dead_units(history, facts)
        or find_low_rate(history, facts)
        or find_unscaled_target(history, facts)
        or find_plateau(history, facts)
        or find_early_stop(history)
    )
