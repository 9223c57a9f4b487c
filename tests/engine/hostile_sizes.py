"""Sizes that cannot be: a program for `test_hostile_sizes.py`, as a failure would be an abort.

    python -m tests.engine.hostile_sizes

Each call below must end at once, under a limit of memory, in MemoryError or ValueError; and
after all of them the engine must still train.
"""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Callable

import numpy as np

from moonlet import MLPClassifier, engine
from moonlet.specs import Activation, NetworkSpec, SolverName, SolverSpec, StopRule, TrainingSpec
from tests.engine.some_trainers import bits, many_small, some_data

LIMIT = 300 << 20  # bytes beyond what the process has mapped already
X = np.random.RandomState(0).randn(60, 2)
y = np.arange(60) % 2
TANH: Activation = "tanh"


def network(*hidden: int) -> NetworkSpec:
    """Two inputs and outputs, with hidden layers of any size between."""
    return NetworkSpec((2, *hidden, 2), (TANH,) * len(hidden), "softmax")


def trainer(spec: NetworkSpec, solver: SolverName, n_parameters: int) -> engine.Trainer:
    """A trainer that starts from zeros."""
    rules = TrainingSpec(spec, SolverSpec(solver), StopRule(2))
    return engine.Trainer(rules, some_data(60, 2), np.zeros(n_parameters))


def impossible_layers() -> dict[str, Callable[[], object]]:
    """Layers whose sizes, or the products of them, are beyond any memory."""
    calls: dict[str, Callable[[], object]] = {}
    for hidden in ((2**40,), (2**31, 2**31), (2**32, 2**32), (2**62,), (2**63,), (10**30,)):
        spec = network(*hidden)
        calls[f"fit {hidden}"] = lambda hidden=hidden: MLPClassifier(hidden, solver="lbfgs").fit(
            X, y
        )  # type: ignore[misc]
        calls[f"train {hidden}"] = lambda spec=spec: trainer(spec, "gd", 10)  # type: ignore[misc]
        calls[f"predict {hidden}"] = lambda spec=spec: engine.predict(spec, np.zeros(10), X)  # type: ignore[misc]
        calls[f"loss {hidden}"] = lambda spec=spec: engine.loss_and_gradient(  # type: ignore[misc]
            spec, np.zeros(10), some_data(60, 2)
        )
    return calls


def layers_beyond_the_limit() -> dict[str, Callable[[], object]]:
    """Layers that the machine could hold, but that this process may not."""
    spec = network(1_500_000)  # 7.5 million parameters are 60 MB; every solver keeps some copies
    square = network(3000, 3000)

    def run(one: engine.Trainer) -> None:
        engine.train([one], n_threads=2)

    return {
        "lbfgs": lambda: trainer(spec, "lbfgs", spec.n_parameters),
        "adam": lambda: trainer(spec, "adam", spec.n_parameters),
        # The workspace of 60 rows and 1.5 million units is 1.4 GB: refused inside of the run.
        "predict": lambda: engine.predict(spec, np.zeros(spec.n_parameters), X),
        "loss": lambda: engine.loss_and_gradient(
            spec, np.zeros(spec.n_parameters), some_data(60, 2)
        ),
        "many threads' workspaces": lambda: run(trainer(square, "gd", square.n_parameters)),
        "a wide table": lambda: some_data(1000, 10**6),
    }


def no_thread_to_be_had(mapped: int) -> None:
    """With no room for another thread's stack the calling thread does all the work."""
    wanted, alone = many_small(max_iter=30), many_small(max_iter=30)
    engine.train(wanted, n_threads=1, max_passes=1)  # so short that it needs no thread
    rest = 4 << 20
    resource.setrlimit(resource.RLIMIT_AS, (mapped + rest, resource.RLIM_INFINITY))
    try:
        threading.Thread(target=int).start()
    except RuntimeError:
        pass
    else:
        sys.exit("a thread could be started under the limit")
    named: list[int] = []
    engine.train(alone, n_threads=4, on_finished=named.extend)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    engine.train(wanted, n_threads=1)
    if bits(alone) != bits(wanted) or sorted(named) != list(range(len(alone))):
        sys.exit("without a thread the networks differ, or were not named each once")


def threads_beyond_the_limit() -> None:
    """Hundreds of threads of 8 MB stack each: those that start do the work."""
    wanted = many_small(max_iter=30)
    engine.train(wanted, n_threads=1)
    crowd = many_small(max_iter=30)
    engine.train(crowd, n_threads=1000)
    if bits(crowd) != bits(wanted):
        sys.exit("fewer threads than asked for gave other bits")


def refuse(what: str, call: Callable[[], object]) -> None:
    """Exit with a message unless the call is refused as it should be, and at once."""
    began = time.process_time()
    try:
        call()
    except (MemoryError, ValueError) as error:
        if not str(error):
            sys.exit(f"{what}: {type(error).__name__} without a word")
    else:
        sys.exit(f"{what}: nothing was refused")
    if time.process_time() - began > 5:
        sys.exit(f"{what}: refused after {time.process_time() - began:.1f} s of work")


def main() -> None:
    """Refuse everything, then train."""
    MLPClassifier((3,), solver="lbfgs", max_iter=300).fit(
        X, y
    )  # all libraries are mapped from here on
    with open("/proc/self/statm", encoding="utf-8") as statm:
        mapped = int(statm.read().split()[0]) * resource.getpagesize()
    no_thread_to_be_had(mapped)
    for what, call in impossible_layers().items():
        refuse(what, call)
    resource.setrlimit(resource.RLIMIT_AS, (mapped + LIMIT, resource.RLIM_INFINITY))
    for what, call in layers_beyond_the_limit().items():
        refuse(what, call)
    threads_beyond_the_limit()
    MLPClassifier((3,), solver="lbfgs", max_iter=300).fit(X, y)


if __name__ == "__main__":
    main()
