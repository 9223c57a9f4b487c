"""Where training starts: weights drawn at random, layer by layer.

Weights should neither blow a signal up nor let it die as it passes through the
layers, so their variance is one over a measure of the layer's width. The
schemes differ in that measure and in the shape of the distribution.

==============  ==========================  ===========================  ==========
init            weights                     width                        biases
==============  ==========================  ===========================  ==========
glorot_uniform  uniform in ±sqrt(3/width)   (fan_in + fan_out) / 2 [1]_  as weights
lecun_uniform   uniform in ±sqrt(3/width)   fan_in [2]_                  as weights
he_uniform      uniform in ±sqrt(3/width)   fan_in / 2 [3]_              as weights
glorot_normal   normal, variance 1/width    (fan_in + fan_out) / 2 [1]_  0
lecun_normal    normal, variance 1/width    fan_in [2]_                  0
he_normal       normal, variance 1/width    fan_in / 2 [3]_              0
==============  ==========================  ===========================  ==========

"glorot_uniform" draws what scikit-learn's MLPClassifier draws, to the bit;
"lecun_normal" what the tutorial draws.

References
----------
.. [1] X. Glorot, Y. Bengio, "Understanding the difficulty of training deep
   feedforward neural networks", AISTATS 2010, equations 12 and 16.
.. [2] Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp", in
   Neural Networks: Tricks of the Trade, Springer 1998, equation 16.
.. [3] K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", ICCV
   2015, equation 10.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from moonlet import engine
from moonlet.names import INITS, Init
from moonlet.specs import Array, NetworkSpec

__all__ = ["INITS", "Init", "generator_of", "initial_parameters", "start_and_seed"]


class _Generators(threading.local):
    """A generator for each thread, to be seeded anew: making one takes 90 µs, seeding one 2."""

    def __init__(self) -> None:
        self.mine = np.random.RandomState(0)


_generators = _Generators()


def generator_of(random_state: object) -> np.random.RandomState:
    """Turn an estimator's `random_state` into what is drawn from, for the moment.

    For a whole number it gives what ``RandomState(random_state)`` gives, but only until the same
    thread asks again.
    """
    if not isinstance(random_state, Integral):
        return check_random_state(random_state)  # type: ignore[no-any-return]
    _generators.mine.seed(int(random_state))
    return _generators.mine


def initial_parameters(
    network: NetworkSpec, init: str, random_state: np.random.RandomState
) -> Array:
    """Draw the parameters that a network starts from.

    Parameters
    ----------
    network : NetworkSpec
    init : {"glorot_uniform", "glorot_normal", "lecun_uniform", "lecun_normal", \
            "he_uniform", "he_normal"}
        How, see the table in `moonlet.estimators.initial`.
    random_state : numpy.random.RandomState
        Drawn from layer by layer, weights before biases.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
        Laid out as `NetworkSpec.pack` does.

    Raises
    ------
    ValueError
        If `init` is none of these names.

    Examples
    --------
    >>> import numpy as np
    >>> from moonlet.specs import NetworkSpec
    >>> network = NetworkSpec((2, 1, 2), ("tanh",), "softmax")
    >>> initial_parameters(network, "lecun_normal", np.random.RandomState(0)).round(3)
    array([1.247, 0.283, 0.   , 0.979, 2.241, 0.   , 0.   ])
    """
    if init not in INITS:
        raise ValueError(f"init must be one of {', '.join(INITS)}. Got {init!r} instead.")
    scales, normal = _scales(network, init)
    parameters = np.zeros(network.n_parameters)
    for layer, scale in zip(network.layers(), scales, strict=True):
        shape = (layer.fan_in, layer.fan_out)
        if normal:
            weights = random_state.standard_normal(shape) / scale
        else:
            weights = random_state.uniform(-scale, scale, shape)
            parameters[layer.biases] = random_state.uniform(-scale, scale, layer.fan_out)
        parameters[layer.weights] = weights.ravel()
    return parameters


def start_and_seed(network: NetworkSpec, init: str, random_state: int) -> tuple[Array, int]:
    """Draw the same, and the seed of shuffles after it, from ``RandomState(random_state)``.

    Parameters
    ----------
    network : NetworkSpec
    init : str
        As of `initial_parameters`.
    random_state : int
        From 0 to 2**32 - 1.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
    seed : int
    """
    scales, normal = _scales(network, init)
    return engine.draw_start(network, scales, random_state, normal=normal)


@lru_cache(maxsize=1024)
def _scales(network: NetworkSpec, init: str) -> tuple[list[float], bool]:
    return engine.start_scales(network, init)
