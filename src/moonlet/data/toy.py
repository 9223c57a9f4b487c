"""Toy sets: two features, drawn from a random state, easy to look at."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.utils import check_random_state

from moonlet.specs import Array

Points = tuple[Array, NDArray[np.int64]]
RandomState = int | np.random.RandomState | None


def moons(n_samples: int = 200, noise: float = 0.2, random_state: RandomState = 0) -> Points:
    """Two half circles that reach into each other. As it stands: the tutorial's 200 points."""
    _check(n_samples, noise)
    return make_moons(n_samples, noise=noise, random_state=random_state)  # type: ignore[no-any-return]


def circles(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """One circle within a circle of twice its size."""
    _check(n_samples, noise)
    return make_circles(n_samples, noise=noise, factor=0.5, random_state=random_state)  # type: ignore[no-any-return]


def blobs(
    n_samples: int = 200, noise: float = 1.0, random_state: RandomState = 0, n_classes: int = 3
) -> Points:
    """Round clouds; `noise` is their standard deviation."""
    _check(n_samples, noise, n_classes)
    return make_blobs(  # type: ignore[no-any-return]
        n_samples, centers=n_classes, cluster_std=noise, random_state=random_state
    )


def spirals(
    n_samples: int = 200, noise: float = 0.03, random_state: RandomState = 0, n_classes: int = 2
) -> Points:
    """Arms of 1.75 turns within the unit circle, one a class."""
    _check(n_samples, noise, n_classes)
    random = check_random_state(random_state)
    y = np.arange(n_samples) % n_classes
    radius = (np.arange(n_samples) // n_classes + 1) / -(-n_samples // n_classes)
    angle = 2 * np.pi * (1.75 * radius + y / n_classes)
    X = radius[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _shuffled(X + random.normal(scale=noise, size=X.shape), y, random)


def xor(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """Four quarters of a square, opposite ones alike; `noise` moves the points afterwards."""
    _check(n_samples, noise)
    random = check_random_state(random_state)
    y = np.arange(n_samples) % 2
    left = np.where(random.randint(2, size=n_samples) == 0, -1.0, 1.0)
    X = random.uniform(size=(n_samples, 2))
    X[:, 0] *= left
    X[:, 1] *= np.where(y == 0, left, -left)
    return _shuffled(X + random.normal(scale=noise, size=X.shape), y, random)


TOYS: dict[str, Callable[..., Points]] = {
    "moons": moons,
    "circles": circles,
    "blobs": blobs,
    "spirals": spirals,
    "xor": xor,
}


def _shuffled(X: Array, y: NDArray[np.int64], random: np.random.RandomState) -> Points:
    order = random.permutation(len(y))
    return X[order], y[order]


def _check(n_samples: int, noise: float, n_classes: int = 2) -> None:
    _check_at_least("n_classes", n_classes, 2, Integral)
    _check_at_least("n_samples", n_samples, n_classes, Integral)
    _check_at_least("noise", noise, 0, Real)


def _check_at_least(name: str, given: float, least: int, kind: type) -> None:
    if not isinstance(given, kind) or not least <= given < math.inf:
        what = "a whole number" if kind is Integral else "a number"
        raise ValueError(
            f"The {name!r} parameter must be {what} of {least} or more. Got {given!r} instead."
        )
