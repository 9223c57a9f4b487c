"""exp, tanh, logistic and log1p of the engine against mpmath."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import mpmath
import numpy as np
import pytest

from moonlet import _core

ENGINE = Path(__file__).parents[1] / "engine"

# Bounds in units in the last place, as engine/functions.h states them.
BOUNDS = {"exp": 1.5, "tanh": 3.5, "logistic": 3.0, "log1p": 2.0}
EXACT = {
    "exp": mpmath.exp,
    "tanh": mpmath.tanh,
    "logistic": lambda x: 1 / (1 + mpmath.exp(-x)),
    "log1p": mpmath.log1p,
}


def points(name: str, count: int) -> np.ndarray:
    """Arguments of every size that the function is defined for."""
    random = np.random.default_rng(5)
    sizes = 10.0 ** random.uniform(-18, 2.8, count)
    if name == "exp":
        return -sizes
    if name == "log1p":
        return sizes
    return sizes * random.choice([-1, 1], count)


def error_in_ulp(name: str, count: int) -> float:
    """The largest error over many points."""
    arguments = points(name, count)
    worst = 0.0
    with mpmath.workprec(90):
        for x, y in zip(arguments, _core.apply_function(name, arguments), strict=True):
            exact = EXACT[name](mpmath.mpf(float(x)))
            worst = max(
                worst, float(abs(mpmath.mpf(float(y)) - exact)) / np.spacing(abs(float(exact)))
            )
    return worst


@pytest.mark.parametrize("name", BOUNDS)
def test_error_stays_within_the_stated_bound(name: str) -> None:
    assert error_in_ulp(name, 4_000) <= BOUNDS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", BOUNDS)
def test_error_stays_within_the_stated_bound_on_many_points(name: str) -> None:
    assert error_in_ulp(name, 100_000) <= BOUNDS[name]


def test_tanh_is_odd_and_never_exceeds_one() -> None:
    x = np.concatenate([np.linspace(0, 25, 100_001), [1e300, np.inf, 5e-324, 0.0]])
    above = _core.apply_function("tanh", x)
    assert np.array_equal(_core.apply_function("tanh", -x), -above)
    assert above.max() == 1.0


def test_nan_stays_nan() -> None:
    for name in BOUNDS:
        assert np.isnan(_core.apply_function(name, np.array([np.nan]))).all()


def test_the_polynomials_in_the_header_are_those_that_the_script_computes() -> None:
    script = runpy.run_path(str(ENGINE / "coefficients.py"))
    header = {
        float.fromhex(number)
        for number in re.findall(r"-?0x[0-9a-f.]+p[+-]?\d+", (ENGINE / "functions.h").read_text())
    }
    t, u = script["tanh_rational"]()
    for value in [*script["exp_q"](), *script["log_series"](), *t[:2], *u]:
        assert float(value) in header
