"""The tutor: what it looks at in a network and its rows, and what it finds in a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from moonlet.engine.arrays import core, core_network
from moonlet.engine.training import TrainingData
from moonlet.specs import NetworkSpec

# A key of the catalogue `moonlet.words`, and what fills the text in.
Text: TypeAlias = "tuple[str, list[tuple[str, float | str | list[float]]]]"
# Its kind, message and cure; the parameters to change; whether a StandardScaler is the cure.
Found: TypeAlias = "tuple[Any, list[Text], Text, dict[str, float | str | bool], bool]"


def facts(
    network: NetworkSpec,
    parameters: ArrayLike,
    data: TrainingData,
    alpha: float,
    *,
    l1_ratio: float = 0.0,
    with_curvature: bool,
) -> dict[str, Any]:
    """Look at a network and at its rows, for the tutor.

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    data : TrainingData
    alpha : float
        Strength of the penalty.
    l1_ratio : float, default=0.0
        Share of it that is on the weights' size.
    with_curvature : bool
        Whether to look for the largest curvature of the loss.

    Returns
    -------
    facts : dict
        The parameters of `moonlet.diagnosis.TrainingFacts`, but the names of classes.
    """
    flat = np.ascontiguousarray(parameters, dtype=np.float64)
    wanted = core_network(network)
    found: dict[str, Any] = core.facts(wanted, flat, data._core, alpha, l1_ratio, with_curvature)
    return found


def examine(history: Mapping[str, Any], facts: Mapping[str, Any] | None) -> list[Found]:
    """Find what went wrong in a training.

    Parameters
    ----------
    history : mapping
        The fields of `moonlet.diagnosis.TrainingHistory`.
    facts : mapping or None
        Those of `moonlet.diagnosis.TrainingFacts`, layers as tuples.

    Returns
    -------
    found : list of tuple
        See `moonlet.diagnosis.examine`, which puts it in words.
    """
    found: list[Found] = core.examine(dict(history), None if facts is None else dict(facts))
    return found
