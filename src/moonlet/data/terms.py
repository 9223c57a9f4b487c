"""Terms of two features: with the right one among them a straight line is enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from moonlet import engine
from moonlet.specs import Array

__all__ = ["TERMS", "add_terms"]


def _sine(x: Array) -> Array:
    # The engine's own, which the lab's page has too: the C library's has other last digits.
    return engine.apply_function("sin", x)


TERMS: dict[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: _sine(x1),
    "sin(x2)": lambda x1, x2: _sine(x2),
}


def add_terms(X: Any, terms: Sequence[str]) -> Array:
    """Make squares, the product and sines of two features, as the lab's page does, to the bit.

    Parameters
    ----------
    X : array-like of shape (n_samples, 2)
        The features x1 and x2.
    terms : sequence of str
        Of "x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)" and "sin(x2)".

    Returns
    -------
    terms : ndarray of shape (n_samples, n_terms)
        In the order that was asked for.

    Raises
    ------
    ValueError
        If X has not two columns, or a term is none of these.

    Examples
    --------
    >>> from moonlet.data import add_terms
    >>> add_terms([[2.0, 3.0], [-1.0, 0.5]], ["x1", "x1^2", "x1*x2"])
    array([[ 2. ,  4. ,  6. ],
           [-1. ,  1. , -0.5]])
    """
    features = np.asarray(X, dtype=np.float64)
    if features.ndim != 2 or features.shape[1] != 2:
        raise ValueError(f"X must have two columns, x1 and x2. Got shape {features.shape} instead.")
    unknown = [term for term in terms if term not in TERMS]
    if unknown or not len(terms):
        given = repr(unknown[0]) if unknown else "none"
        raise ValueError(f"terms must be some of {', '.join(TERMS)}. Got {given} instead.")
    x1, x2 = np.ascontiguousarray(features.T)
    return np.column_stack([TERMS[term](x1, x2) for term in terms])
