"""The same bits for the same seed, however a network is trained: a promise of the README."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from scipy.sparse import csr_array

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec
from tests.engine.every_kind import WITH_EVERY_SOLVER, every_kind, hashes, trained_alone
from tests.engine.programs import run_python


@pytest.fixture(scope="module")
def alone() -> dict[str, str]:
    """Hashes of every kind, each network trained by itself on one thread."""
    return trained_alone()


def test_twice_in_one_process(alone: dict[str, str]) -> None:
    assert trained_alone() == alone


def test_kinds_differ_so_that_equal_bits_say_something(alone: dict[str, str]) -> None:
    dense = {name: value for name, value in alone.items() if not name.endswith(", csr")}
    assert len(set(dense.values())) == len(dense)
    reasons = {hash_.split(":")[0] for value in alone.values() for hash_ in value.split()}
    assert {"max_iter", "converged", "early_stopping"} <= reasons


@pytest.mark.parametrize("n_threads", [1, 2, 4])
def test_in_a_batch_of_all_kinds_over_any_number_of_threads(
    n_threads: int, alone: dict[str, str]
) -> None:
    kinds = every_kind()
    engine.train([one for trainers in kinds.values() for one in trainers], n_threads=n_threads)
    assert hashes(kinds) == alone


@pytest.mark.parametrize("n_threads", [2, 4])
def test_alone_with_the_threads_of_a_team(n_threads: int, alone: dict[str, str]) -> None:
    kinds = every_kind()
    for trainers in kinds.values():
        for trainer in trainers:
            engine.train([trainer], n_threads=n_threads)
    assert hashes(kinds) == alone


@pytest.mark.parametrize("seed", range(2))
def test_resumed_at_random_points(seed: int, alone: dict[str, str]) -> None:
    random = np.random.RandomState(seed)
    kinds = every_kind()
    while any(one.stop_reason is None for trainers in kinds.values() for one in trainers):
        # Some of them, for some passes or a moment, on some threads; then all go on in new
        # trainers that know nothing but the state.
        everyone = [one for trainers in kinds.values() for one in trainers]
        some = [one for one in everyone if random.rand() < 0.7]
        passes, seconds = random.choice([2, 17, 80]), random.choice([1e-4, 1e-2, 1.0])
        engine.train(
            some, n_threads=random.randint(1, 5), max_passes=int(passes), max_seconds=seconds
        )
        states = {name: [one.state() for one in trainers] for name, trainers in kinds.items()}
        kinds = every_kind()
        for name, trainers in kinds.items():
            for one, state in zip(trainers, states[name], strict=True):
                one.set_state(state)
    assert hashes(kinds) == alone


def test_at_v3_and_v4() -> None:
    if engine.info().level != "v4":
        pytest.skip("this machine has no AVX-512")
    at = {
        level: json.loads(
            run_python("-m", "tests.engine.every_kind", environment={"MOONLET_LEVEL": level})
        )
        for level in ("v3", "v4")
    }
    assert [at[level].pop("level") for level in at] == ["v3", "v4"]
    assert at["v3"] == at["v4"]


def test_in_another_process(alone: dict[str, str]) -> None:
    environment = {"MOONLET_LEVEL": os.environ.get("MOONLET_LEVEL", engine.info().level)}
    there = json.loads(run_python("-m", "tests.engine.every_kind", environment=environment))
    assert there.pop("level") == engine.info().level
    assert there == alone


@pytest.mark.parametrize("name", [name for name in WITH_EVERY_SOLVER if name.endswith(", csr")])
def test_from_rows_in_csr_as_from_dense_ones(name: str, alone: dict[str, str]) -> None:
    assert alone[name] == alone[name.replace(", csr", ", dense")]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_from_rows_in_csr_as_from_dense_ones_where_threads_share_the_inputs(dtype: type) -> None:
    random = np.random.RandomState(0)
    X = np.where(random.rand(430, 300) < 0.2, random.randn(430, 300), 0.0).astype(dtype)
    targets = np.eye(3)[random.randint(3, size=430)]
    network = NetworkSpec((300, 40, 3), ("tanh",), "softmax")
    spec = TrainingSpec(network, SolverSpec("adam", batch_size=200), StopRule(3), alpha=0.1)
    start = 0.1 * random.randn(network.n_parameters)
    ends = []
    for rows in (X, csr_array(X)):
        for n_threads in (1, 2):
            trainer = engine.Trainer(spec, engine.TrainingData(rows, targets), start)
            engine.train([trainer], n_threads=n_threads)
            ends.append(trainer.parameters)
    for end in ends[1:]:
        np.testing.assert_array_equal(end, ends[0])
