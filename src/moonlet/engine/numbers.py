"""Numbers drawn for a start, and looks at arrays that take no copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
