from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonlet.study.plan import (
    Job,
    Size,
    layer_sizes,
    network_seed,
    plan_jobs,
    read_alphas,
    read_size_label,
    read_sizes,
    size_label,
)


def test_a_plan_has_each_key_once_and_in_the_order_of_the_grid() -> None:
    jobs = plan_jobs([0, 3], [0.1, 1.0], range(2), 3, seed=0)
    expected = [
        (size, alpha, fold, restart)
        for size in (0, 3)
        for alpha in (0.1, 1.0)
        for fold in (0, 1)
        for restart in (0, 1, 2)
    ]
    assert [job.key for job in jobs] == expected


def test_the_seed_of_a_network_is_the_documented_hash_of_its_key() -> None:
    digest = hashlib.sha256(b"moonlet study 7 network 10x5 0.01 2 4").digest()
    assert network_seed(7, ((10, 5), 0.01, 2, 4)) == int.from_bytes(digest[:4], "big")


def test_the_seed_of_a_network_does_not_depend_on_the_rest_of_the_grid() -> None:
    alone = plan_jobs([3], [0.1], [1], 1, seed=5)
    in_company = plan_jobs([0, 3, 50], [1e-4, 0.1], range(4), 7, seed=5)
    assert set(alone) <= set(in_company)


def test_networks_of_a_plan_have_seeds_of_their_own() -> None:
    seeds = [job.seed for job in plan_jobs([0, 3, 9], [0.1, 1.0], range(5), 5, seed=0)]
    assert len(set(seeds)) == len(seeds)


def test_a_job_cannot_be_changed() -> None:
    job = Job(3, 0.1, 0, 0, seed=1)
    with pytest.raises(AttributeError):
        job.seed = 2  # type: ignore[misc]


@given(st.one_of(st.integers(0, 999), st.lists(st.integers(1, 99), min_size=2).map(tuple)))
def test_a_size_reads_back_from_its_label(size: Size) -> None:
    assert read_size_label(size_label(size)) == size


@pytest.mark.parametrize(
    ("given_sizes", "sizes"),
    [
        ((0, 3), (0, 3)),
        ([0, (10, 5), (7,), ()], None),  # () and 0 are the same size
        (5, (5,)),
        (np.array([1, 2]), (1, 2)),
        ([[10, 5], np.int64(3)], ((10, 5), 3)),
    ],
)
def test_sizes_are_ints_and_tuples_however_they_are_written(
    given_sizes: object, sizes: tuple[Size, ...] | None
) -> None:
    if sizes is None:
        with pytest.raises(ValueError, match="must not repeat"):
            read_sizes(given_sizes)
    else:
        assert read_sizes(given_sizes) == sizes


def test_the_straight_line_has_no_hidden_layer() -> None:
    assert [layer_sizes(size) for size in read_sizes([0, 3, (10, 5)])] == [(), (3,), (10, 5)]


@pytest.mark.parametrize("hidden", [[-1], [1.5], ["3"], "3", [], None, [(3, 0)], [True], 2.0])
def test_a_size_that_is_none_is_refused_with_an_example(hidden: object) -> None:
    with pytest.raises(ValueError, match=r"hidden must list ints .* instead\. 0 is the straight"):
        read_sizes(hidden)


@pytest.mark.parametrize("alpha", [[-1.0], [float("nan")], [float("inf")], ["1"], "1", [], None])
def test_an_alpha_that_is_none_is_refused_with_an_example(alpha: object) -> None:
    with pytest.raises(ValueError, match=r"alpha must list floats .* instead"):
        read_alphas(alpha)


def test_an_alpha_may_stand_alone() -> None:
    assert read_alphas(1) == (1.0,)
