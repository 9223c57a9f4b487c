"""Ctrl-C: answered within 100 ms at any moment, and training goes on as if nothing had been."""

from __future__ import annotations

import json
import signal
import time

import numpy as np
import pytest

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec
from tests.engine.programs import not_under_sanitizers, run_python
from tests.engine.some_trainers import some_data

WITHIN = 0.1  # seconds


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["gd", "lbfgs", "adam"])
@pytest.mark.parametrize(("size", "moments"), [("small", 50), ("big", 10)])
@not_under_sanitizers
def test_ctrl_c_at_any_moment_is_answered_soon_and_changes_no_bits(
    size: str, moments: int, solver: str
) -> None:
    # The stated bound, 99 of 100 within 100 ms, is measured on an idle machine by
    # benchmarks/how_soon_is_ctrl_c_answered.py. Here other tests run beside this one, and any
    # program may be kept waiting: half of the answers must keep the bound, none may take seconds.
    delays = json.loads(run_python("-m", "tests.engine.interrupted", size, solver, str(moments)))
    assert len(delays) == moments
    assert np.median(delays) <= WITHIN
    assert max(delays) <= 2.0


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_an_interruption_changes_no_bits(solver: str) -> None:
    run_python("-m", "tests.engine.interrupted", "small", solver, "3")


@not_under_sanitizers
def test_ctrl_c_ends_a_long_prediction() -> None:
    network = NetworkSpec((20, 200, 2), ("tanh",), "softmax")
    rows = np.zeros((300_000, 20))
    began = time.perf_counter()
    engine.predict(network, np.zeros(network.n_parameters), rows)
    whole = time.perf_counter() - began

    handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
    began = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, whole / 10)
    try:
        with pytest.raises(KeyboardInterrupt):
            engine.predict(network, np.zeros(network.n_parameters), rows)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
    assert time.perf_counter() - began < whole


def test_ctrl_c_is_answered_while_many_rows_are_validated_on_and_changes_no_bits() -> None:
    # So little training that the engine would do it at once, but for the rows that it watches.
    few, many = some_data(50, 20), some_data(200_000, 20)
    network = NetworkSpec((20, 30, 2), ("tanh",), "softmax")
    start = np.random.RandomState(0).randn(network.n_parameters)
    spec = TrainingSpec(
        network, SolverSpec("adam"), StopRule(30, tol=-np.inf), early_stopping="loss"
    )
    whole, pieces = (engine.Trainer(spec, few, start, validation=many) for _ in range(2))
    engine.train([whole])

    handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
    interruptions = 0
    try:
        while pieces.stop_reason is None:
            signal.setitimer(signal.ITIMER_REAL, whole.seconds / 8)
            try:
                engine.train([pieces])
                signal.setitimer(signal.ITIMER_REAL, 0)  # here: later nobody would catch it
            except KeyboardInterrupt:
                interruptions += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
    assert interruptions >= 3
    assert pieces.validation_loss_curve.tobytes() == whole.validation_loss_curve.tobytes()
    assert pieces.parameters.tobytes() == whole.parameters.tobytes()
