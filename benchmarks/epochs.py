"""The tables, networks and first weights of the mini-batch cases, for all contenders alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BATCH, RATE = 200, 1e-3
CHECKED_EPOCHS = 3
SHAPES = {
    "digits": (64, 100, 10),
    "wide": (784, 100, 10),
    "deep": (100, 256, 128, 10),
}
N_ROWS = 20_000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Problem:
    """Rows, labels from 0 to 9, and a network to train with ReLU and softmax."""

    X: Floats
    y: NDArray[np.int64]
    sizes: tuple[int, ...]

    def start(self) -> list[tuple[Floats, Floats]]:
        """Weights and biases as scikit-learn draws them from random_state=0."""
        random = np.random.RandomState(0)
        layers = []
        for fan_in, fan_out in pairwise(self.sizes):
            bound = np.sqrt(6.0 / (fan_in + fan_out))
            W = random.uniform(-bound, bound, (fan_in, fan_out)).astype(np.float32)
            layers.append((W, random.uniform(-bound, bound, fan_out).astype(np.float32)))
        return layers


def problem(name: str) -> Problem:
    """ "digits" are scikit-learn's; the others are drawn, with labels from a random network."""
    sizes = SHAPES[name]
    if name == "digits":
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        return Problem((X / 16.0).astype(np.float32), y.astype(np.int64), sizes)
    random = np.random.default_rng(0)
    X = random.standard_normal((N_ROWS, sizes[0]), dtype=np.float32)
    teacher = random.standard_normal((sizes[0], sizes[-1]), dtype=np.float32)
    return Problem(X, np.argmax(np.tanh(X) @ teacher, axis=1), sizes)


def n_epochs(name: str, quick: bool) -> int:
    """Epochs of one turn."""
    return 20 if name == "digits" else 1 if quick else 3
