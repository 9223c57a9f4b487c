"""What `train` promises to its caller: who is named when, what is raised, what may be read."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from moonlet import engine
from moonlet.specs import SolverName
from tests.engine.programs import not_under_sanitizers, run_python
from tests.engine.some_trainers import bits, many_small, some_data, some_trainer


def test_a_trainer_given_twice_is_refused_and_can_be_trained_after() -> None:
    one = some_trainer(some_data(50, 3), max_iter=5)
    with pytest.raises(ValueError, match=r"in this call twice.*give each once"):
        engine.train([one, one])
    assert one.stop_reason is None
    engine.train([one])
    assert one.stop_reason == "max_iter"


class Background:
    """Endless training on another Python thread, until it is told to stop."""

    def __init__(self, trainer: engine.Trainer) -> None:
        self.trainer = trainer
        self.stop = threading.Event()
        self.begun = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        # Small slices: between two of them, and only there, the thread can be stopped.
        while not self.stop.is_set():
            self.begun.set()
            engine.train([self.trainer], max_passes=2000)

    def __enter__(self) -> Background:
        self.thread.start()
        self.begun.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


def error_of(action: str, one: engine.Trainer) -> str:
    """What the action says while another thread trains; tried until it meets a slice."""
    give_up = time.perf_counter() + 10
    while time.perf_counter() < give_up:
        try:
            if action == "train":
                engine.train([one], max_passes=1)
            else:
                getattr(one, action)
        except (ValueError, RuntimeError) as error:
            return str(error)
    return "no error in ten seconds"


def test_a_trainer_that_another_thread_runs_is_refused_to_trainers_and_readers() -> None:
    one = some_trainer(some_data(500, 3), 20)
    with Background(one):
        assert "another thread is running it" in error_of("train", one)
        for attribute in ("parameters", "loss_curve", "gradient_norm_curve", "n_iter", "loss"):
            assert "read it when train() has returned" in error_of(attribute, one)
    assert len(one.loss_curve) == one.n_iter


def test_the_rest_of_the_curves_is_what_was_added_since() -> None:
    one = some_trainer(some_data(50, 3), 20)
    engine.train([one], max_passes=7)
    seen = one.n_iter
    engine.train([one], max_passes=5)
    for since in (0, seen, one.n_iter, one.n_iter + 1):
        losses, norms = one.curves_since(since)
        np.testing.assert_array_equal(losses, one.loss_curve[since:])
        np.testing.assert_array_equal(norms, one.gradient_norm_curve[since:])


def test_on_finished_names_each_trainer_once_and_those_it_names_can_be_read() -> None:
    trainers = many_small(max_iter=40)
    ended_before = trainers[7]
    engine.train([ended_before])
    named: Counter[int] = Counter()
    passes: list[int] = []

    def listen(finished: Sequence[int]) -> None:
        named.update(finished)
        passes.extend(trainers[at].n_iter for at in finished)
        assert ended_before.n_iter == 40

    engine.train(trainers, on_finished=listen)
    assert named == Counter(set(range(60)) - {7})
    assert passes == [40] * 59


@pytest.mark.parametrize("passes", [1, 300])  # done where it is; on threads
def test_what_on_finished_raises_is_raised_and_training_can_go_on(passes: int) -> None:
    trainers = many_small(max_iter=passes)

    def refuse(finished: Sequence[int]) -> None:
        raise LookupError(f"no place for {len(finished)}")

    with pytest.raises(LookupError, match="no place for"):
        engine.train(trainers, on_finished=refuse)
    engine.train(trainers)
    fresh = many_small(max_iter=passes)
    engine.train(fresh)
    assert bits(trainers) == bits(fresh)


def test_a_missing_core_is_told_with_its_cure() -> None:
    said = run_python(
        "-c",
        "import sys; sys.modules['moonlet._core'] = None\n"
        "from moonlet.exceptions import EngineMissingError\n"
        "try: import moonlet.engine\n"
        "except EngineMissingError as error: print(isinstance(error, ImportError), error)",
    )
    assert said.startswith("True")
    assert "`make build`" in said
    assert "`pip install moonlet`" in said


def resident() -> int:
    """Bytes of memory that this process has in use."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@not_under_sanitizers
def test_a_thousand_trainers_leave_no_memory_behind() -> None:
    # Each with lbfgs has some 25 vectors of 2,700 numbers: half a megabyte.
    def thousand() -> None:
        for seed in range(1000):
            one = some_trainer(some_data(60, 50), 50, "lbfgs", max_iter=2, seed=seed)
            engine.train([one])
            engine.loss_and_gradient(one.spec.network, one.parameters, some_data(60, 50))
            assert np.isfinite(
                engine.predict(one.spec.network, one.parameters, np.zeros((9, 50)))
            ).all()

    thousand()  # the allocator's own pools fill once
    gc.collect()
    before = resident()
    thousand()
    gc.collect()
    assert resident() - before < 4 << 20


def test_a_budget_of_time_is_kept_to_the_pass_and_changes_no_bits() -> None:
    slices, whole = many_small(max_iter=400), many_small(max_iter=400)
    engine.train(whole, n_threads=1)
    while any(one.stop_reason is None for one in slices):
        before = [one.n_iter for one in slices]
        engine.train(slices, max_seconds=1e-4)
        for one, n_iter in zip(slices, before, strict=True):
            assert one.n_iter > n_iter or one.stop_reason is not None
    assert bits(slices) == bits(whole)


def test_a_budget_of_time_ends_a_training_without_end() -> None:
    (endless,) = many_small()[:1]
    engine.train([endless], max_seconds=0.0)
    assert endless.n_iter == 1
    engine.train([endless], max_seconds=0.05)
    assert endless.n_iter > 1
    assert endless.seconds >= 0.05
    engine.train([endless], max_seconds=3600.0, max_passes=10)
    assert endless.stop_reason is None


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
@pytest.mark.parametrize("hidden", [5, 40])
def test_a_state_that_is_refused_changes_nothing_and_none_leads_astray(
    solver: SolverName, hidden: int
) -> None:
    data, random = some_data(60, 3), np.random.RandomState(0)
    trainer = some_trainer(data, hidden, solver)
    engine.train([trainer], max_passes=12)
    state = trainer.state()
    refused = 0
    for _ in range(400):
        at, byte = random.randint(len(state)), random.randint(256)
        try:
            trainer.set_state(state[:at] + bytes([byte]) + state[at + 1 :])
        except ValueError:
            refused += 1
            assert trainer.state() == state
        else:  # nonsense it may be, but it is trained with in the memory that is there
            engine.train([trainer], max_passes=2)
            trainer.set_state(state)
    for cut in (0, 8, len(state) // 2, len(state) - 1):
        with pytest.raises(ValueError, match="not of such a trainer"):
            trainer.set_state(state[:cut])
        assert trainer.state() == state
    assert refused > 0 or solver != "lbfgs"


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_no_number_in_a_state_is_too_large_or_too_small_to_go_on_from(solver: SolverName) -> None:
    # Counts that would overflow, truth values that are neither, places beyond their tables: where
    # they are taken, the sanitizers see what is done with them.
    trainer = some_trainer(some_data(60, 3), 5, solver)
    engine.train([trainer], max_passes=3)
    state, refused = trainer.state(), 0
    for at in range(0, len(state), 8):
        for number in (2**63 - 1, 2**63, 2**64 - 1, 2**60, 2):
            try:
                trainer.set_state(state[:at] + number.to_bytes(8, "little") + state[at + 8 :])
            except ValueError:
                refused += 1
            else:
                trainer.reopen(2**63 - 1)
                engine.train([trainer], max_passes=1)
    assert refused > 0
    trainer.set_state(state)
    trainer.reopen(-(2**63))
    engine.train([trainer], max_passes=1)
    assert trainer.stop_reason == "max_iter"
