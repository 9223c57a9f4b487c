"""The tables, networks and first weights of the mini-batch cases, for all contenders alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from moonlet.specs import Activation

RATE = 1e-3
CHECKED_EPOCHS = 3
SHAPES = {
    "digits": (64, 100, 10),
    "wide": (784, 100, 10),
    "deep": (100, 256, 128, 10),
    "simplechains": (4, 32, 16, 4),
}
N_ROWS = 20_000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Problem:
    """Rows, labels from 0 to 9 for softmax or values to be met, and a network for them."""

    X: Floats
    y: NDArray[np.int64] | Floats
    sizes: tuple[int, ...]
    batch: int = 200
    activation: Activation = "relu"

    @property
    def is_classes(self) -> bool:
        """Whether the loss is the log loss; half the mean squared error otherwise."""
        return self.y.ndim == 1

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
    """ "digits" are scikit-learn's; the others are drawn.

    "simplechains" is what SimpleChains.jl was presented with: 2 × 2 matrices and their
    exponentials. The rest have labels from a random network.
    """
    sizes = SHAPES[name]
    if name == "simplechains":
        from scipy.linalg import expm

        matrices = np.random.default_rng(0).standard_normal((10_000, 2, 2))
        X, y = (of.reshape(-1, 4).astype(np.float32) for of in (matrices, expm(matrices)))
        return Problem(X, y, sizes, batch=len(X), activation="tanh")
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
    if name in ("digits", "simplechains"):
        return 20
    return 1 if quick else 3
