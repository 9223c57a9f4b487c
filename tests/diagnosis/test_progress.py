from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.diagnosis.runs import Rows, bundled, classes, moons, run


@pytest.mark.parametrize(("solver", "rate"), [("gd", 1e-4), ("sgd", 1e-5), ("adam", 1e-5)])
def test_a_rate_that_is_too_low_is_told_one_that_helps(solver: str, rate: float) -> None:
    slow = run(bundled("iris"), (10,), "tanh", solver, rate, tol=0.0)
    assert slow.kinds == ["rate_too_low"]
    assert f"learning_rate_init={rate:g} is too low" in slow.findings[0].message
    better = slow.findings[0].change["learning_rate_init"]
    assert isinstance(better, float)
    cured = run(bundled("iris"), (10,), "tanh", solver, better, tol=0.0)
    assert cured.loss < slow.loss
    while "rate_too_low" in cured.kinds:  # adam is led upwards tenfold at a time
        better *= 10.0
        cured = run(bundled("iris"), (10,), "tanh", solver, better, tol=0.0)
    assert better <= 1.0
    assert cured.loss < 0.8 * slow.loss


@pytest.mark.parametrize("solver", ["gd", "sgd"])
@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_the_rate_that_is_proposed_does_not_run_off(solver: str, name: str) -> None:
    better = run(bundled(name), (20,), "relu", solver, 1e-5, tol=0.0).findings[0].change
    cured = run(bundled(name), (20,), "relu", solver, better["learning_rate_init"], tol=0.0)
    assert {"diverged", "oscillating"}.isdisjoint(cured.kinds)


@pytest.mark.parametrize(("solver", "rate"), [("gd", 0.5), ("sgd", 0.05), ("adam", 0.01)])
def test_an_ordinary_rate_is_not_called_low(solver: str, rate: float) -> None:
    for max_iter in (20, 200, 1_000):
        run_of_it = run(moons(), (10,), "tanh", solver, rate, max_iter=max_iter)
        assert "rate_too_low" not in run_of_it.kinds


def test_a_schedule_that_let_the_rate_sink_is_named_and_a_constant_one_helps() -> None:
    sunken = run(bundled("iris"), (10,), "tanh", "sgd", 0.1, tol=0.0, schedule="invscaling")
    assert sunken.kinds == ["rate_too_low"]
    assert "has let the rate sink from 0.1 to 0.00058" in sunken.findings[0].message
    assert sunken.findings[0].change == {"learning_rate": "constant"}
    kept = run(bundled("iris"), (10,), "tanh", "sgd", 0.1, tol=0.0)
    assert kept.loss < 0.5 * sunken.loss


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_mini_batches_cut_short_are_told_how_many_passes_to_take(solver: str) -> None:
    rate = {"adam": 0.003, "sgd": 0.1}[solver]
    short = run(bundled("breast_cancer"), (10,), "relu", solver, rate, max_iter=10)
    assert short.kinds == ["stopped_early"]
    assert list(short.findings[0].change) == ["max_iter"]
    n_passes = int(short.findings[0].change["max_iter"])
    longer = run(bundled("breast_cancer"), (10,), "relu", solver, rate, max_iter=n_passes)
    assert longer.loss < 0.8 * short.loss


def test_who_set_a_tolerance_is_believed_where_little_is_left() -> None:
    # At 0.0019 the loss would halve again and again, but started at 1.1.
    settled = run(bundled("wine"), (20,), "relu", "adam", 0.01, max_iter=1_000)
    assert settled.history.stop_reason == "converged"
    assert settled.kinds == []


def _nearly_all_of_one_kind(seed: int, n_held_out: int = 100) -> Rows:
    rng = np.random.RandomState(seed)
    y = np.arange(600) % 33 == 0  # 97 to 3
    X = rng.randn(600, 4) + 1.5 * y[:, None]
    order = rng.permutation(600)
    X, y = X[order], y[order]
    rows = classes(X[n_held_out:], y[n_held_out:])
    return replace(rows, held_out=(X[:n_held_out], y[:n_held_out, None].astype(float)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n_held_out", [1, 100])
def test_early_stopping_on_a_score_that_cannot_move_is_told_and_the_loss_goes_further(
    seed: int, n_held_out: int
) -> None:
    rows = _nearly_all_of_one_kind(seed, n_held_out)
    how: dict[str, Any] = {"activation": "tanh", "solver": "sgd", "rate": 0.02, "max_iter": 500}
    stopped = run(rows, (8,), early_stopping="score", **how)
    assert stopped.kinds == ["stopped_early"]  # and nothing of class weights: the stop is the cause
    assert "the validation score rose no higher than" in str(stopped.findings[0])
    assert stopped.findings[0].change == {"early_stopping_on": "loss"}
    assert stopped.trainer.n_iter < 30
    further = run(rows, (8,), early_stopping="loss", **how)
    assert further.trainer.n_iter > stopped.trainer.n_iter
    watched = (one.trainer.validation_loss_curve.min() for one in (further, stopped))
    assert next(watched) < 0.9 * next(watched)


def test_early_stopping_on_a_score_that_moved_is_let_pass() -> None:
    rows = replace(moons(300), held_out=(moons(100, seed=1).X, moons(100, seed=1).Y))
    stopped = run(rows, (20,), "relu", "adam", 0.01, max_iter=500, early_stopping="score")
    assert stopped.history.stop_reason == "early_stopping"
    assert stopped.kinds == []


def test_targets_that_are_all_the_same_have_no_score_to_stop_by() -> None:
    rng = np.random.RandomState(0)
    rows = Rows(rng.randn(100, 3), rng.randn(100, 1), "identity")
    rows = replace(rows, held_out=(rng.randn(20, 3), np.ones((20, 1))))
    stopped = run(rows, (5,), "tanh", "sgd", 0.01, max_iter=500, early_stopping="score")
    assert set(stopped.history.validation_score_curve) == {0.0}
    assert stopped.kinds == ["stopped_early"]
    assert stopped.findings[0].change == {"early_stopping_on": "loss"}
