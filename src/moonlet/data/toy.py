"""Toy sets: two features, drawn from a random state, easy to look at.

The engine draws them, for the lab's page as well, so that both have the same points to the last
bit: `engine/toys.h` says how each is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from moonlet import engine
from moonlet.specs import Array

Points = tuple[Array, NDArray[np.int64] | Array]
RandomState = int | np.random.RandomState | None


def moons(n_samples: int = 200, noise: float = 0.2, random_state: RandomState = 0) -> Points:
    """Two half circles that reach into each other. As it stands: the tutorial's 200 points."""
    return _classes("moons", n_samples, noise, random_state)


def circles(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """One circle within a circle of twice its size."""
    return _classes("circles", n_samples, noise, random_state)


def blobs(
    n_samples: int = 200, noise: float = 1.0, random_state: RandomState = 0, n_classes: int = 3
) -> Points:
    """Round clouds; `noise` is their standard deviation."""
    return _classes("blobs", n_samples, noise, random_state, n_classes)


def spirals(
    n_samples: int = 200, noise: float = 0.03, random_state: RandomState = 0, n_classes: int = 2
) -> Points:
    """Arms of 1.75 turns within the unit circle, one a class."""
    return _classes("spirals", n_samples, noise, random_state, n_classes)


def xor(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """Four quarters of a square, opposite ones alike; `noise` moves the points afterwards."""
    return _classes("xor", n_samples, noise, random_state)


def line(n_samples: int = 200, noise: float = 0.05, random_state: RandomState = 0) -> Points:
    """A square with a straight border."""
    return _classes("line", n_samples, noise, random_state)


def parabola(n_samples: int = 200, noise: float = 0.05, random_state: RandomState = 0) -> Points:
    """A square with a parabola for a border."""
    return _classes("parabola", n_samples, noise, random_state)


def cubic(n_samples: int = 200, noise: float = 0.05, random_state: RandomState = 0) -> Points:
    """A square with a cubic for a border, which rises, falls and rises."""
    return _classes("cubic", n_samples, noise, random_state)


def corner(n_samples: int = 200, noise: float = 0.05, random_state: RandomState = 0) -> Points:
    """A square with a corner for a border, that of an absolute value."""
    return _classes("corner", n_samples, noise, random_state)


def sine(n_samples: int = 200, noise: float = 0.05, random_state: RandomState = 0) -> Points:
    """A square with one wave of a sine for a border."""
    return _classes("sine", n_samples, noise, random_state)


def plane(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """To predict a number: the sum of both features; `noise` moves the number."""
    return _numbers("plane", n_samples, noise, random_state)


def hills(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """To predict a number: two hills and two hollows, each over a quarter of a square."""
    return _numbers("hills", n_samples, noise, random_state)


def wave(n_samples: int = 200, noise: float = 0.1, random_state: RandomState = 0) -> Points:
    """To predict a number: the sine of the sum of both features, two waves of it."""
    return _numbers("wave", n_samples, noise, random_state)


_CLASSES = (moons, circles, blobs, spirals, xor, line, parabola, cubic, corner, sine)
_NUMBERS = (plane, hills, wave)
TOYS: dict[str, Callable[..., Points]] = {make.__name__: make for make in (*_CLASSES, *_NUMBERS)}
OF_NUMBERS = frozenset(make.__name__ for make in _NUMBERS)


def _classes(
    name: str, n_samples: int, noise: float, random_state: RandomState, n_classes: int = 2
) -> Points:
    X, y = _numbers(name, n_samples, noise, random_state, n_classes)
    return X, y.astype(np.int64)


def _numbers(
    name: str, n_samples: int, noise: float, random_state: RandomState, n_classes: int = 2
) -> tuple[Array, Array]:
    _check_at_least("n_classes", n_classes, 2, Integral)
    _check_at_least("n_samples", n_samples, n_classes, Integral)
    _check_at_least("noise", noise, 0, Real)
    try:
        random = check_random_state(random_state)
    except ValueError:
        raise ValueError(
            "The 'random_state' parameter must be an int from 0 to 2**32 - 1, a RandomState or "
            f"None. Got {random_state!r} instead."
        ) from None
    return engine.draw_toy(name, int(n_samples), float(noise), int(n_classes), random)


def _check_at_least(name: str, given: float, least: int, kind: type) -> None:
    if not isinstance(given, kind) or not least <= given < math.inf:
        what = "a whole number" if kind is Integral else "a number"
        raise ValueError(
            f"The {name!r} parameter must be {what} of {least} or more. Got {given!r} instead."
        )
