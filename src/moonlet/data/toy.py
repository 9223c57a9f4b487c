"""Toy sets: two features, drawn from a random state, easy to look at.

The engine draws them, for the lab's page as well, so that both have the same points to the last
bit: `engine/toys.h` says how each is made.
"""

from __future__ import annotations

import math
from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from moonlet import engine
from moonlet.names import TOYS
from moonlet.specs import Array

RandomState = int | np.random.RandomState | None


def options_of(name: str) -> tuple[str, ...]:
    """What a toy set may be told.

    >>> options_of("moons")
    ('n_samples', 'noise', 'random_state')
    """
    of_all = ("n_samples", "noise", "random_state")
    return of_all if TOYS[name].n_classes is None else (*of_all, "n_classes")


def draw(
    name: str,
    n_samples: int = 200,
    noise: float | None = None,
    random_state: RandomState = 0,
    n_classes: int | None = None,
) -> tuple[Array, NDArray[np.int64] | Array]:
    """Draw a toy set; as "moons" stands, the tutorial's 200 points.

    Parameters
    ----------
    name : str
        One of `moonlet.names.TOYS`.
    n_samples : int
    noise : float, optional
        How far points stray, or of numbers the numbers; the set's own by default.
    random_state : int, RandomState or None
    n_classes : int, optional
        Of those that let it be chosen; the set's own by default.

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
    y : ndarray of shape (n_samples,)
        Classes from 0 on, or numbers.
    """
    facts = TOYS[name]
    noise = facts.noise if noise is None else noise
    n_classes = (facts.n_classes or 2) if n_classes is None else n_classes
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
    X, y = engine.draw_toy(name, int(n_samples), float(noise), int(n_classes), random)
    return X, y if facts.is_numeric else y.astype(np.int64)


def _check_at_least(name: str, given: float, least: int, kind: type) -> None:
    if not isinstance(given, kind) or not least <= given < math.inf:
        what = "a whole number" if kind is Integral else "a number"
        raise ValueError(
            f"The {name!r} parameter must be {what} of {least} or more. Got {given!r} instead."
        )
