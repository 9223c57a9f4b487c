from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, StratifiedKFold, StratifiedShuffleSplit

from moonlet.exceptions import DataError
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
    split_rows,
)

THREE_CLASSES = np.array(["a", "b", "c"])


def three_classes(*counts: int) -> Any:
    return np.random.RandomState(0).permutation(np.repeat(np.arange(len(counts)), counts))


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


def test_every_row_is_test_row_or_held_out_once_and_never_both() -> None:
    y = three_classes(40, 25, 15)
    split = split_rows(y, THREE_CLASSES, test_size=0.25, cv=4, seed=0)
    held_out = np.concatenate([fold.valid for fold in split.folds])
    assert sorted([*split.test, *held_out]) == list(range(80))
    for fold in split.folds:
        assert sorted([*split.test, *fold.valid, *fold.train]) == list(range(80))


def test_test_set_and_folds_hold_the_classes_in_equal_shares() -> None:
    y = three_classes(48, 24, 12)
    split = split_rows(y, THREE_CLASSES, test_size=0.25, cv=3, seed=0)
    assert np.bincount(y[split.test]).tolist() == [12, 6, 3]
    for fold in split.folds:
        assert np.bincount(y[fold.valid]).tolist() == [12, 6, 3]


def test_rows_are_split_as_scikit_learn_splits_them() -> None:
    y = three_classes(40, 25, 15)
    split = split_rows(y, THREE_CLASSES, test_size=0.25, cv=4, seed=9)
    seeds = [
        int.from_bytes(hashlib.sha256(f"moonlet study 9 {purpose}".encode()).digest()[:4], "big")
        for purpose in ("test set", "folds")
    ]
    shuffle = StratifiedShuffleSplit(1, test_size=0.25, random_state=seeds[0])
    rest, test = map(np.sort, next(shuffle.split(y, y)))
    assert split.test.tolist() == test.tolist()
    folds = StratifiedKFold(4, shuffle=True, random_state=seeds[1]).split(rest, y[rest])
    for fold, (train, valid) in zip(split.folds, folds, strict=True):
        assert fold.train.tolist() == rest[train].tolist()
        assert fold.valid.tolist() == rest[valid].tolist()


def test_another_seed_makes_another_split() -> None:
    y = three_classes(40, 25, 15)
    first, second = (
        split_rows(y, THREE_CLASSES, test_size=0.25, cv=4, seed=seed) for seed in (0, 1)
    )
    assert first.test.tolist() != second.test.tolist()


def test_a_splitter_of_scikit_learn_is_used_as_it_is() -> None:
    y = three_classes(40, 25, 15)
    split = split_rows(y, THREE_CLASSES, test_size=0.25, cv=KFold(3), seed=0)
    assert [len(fold.valid) for fold in split.folds] == [20, 20, 20]
    assert split.folds[0].valid.tolist() == split.rest[:20].tolist()


def test_a_class_too_rare_for_the_folds_is_named() -> None:
    with pytest.raises(DataError, match=r"cv=5: .* class c has 3 rows left, .* fewer folds"):
        split_rows(three_classes(40, 25, 4), THREE_CLASSES, test_size=0.25, cv=5, seed=0)


@pytest.mark.parametrize("counts", [(40, 25, 1), (2, 2, 2)])
def test_a_class_too_rare_for_a_test_set_is_named(counts: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match=r"Too few rows for a test set: .* the rarest class"):
        split_rows(three_classes(*counts), THREE_CLASSES, test_size=0.25, cv=2, seed=0)


def test_a_fold_that_lacks_a_class_is_refused() -> None:
    y = np.repeat([0, 1, 2], 12)
    with pytest.raises(DataError, match="leaves a class without a row"):
        split_rows(y, THREE_CLASSES, test_size=0.25, cv=KFold(3), seed=0)


@pytest.mark.parametrize("test_size", [0.0, 1.0, -0.5, 20, "0.25", None])
def test_a_test_size_out_of_range_is_refused(test_size: Any) -> None:
    with pytest.raises(ValueError, match=r"test_size must be a float in \(0, 1\)"):
        split_rows(three_classes(20, 20, 20), THREE_CLASSES, test_size=test_size, cv=3, seed=0)


@pytest.mark.parametrize("cv", [1, 0, True, 2.5, "5", None])
def test_a_cv_that_is_neither_number_nor_splitter_is_refused(cv: object) -> None:
    with pytest.raises(ValueError, match="cv must be an int in"):
        split_rows(three_classes(20, 20, 20), THREE_CLASSES, test_size=0.25, cv=cv, seed=0)


def test_further_cuts_hold_out_the_same_rows_in_other_company() -> None:
    y = np.arange(80) % 2
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=4, seed=0)
    assert len(split.folds) == 4
    assert len(split.repeats) == 8
    for cut in (split.folds, split.repeats[:4], split.repeats[4:]):
        np.testing.assert_array_equal(np.sort(np.concatenate([f.valid for f in cut])), split.rest)
    held_out = {tuple(fold.valid) for fold in (*split.folds, *split.repeats)}
    assert len(held_out) == 12
    assert list(split.numbered()) == list(range(12))


def test_a_splitter_is_taken_as_it_is_without_further_cuts() -> None:
    y = np.arange(80) % 2
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=StratifiedKFold(3), seed=0)
    assert (len(split.folds), split.repeats) == (3, ())
