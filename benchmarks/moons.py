"""The tutorial's points, sizes and first weights, for all contenders alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_moons

SIZES = (1, 2, 3, 4, 5, 20, 50)
PASSES = 20_000
RATE, ALPHA = 2.0, 0.01  # on the mean; the tutorial's 0.01 is on the sum over 200 points
CHECKED_PASSES = 40  # before rounding decides where a descent goes

X, y = make_moons(200, noise=0.20, random_state=0)


def start(units: int) -> list[NDArray[np.float64]]:
    """The tutorial's first W1, b1, W2, b2."""
    random = np.random.RandomState(0)
    W1 = random.randn(2, units) / np.sqrt(2)
    W2 = random.randn(units, 2) / np.sqrt(units)
    return [W1, np.zeros(units), W2, np.zeros(2)]
