"""The price of a weight's size has a kink at 0: what takes the place of slope and step there.

Legend
------
==========  =================================================================
``p, dp``   as in `moonlet.reference`; here dp is the slope of all but that price
``cost``    what a unit of ``|p[i]|`` costs, for each i: 0 for biases
==========  =================================================================

References
----------
.. [1] G. Andrew and J. Gao, "Scalable training of L1-regularized log-linear models", ICML (2007).
.. [2] I. Daubechies, M. Defrise and C. De Mol, "An iterative thresholding algorithm for linear
       inverse problems with a sparsity constraint", Communications on Pure and Applied
       Mathematics 57 (2004), 1413-1457.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from moonlet.specs import Array, NetworkSpec


def costs(network: NetworkSpec, strength: float) -> Array:
    """Return what a unit of each parameter's size costs: `strength` for weights, 0 for biases.

    >>> costs(NetworkSpec((2, 1), (), "identity"), 0.5).tolist()
    [0.5, 0.5, 0.0]
    """
    cost = np.zeros(network.n_parameters)
    for layer in network.layers():
        cost[layer.weights] = strength
    return cost


def soften(p: ArrayLike, most: ArrayLike) -> Array:
    """Bring p nearer to 0 by `most`, and not beyond.

    What comes out is the p' for which ``(p' - p)^2 / 2 + most |p'|`` is least: section 1 of [2]_.
    A step down the gradient, softened by the rate times the cost, ends where training shall
    end: with p = 0 wherever ``|dp| <= cost``, and elsewhere where dp and the cost's slope add
    up to 0.

    >>> soften([3.0, -0.5, 0.2, -2.0], 1.0).tolist()
    [2.0, 0.0, 0.0, -1.0]
    """
    given, most = np.asarray(p, dtype=np.float64), np.asarray(most, dtype=np.float64)
    return given - np.clip(given, -most, most)


def least_gradient(p: Array, dp: Array, cost: Array) -> Array:
    """Return the gradient with the cost's slope: at 0 the one nearest to 0 of all that fit there.

    Equation 4 of [1]_: downhill, if there is a downhill, else 0.

    >>> p, dp = np.array([2.0, -2.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.2])
    >>> least_gradient(p, dp, np.full(4, 0.5)).tolist()
    [1.5, 0.5, 0.5, 0.0]
    """
    return np.where(p != 0.0, dp + cost * np.sign(p), soften(dp, cost))
