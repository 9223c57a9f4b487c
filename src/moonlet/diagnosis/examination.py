"""From an estimator or a history to findings."""

from __future__ import annotations

from dataclasses import astuple, fields, replace
from typing import Any

import numpy as np

from moonlet import engine
from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.words import Language, Voice, say

__all__ = ["diagnose", "examine"]


def diagnose(estimator: object, *, language: Language = "en") -> list[Finding]:
    """Say what went wrong in the training of an estimator.

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Pipeline that ends in one
        Fitted.
    language : {"en", "zh"}
        Of the words.

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
    return examine(history, facts, language=language)


def examine(
    history: TrainingHistory,
    facts: TrainingFacts | None = None,
    *,
    language: Language = "en",
    voice: Voice = "python",
) -> list[Finding]:
    """Say what went wrong in a training, from its history and what else is known.

    Parameters
    ----------
    history : TrainingHistory
    facts : TrainingFacts, optional
        Without them only the curves are judged.
    language : {"en", "zh"}
        Of the words.
    voice : {"python", "lab"}
        Whether to call parameters by Python's names or by those of the lab's page.

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
    names = {"class": facts.class_names} if facts is not None and facts.class_names else {}

    def told(text: engine.Text) -> str:
        key, values = text
        return say(key, dict(values), language=language, voice=voice, names=names)

    return [
        Finding(
            kind,
            "".join(told(text) for text in message),
            told(cure),
            change,
            "StandardScaler" if standardizes else None,
        )
        for kind, message, cure, change, standardizes in engine.examine(
            _fields(history), None if facts is None else _fields(facts)
        )
    ]


def _fields(of: TrainingHistory | TrainingFacts) -> dict[str, Any]:
    """What the engine takes: arrays of numbers, and layers as tuples."""
    found = {field.name: getattr(of, field.name) for field in fields(of)}
    for name, value in found.items():
        if isinstance(value, np.ndarray):
            found[name] = np.ascontiguousarray(value, dtype=np.float64)
    if isinstance(of, TrainingFacts):
        found["layers"] = [astuple(layer) for layer in of.layers]
    return found
