"""A daemon thread inside of the engine as the interpreter ends: a program for `test_threads.py`.

    python -m tests.engine.daemon {fit|many|listened to|predict|quick|start|measure}

must end with 0 and without a word, as a daemon thread in any other library does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from moonlet import engine
from tests.engine.some_trainers import many_small, one_big, some_data, some_trainer


def listened_to() -> None:
    """Training whose listener runs Python now and then, for a while each time."""
    data = some_data(50, 3)

    def listen(finished: object) -> None:
        until = time.perf_counter() + 0.005
        while time.perf_counter() < until:
            pass

    while True:
        trainers = [some_trainer(data, 20, max_iter=2_000, seed=seed) for seed in range(100)]
        engine.train(trainers, on_finished=listen)


def predict() -> None:
    """Answers to so many rows that the lock is given away meanwhile, and asked for between."""
    one = some_trainer(some_data(50, 50), 200)
    rows = np.zeros((100_000, 50))
    while True:
        engine.predict(one.spec.network, one.parameters, rows)


def quick() -> None:
    """The same by the short way."""
    one = some_trainer(some_data(50, 50), 200)
    answer, rows = engine.predictor(one.spec.network, one.parameters), np.zeros((1_000, 50))
    while True:
        answer(rows)


def start() -> None:
    """Trainers that are made and let go."""
    data = some_data(50, 500)
    while True:
        some_trainer(data, 500, "lbfgs")


def measure() -> None:
    """Losses and gradients."""
    data = some_data(20_000, 20)
    one = some_trainer(data, 20)
    while True:
        engine.loss_and_gradient(one.spec.network, one.parameters, data)


WORK: dict[str, Callable[[], None]] = {
    "fit": lambda: engine.train(one_big()),
    "many": lambda: engine.train(many_small(), n_threads=2),
    "listened to": listened_to,
    "predict": predict,
    "quick": quick,
    "start": start,
    "measure": measure,
}

if __name__ == "__main__":
    threading.Thread(target=WORK[sys.argv[1]], daemon=True).start()
    time.sleep(0.3)
