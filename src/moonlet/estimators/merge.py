"""Several networks as one: their outputs, averaged before the output function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from moonlet.estimators.classifier import MLPClassifier
from moonlet.estimators.fitted import adopt_weights
from moonlet.estimators.regressor import MLPRegressor

__all__ = ["merged"]


def merged(networks: Sequence[MLPClassifier | MLPRegressor]) -> MLPClassifier | MLPRegressor:
    """Put networks of one shape side by side in a network whose output is their mean.

    Their hidden units stand beside each other, unconnected; the weights into the last layer
    are divided by their number. That is a plain network of so many times the units, and its
    values before the output function are the mean of theirs.

    Parameters
    ----------
    networks : sequence of MLPClassifier or MLPRegressor
        Fitted on the same columns and classes, with the same parameters but the seed.

    Returns
    -------
    network : MLPClassifier or MLPRegressor
        Its curves, its loss and its diagnosis are those of the first.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.base import clone
    >>> from moonlet import MLPRegressor
    >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 1.0, 4.0])
    >>> network = MLPRegressor(hidden_layer_sizes=(2,), solver="lbfgs")
    >>> both = [clone(network).set_params(random_state=seed).fit(X, y) for seed in (0, 1)]
    >>> merged(both).coefs_[0].shape
    (1, 4)
    >>> np.allclose(merged(both).predict(X), np.mean([one.predict(X) for one in both], axis=0))
    True
    """
    first = networks[0]
    n_layers = len(first.coefs_)
    if len(networks) == 1 or n_layers == 1:
        return _average_of_lines(networks)
    coefs: list[NDArray[Any]] = []
    intercepts: list[NDArray[Any]] = []
    for at in range(n_layers):
        weights = [network.coefs_[at] for network in networks]
        biases = [network.intercepts_[at] for network in networks]
        if at == n_layers - 1:
            coefs.append(np.vstack(weights) / len(networks))
            intercepts.append(np.mean(biases, axis=0, dtype=weights[0].dtype))
        else:
            coefs.append(np.hstack(weights) if at == 0 else _block_diagonal(weights))
            intercepts.append(np.concatenate(biases))
    hidden = tuple(len(biases) for biases in intercepts[:-1])
    network: MLPClassifier | MLPRegressor = clone(first)
    network.set_params(hidden_layer_sizes=hidden)
    _take_over(network, first, coefs, intercepts)
    return network


def _average_of_lines(
    networks: Sequence[MLPClassifier | MLPRegressor],
) -> MLPClassifier | MLPRegressor:
    first = networks[0]
    if len(networks) == 1:
        return first
    network: MLPClassifier | MLPRegressor = clone(first)
    coefs = [np.mean([one.coefs_[0] for one in networks], axis=0)]
    intercepts = [np.mean([one.intercepts_[0] for one in networks], axis=0)]
    _take_over(network, first, coefs, intercepts)
    return network


def _take_over(
    network: MLPClassifier | MLPRegressor,
    first: MLPClassifier | MLPRegressor,
    coefs: list[NDArray[Any]],
    intercepts: list[NDArray[Any]],
) -> None:
    for name, value in vars(first).items():
        if name.endswith("_"):
            setattr(network, name, value)
    # Told when it is asked for, as that of any network.
    network._findings = first._findings
    adopt_weights(network, coefs, intercepts)


def _block_diagonal(weights: Sequence[NDArray[np.floating]]) -> NDArray[np.floating]:
    rows, columns = weights[0].shape
    n = len(weights)
    whole = np.zeros((n * rows, n * columns), dtype=weights[0].dtype)
    for at, part in enumerate(weights):
        whole[at * rows : (at + 1) * rows, at * columns : (at + 1) * columns] = part
    return whole
