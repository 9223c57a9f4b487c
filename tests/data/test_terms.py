"""Terms of two features."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from moonlet.data import add_terms, load
from moonlet.data.terms import TERMS


def test_each_term_is_what_its_name_says() -> None:
    X, _ = load("moons", n_samples=50, random_state=3)
    x1, x2 = X.to_numpy().T
    wanted = [x1, x2, x1**2, x2**2, x1 * x2]
    np.testing.assert_array_equal(
        add_terms(X, ["x1", "x2", "x1^2", "x2^2", "x1*x2"]), np.stack(wanted, axis=1)
    )


def test_sines_are_those_of_the_mathematics() -> None:
    X = np.random.default_rng(0).uniform(-7, 7, size=(200, 2))
    made = add_terms(X, ["sin(x2)", "sin(x1)"])
    exact = [[float(mpmath.sin(b)), float(mpmath.sin(a))] for a, b in X.tolist()]
    # A few units in the last place of numbers up to 1.
    np.testing.assert_allclose(made, exact, rtol=1e-15, atol=4e-16)


@pytest.mark.parametrize(
    ("X", "terms", "named"),
    [
        (np.zeros((3, 3)), ["x1"], r"two columns.*\(3, 3\)"),
        (np.zeros(3), ["x1"], "two columns"),
        (np.zeros((3, 2)), ["x3"], r"terms must be some of x1, x2, .*Got 'x3'"),
        (np.zeros((3, 2)), [], "Got none"),
    ],
)
def test_what_is_no_term_is_refused_by_name(X: np.ndarray, terms: list[str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        add_terms(X, terms)


def test_every_term_is_in_the_one_table() -> None:
    assert add_terms(np.ones((2, 2)), list(TERMS)).shape == (2, 7)
