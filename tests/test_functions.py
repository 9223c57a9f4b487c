"""The functions of the engine against mpmath."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import mpmath
import numpy as np
import pytest

from moonlet import _core, engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

ENGINE = Path(__file__).parents[1] / "engine"


def logistic(x: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-x))


def twice_u(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.sqrt(8 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3)


# Bounds in units in the last place, as functions.h, activations.h and elementary.h state them.
BOUNDS = {
    "exp": 2.0,
    "exp_nonpositive": 2.0,
    "expm1_nonpositive": 3.5,
    "tanh": 6.5,
    "logistic": 3.0,
    "log": 1.5,
    "log1p": 2.0,
    "elu": 3.5,
    "softplus": 3.0,
    "silu": 4.0,
    "silu_slope": 3.0,
    "gelu": 3.0,
    "gelu_slope": 3.0,
    "mish": 4.5,
    "mish_slope": 3.0,
    "sin": 0.9,
    "cos": 0.9,
}
EXACT: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "exp": mpmath.exp,
    "exp_nonpositive": mpmath.exp,
    "expm1_nonpositive": mpmath.expm1,
    "tanh": mpmath.tanh,
    "logistic": logistic,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "silu": lambda x: x * logistic(x),
    "silu_slope": lambda x: mpmath.diff(EXACT["silu"], x),
    "gelu": lambda x: x * logistic(twice_u(x)),
    "gelu_slope": lambda x: mpmath.diff(EXACT["gelu"], x),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "mish_slope": lambda x: mpmath.diff(EXACT["mish"], x),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
}
# In which number's last place the error is measured, where it is not the value's.
UNITS: dict[str, Callable[[float], float]] = {
    "gelu": lambda x: x,
    "silu_slope": lambda x: 1.0,
    "gelu_slope": lambda x: 1.0,
    "mish_slope": lambda x: 1.0,
}


def points(name: str, count: int) -> np.ndarray:
    """Arguments of every size that the function is defined for."""
    random = np.random.default_rng(5)
    sizes = 10.0 ** random.uniform(-18, 2.8, count)
    if name.endswith("nonpositive"):
        return -sizes
    if name == "log":
        return sizes
    if name == "log1p":
        return np.concatenate([sizes, -sizes[sizes < 0.5]])
    if name in ("sin", "cos"):  # up to 2**20
        sizes *= 1e3
    return sizes * random.choice([-1, 1], count)


# Of what is defined for any argument, these round to a subnormal number or overflow elsewhere.
RANGES = {
    "float64": {
        "exp": (-707.0, 709.78),
        "exp_nonpositive": (-708.0, 0.0),
        "expm1_nonpositive": (-np.inf, 0.0),
        "logistic": (-707.0, np.inf),
        "log": (2.0**-1022, np.inf),
        "log1p": (-0.5, 1e307),
        "softplus": (-707.0, np.inf),
        "silu": (-700.0, np.inf),
    },
    "float32": {
        "exp": (-86.0, 88.72),
        "exp_nonpositive": (-87.0, 0.0),
        "expm1_nonpositive": (-np.inf, 0.0),
        "logistic": (-87.0, np.inf),
        "log": (2.0**-126, np.inf),
        "log1p": (-0.5, 1e37),
        "softplus": (-87.0, np.inf),
        "silu": (-87.0, np.inf),
    },
}


def edges(name: str, dtype: str) -> np.ndarray:
    """Where a method changes, or could slip, with the numbers on either side.

    The ends of the range; every power of two; the multiples of ln 2 / 4, at which exp and
    tanh go on to the next power of two or are furthest from one; where log's changes.
    """
    kind = np.finfo(dtype)
    powers = 2.0 ** np.arange(kind.minexp, kind.maxexp)
    steps = np.arange(1, 4 * 1_100) * (np.log(2.0) / 4.0)
    halves = np.outer([1.0, 0.5**0.5, 2.0**0.5], 2.0 ** np.arange(-20.0, 21.0)).ravel()
    low, high = RANGES[dtype].get(name, (-np.inf, np.inf))
    ends = [end for end in (low, high, 0.0, kind.max, -kind.max) if np.isfinite(end)]
    some = np.concatenate([powers, steps, halves, np.abs(ends)]).astype(dtype)
    zero, infinity = some.dtype.type(0.0), some.dtype.type(np.inf)
    with np.errstate(over="ignore", under="ignore"):  # beyond the largest number, and below
        some = np.concatenate([np.nextafter(some, zero), some, np.nextafter(some, infinity)])
    some = np.unique(np.concatenate([-some, some]))
    return some[(some >= low) & (some <= high) & np.isfinite(some)]


def error_in_ulp(name: str, arguments: np.ndarray) -> float:
    """The largest error over some points."""
    worst = 0.0
    with mpmath.workprec(90):
        for x, y in zip(arguments, _core.apply_function(name, arguments), strict=True):
            exact = EXACT[name](mpmath.mpf(float(x)))
            measured_in = UNITS[name](x) if name in UNITS else float(exact)
            error = float(abs(mpmath.mpf(float(y)) - exact))
            worst = max(worst, error / float(np.spacing(arguments.dtype.type(abs(measured_in)))))
    return worst


@pytest.mark.parametrize("name", BOUNDS)
def test_error_stays_within_the_stated_bound(name: str) -> None:
    assert error_in_ulp(name, points(name, 4_000)) <= BOUNDS[name]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["exp", "exp_nonpositive", "tanh", "logistic", "log", "log1p"])
def test_so_it_does_at_every_edge(name: str, dtype: str) -> None:
    assert error_in_ulp(name, edges(name, dtype)) <= BOUNDS[name]


def test_sine_and_cosine_near_the_multiples_of_a_quarter_turn() -> None:
    turns = np.concatenate([np.arange(2000), 2 ** np.arange(11, 20)]).astype(float) * np.pi / 2
    x = np.concatenate([np.nextafter(turns, -1), turns, np.nextafter(turns, np.inf)])
    for name in ("sin", "cos"):
        assert error_in_ulp(name, np.concatenate([x, -x])) <= BOUNDS[name]
        assert np.isnan(_core.apply_function(name, np.array([2.0**20 + 1, -1e300, np.inf]))).all()


@pytest.mark.parametrize("power_t", [-1.5, 0.01, 0.3, 0.5, 1.0, 2.75])
def test_rates_fall_as_their_powers_and_cosines_do(power_t: float) -> None:
    for schedule in ("invscaling", "exponential", "cosine"):
        for passes in (1, 2, 3, 7, 50, 333, 999):
            stop = StopRule(max_iter=1000, tol=0.0, n_iter_no_change=1000)
            solver = SolverSpec("sgd", 0.75, schedule=schedule, power_t=power_t)  # type: ignore[arg-type]
            spec = TrainingSpec(NetworkSpec((1, 1), (), "identity"), solver, stop)
            data = engine.TrainingData(np.zeros((37, 1)), np.zeros((37, 1)))
            trainer = engine.Trainer(spec, data, [0.0, 0.0])
            engine.train([trainer], n_threads=1, max_passes=passes)
            with mpmath.workprec(90):
                part = mpmath.mpf(passes / 1000)
                exact = (
                    mpmath.mpf(0.75)
                    * {
                        "invscaling": 1 / mpmath.mpf(37 * passes + 1) ** mpmath.mpf(power_t),
                        "exponential": mpmath.mpf(0.01) ** part,
                        "cosine": (1 + mpmath.cos(mpmath.mpf(np.pi) * part)) / 2,
                    }[schedule]
                )
                error = float(abs(mpmath.mpf(trainer.learning_rate) - exact))
            # Half an ulp more for each of two roundings after; 1 + cos may lose leading digits.
            assert error <= 2 * max(np.spacing(float(exact)), 2.0**-53)


# All others are made of these two.
A_MILLION_POINTS = ("exp", "tanh")


@pytest.mark.slow
@pytest.mark.parametrize("name", BOUNDS)
def test_error_stays_within_the_stated_bound_on_many_points(name: str) -> None:
    count = 1_000_000 if name in A_MILLION_POINTS else 50_000
    assert error_in_ulp(name, points(name, count)) <= BOUNDS[name]


def test_tanh_is_odd_and_never_exceeds_one() -> None:
    x = np.concatenate([np.linspace(0, 25, 100_001), [1e300, np.inf, 5e-324, 0.0]])
    above = _core.apply_function("tanh", x)
    assert np.array_equal(_core.apply_function("tanh", -x), -above)
    assert above.max() == 1.0


def test_nan_stays_nan() -> None:
    for name in BOUNDS.keys() - {"log"}:
        assert np.isnan(_core.apply_function(name, np.array([np.nan]))).all()


def test_the_polynomials_in_the_header_are_those_that_the_script_computes() -> None:
    script = runpy.run_path(str(ENGINE / "coefficients.py"))
    header = {
        float.fromhex(number)
        for number in re.findall(r"-?0x[0-9a-f.]+p[+-]?\d+", (ENGINE / "functions.h").read_text())
    }
    exp_t, exp_u = script["exp_rational"](2, 2)
    t, u = script["tanh_rational"](2, 2, "1.036")
    for value in [*exp_t[:2], *exp_u, *script["log_series"](), *t[:2], *u]:
        assert float(value) in header
    exp_t, exp_u = script["exp_rational"](1, 1)
    t, u = script["tanh_rational"](1, 1, "1.0465")
    for value in [*exp_t[:1], *exp_u, *t[:1], *u]:
        assert float(np.float32(float(value))) in header
