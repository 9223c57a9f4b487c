"""A fitted network by its public attributes: its description, and weights put in their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moonlet.estimators.learned import LEARNED, OUTPUT
from moonlet.estimators.network import Network
from moonlet.estimators.parameters import hidden_activations
from moonlet.estimators.quick import QuickAnswer
from moonlet.specs import NetworkSpec

__all__ = ["adopt_weights", "fitted_network", "packed_weights", "rescale_outputs"]


def fitted_network(estimator: Network) -> NetworkSpec:
    """Describe the network of a fitted estimator, from its public attributes alone.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Fitted.

    Returns
    -------
    network : NetworkSpec
        Its `pack` turns `coefs_` and `intercepts_` into the engine's parameters.
    """
    sizes = (*(len(W) for W in estimator.coefs_), estimator.n_outputs_)
    activations = hidden_activations(estimator.activation, len(sizes) - 2)
    return NetworkSpec(sizes, activations, OUTPUT[estimator.out_activation_])


def adopt_weights(
    estimator: Network, coefs: Sequence[NDArray[Any]], intercepts: Sequence[NDArray[Any]]
) -> None:
    """Let a fitted estimator answer by these weights, laid in one piece of memory.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        With all its other learned attributes.
    coefs, intercepts : sequence of ndarray
        Of one precision.
    """
    estimator.coefs_, estimator.intercepts_ = list(coefs), list(intercepts)
    network = fitted_network(estimator)
    parameters = network.pack(coefs, intercepts).astype(coefs[0].dtype, copy=False)
    estimator.coefs_, estimator.intercepts_ = network.unpack(parameters)
    learned = {name: it for name, it in vars(estimator).items() if name in LEARNED}
    estimator._quick = QuickAnswer.of(network, parameters, estimator.activation, learned)


def rescale_outputs(network: Network, center: float, spread: float) -> None:
    """Let a network that was trained on a standardised target answer in the target's unit.

    The last layer is linear, so its weights can take the scale in, and its biases the center.

    Parameters
    ----------
    network : MLPRegressor
        Fitted to ``(y - center) / spread``, with another loss than "poisson". Its weights are
        changed where they lie; what it knows of its training stays in the unit of that.
    center, spread : float

    Examples
    --------
    >>> import numpy as np
    >>> from moonlet import MLPRegressor
    >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([500.0, 700.0, 900.0])
    >>> line = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0.0)
    >>> _ = line.fit(X, (y - 700.0) / 100.0)
    >>> rescale_outputs(line, 700.0, 100.0)
    >>> line.predict([[3.0]]).round()
    array([1100.])
    """
    network.coefs_[-1] *= spread
    network.intercepts_[-1] *= spread
    network.intercepts_[-1] += center


def packed_weights(
    network: NetworkSpec, coefs: Sequence[NDArray[Any]], intercepts: Sequence[NDArray[Any]]
) -> NDArray[Any]:
    """The flat parameter vector: that which they are views of, if `fit` has left it so, or a copy.

    Parameters
    ----------
    network : NetworkSpec
    coefs, intercepts : sequence of ndarray
    """
    flat = coefs[0].base
    if isinstance(flat, np.ndarray) and flat.shape == (network.n_parameters,):
        layers = zip(*network.unpack(flat), coefs, intercepts, strict=True)
        if all(_same(W, V) and _same(b, c) for W, b, V, c in layers):
            return flat
    return network.pack(coefs, intercepts)


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether two arrays are the same numbers in the same memory."""
    return (
        a.dtype == b.dtype
        and a.shape == b.shape
        and a.strides == b.strides
        and a.ctypes.data == b.ctypes.data
    )
