"""Numbers drawn at random, the engine's own functions, and looks at arrays that take no copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from moonlet.engine.arrays import (
    core,
    core_network,
)
from moonlet.specs import Array, NetworkSpec


def draw_start(
    network: NetworkSpec, scales: Sequence[float], random_state: int, *, normal: bool = False
) -> tuple[Array, int]:
    """Draw where a network starts, as ``numpy.random.RandomState(random_state)`` would.

    To the same bits, in a small part of the time. How wide a layer is drawn is no matter of the
    engine: see `moonlet.estimators.initial`.

    Parameters
    ----------
    network : NetworkSpec
    scales : sequence of float, one for each layer
        Weights and biases are uniform in ±scale.
    random_state : int
        From 0 to 2**32 - 1.
    normal : bool, default=False
        Weights are normal numbers divided by the scale, and biases 0.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
        Drawn layer by layer, weights before biases.
    seed : int
        What ``randint(2**31 - 1)`` gives next: of the shuffles and of dropout.

    Raises
    ------
    ValueError
        If there is no RandomState of this number.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.RandomState(0)
    >>> wanted = random.uniform(-0.5, 0.5, 3), random.randint(2**31 - 1)
    >>> parameters, seed = draw_start(NetworkSpec((2, 1), (), "identity"), [0.5], 0)
    >>> np.array_equal(parameters, wanted[0]), seed == wanted[1]
    (True, True)
    """
    if not 0 <= random_state < 2**32:
        raise ValueError(
            f"random_state must be an int from 0 to 2**32 - 1. Got {random_state} instead."
        )
    return core.draw_start(core_network(network), scales, normal, random_state)


def start_scales(network: NetworkSpec, init: str) -> tuple[list[float], bool]:
    """How wide each layer is drawn by a scheme of `moonlet.estimators.initial`.

    Parameters
    ----------
    network : NetworkSpec
    init : str

    Returns
    -------
    scales : list of float, one for each layer
        Numbers are uniform in ±scale, or normal numbers divided by it.
    normal : bool
        Which of the two.
    """
    return core.start_scales(core_network(network), init)


def draw_toy(
    name: str, n_samples: int, noise: float, n_classes: int, random: np.random.RandomState
) -> tuple[Array, Array]:
    """Draw a toy set from a RandomState, which goes on after it.

    Parameters
    ----------
    name : str
        One of `moonlet.names.TOYS`.
    n_samples : int
    noise : float
    n_classes : int
        Of blobs and spirals.
    random : numpy.random.RandomState

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
    y : ndarray of shape (n_samples,)
        Classes, or for a regression numbers.
    """
    # NumPy's stub knows no state of five parts whose generator is to be found out.
    kind, *state = cast("tuple[Any, ...]", random.get_state(legacy=True))
    if kind != "MT19937":
        raise ValueError(f"random_state must be a RandomState of MT19937. Got one of {kind}.")
    words, position, has_other, other = state
    X, y, *after = core.draw_toy(
        name, n_samples, noise, n_classes, words, position, bool(has_other), other
    )
    random.set_state((kind, *after))
    return X, y


def apply_function(name: str, x: Array) -> Array:
    """One of the engine's own functions, element by element: in a page it has the same bits.

    Parameters
    ----------
    name : str
        "sin", "cos" (of numbers up to 2**20, NaN beyond), "exp", "log", or an activation but
        relu and its likes.
    x : ndarray of float64

    Examples
    --------
    >>> import numpy as np
    >>> apply_function("sin", np.array([0.0, np.pi / 2]))
    array([0., 1.])
    """
    flat = np.ascontiguousarray(x, dtype=np.float64)
    return core.apply_function(name, flat.ravel()).reshape(flat.shape)


def all_finite(values: NDArray[Any]) -> bool:
    """Whether an array of float64 or float32 holds numbers only, and no infinity."""
    if not values.flags.c_contiguous:
        if not values.flags.f_contiguous:
            return bool(np.isfinite(values).all())
        values = values.T
    return core.all_finite(values)


def ends(values: NDArray[np.int64]) -> tuple[int, int]:
    """The least and the largest of some whole numbers in a row."""
    return core.ends(values)
