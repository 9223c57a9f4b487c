from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    PredefinedSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)

from moonlet.exceptions import DataError
from moonlet.study.cuts import Split, split_rows
from moonlet.study.dependence import Belonging, read_belonging

THREE_CLASSES = np.array(["a", "b", "c"])


def three_classes(*counts: int) -> Any:
    return np.random.RandomState(0).permutation(np.repeat(np.arange(len(counts)), counts))


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


def test_a_test_set_that_leaves_fewer_rows_than_classes_is_refused() -> None:
    with pytest.raises(DataError, match=r"test_size=0.9 takes 18\. Every class needs rows on both"):
        split_rows(three_classes(8, 6, 6), THREE_CLASSES, test_size=0.9, cv=2, seed=0)


@pytest.mark.parametrize(
    ("n_rows", "test_size", "cv", "told"),
    [
        (12, 0.25, 5, "of 12 the test set takes 3, and cv=5 needs 10 of the others"),
        (6, 0.34, 2, "of 6 the test set takes 3, and cv=2 needs 4 of the others"),
        (12, 0.05, 5, "of 12 the test set takes 1, and cv=5 needs 10 of the others"),
    ],
)
def test_numbers_of_which_a_fold_would_hold_less_than_two_are_refused(
    n_rows: int, test_size: float, cv: int, told: str
) -> None:
    with pytest.raises(DataError, match=f"Too few rows: {told}, two in each fold"):
        split_rows(np.arange(float(n_rows)), None, test_size=test_size, cv=cv, seed=0)


@pytest.mark.parametrize(("n_rows", "test_size", "cv"), [(14, 0.25, 5), (6, 0.3, 2), (12, 0.1, 5)])
def test_numbers_that_just_suffice_are_cut(n_rows: int, test_size: float, cv: int) -> None:
    split = split_rows(np.arange(float(n_rows)), None, test_size=test_size, cv=cv, seed=0)
    assert len(split.test) == 2 + 2 * (n_rows == 14)
    assert {len(fold.valid) for fold in split.folds} == {2}


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


def test_all_rows_are_cut_as_the_others_were() -> None:
    y = np.arange(90) % 3
    groups = np.arange(90) // 3
    split = split_rows(
        y, np.arange(3), test_size=0.25, cv=3, seed=0, belonging=Belonging(groups=groups)
    )
    assert split.of_all is not None
    folds = split.of_all()
    assert list(folds) == list(split.numbered())
    for first in (0, 3, 6):
        held = np.concatenate([folds[at].valid for at in range(first, first + 3)])
        np.testing.assert_array_equal(np.sort(held), np.arange(90))
    for fold in folds.values():
        assert not np.intersect1d(groups[fold.train], groups[fold.valid]).size
    by_time = split_rows(
        y, np.arange(3), test_size=0.25, cv=3, seed=0, belonging=Belonging(time=np.arange(90))
    )
    by_splitter = split_rows(y, np.arange(3), test_size=0.25, cv=StratifiedKFold(3), seed=0)
    assert by_time.of_all is by_splitter.of_all is None


def test_a_splitter_is_taken_as_it_is_without_further_cuts() -> None:
    y = np.arange(80) % 2
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=StratifiedKFold(3), seed=0)
    assert (len(split.folds), split.repeats) == (3, ())


def sides(split: Split) -> list[tuple[Any, Any]]:
    """Every pair of rows that must have nothing to do with each other."""
    folds = (*split.folds, *split.repeats)
    return [(split.rest, split.test), *((fold.train, fold.valid) for fold in folds)]


@pytest.mark.parametrize("is_numeric", [False, True])
def test_rows_of_one_group_stay_on_one_side_of_every_cut(is_numeric: bool) -> None:
    random = np.random.RandomState(0)
    groups = random.randint(40, size=300)
    y = random.normal(size=300) if is_numeric else random.randint(2, size=300)
    classes = None if is_numeric else np.array([0, 1])
    belonging = read_belonging(np.zeros((300, 1)), y, groups, None)
    split = split_rows(y, classes, test_size=0.25, cv=5, seed=0, belonging=belonging)
    assert len(split.folds) == 5
    assert len(split.repeats) == 10
    for some, others in sides(split):
        assert not set(groups[some]) & set(groups[others])
    # As near to the shares that were asked for as whole groups come.
    assert 50 <= len(split.test) <= 100
    held_out = np.concatenate([fold.valid for fold in split.folds])
    np.testing.assert_array_equal(np.sort(held_out), split.rest)


def test_rows_with_a_time_are_held_out_by_what_came_before() -> None:
    random = np.random.RandomState(1)
    time = random.permutation(np.repeat(np.arange(50), 4))
    y = random.normal(size=200)
    belonging = read_belonging(np.zeros((200, 1)), y, None, time)
    split = split_rows(y, None, test_size=0.25, cv=5, seed=0, belonging=belonging)
    for some, others in sides(split):
        assert time[some].max() < time[others].min()
    assert len(split.folds) == 5
    assert split.repeats == ()
    assert len(split.test) >= 50


def test_a_splitter_for_series_keeps_the_test_rows_for_the_end() -> None:
    y = np.arange(100.0)
    split = split_rows(y, None, test_size=0.25, cv=TimeSeriesSplit(4), seed=0)
    np.testing.assert_array_equal(split.test, np.arange(75, 100))
    for some, others in sides(split):
        assert some.max() < others.min()


def test_rows_that_are_the_same_stay_on_one_side_of_every_cut() -> None:
    random = np.random.RandomState(0)
    X = np.repeat(random.normal(size=(100, 3)), 2, axis=0)[random.permutation(200)]
    y = (X[:, 0] > 0).astype(int)
    belonging = read_belonging(X, y, None, None)
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=5, seed=0, X=X, belonging=belonging)
    for some, others in sides(split):
        assert not {tuple(row) for row in X[some]} & {tuple(row) for row in X[others]}
        assert len(others) % 2 == 0
    assert len(split.test) == 50


def test_a_list_of_splits_and_a_predefined_one_cut_all_rows_and_spare_the_test_rows() -> None:
    y = np.arange(60) % 2
    of_rows = np.random.RandomState(0).randint(3, size=60)
    parts = [(np.flatnonzero(of_rows != at), np.flatnonzero(of_rows == at)) for at in range(3)]
    for cv in (parts, iter(parts), PredefinedSplit(of_rows)):
        split = split_rows(y, np.array([0, 1]), test_size=0.2, cv=cv, seed=0)
        for at, fold in enumerate(split.folds):
            np.testing.assert_array_equal(fold.valid, np.setdiff1d(parts[at][1], split.test))
            np.testing.assert_array_equal(fold.train, np.setdiff1d(parts[at][0], split.test))


def test_a_splitter_is_given_the_rows_the_labels_and_the_groups_themselves() -> None:
    class Curious(KFold):
        def split(self, X: Any, y: Any = None, groups: Any = None) -> Any:
            self.saw = X, y, groups
            return GroupKFold(3).split(X, y, groups)

    random = np.random.RandomState(0)
    X, groups = random.normal(size=(80, 2)), np.arange(80) // 4
    belonging = Belonging(groups=groups)
    names = np.array(["no", "yes"])
    curious = Curious(3)
    split = split_rows(
        np.arange(80) % 2, names, test_size=0.25, cv=curious, seed=0, X=X, belonging=belonging
    )
    seen_X, seen_y, seen_groups = curious.saw
    np.testing.assert_array_equal(seen_X, X[split.rest])
    np.testing.assert_array_equal(seen_y, names[split.rest % 2])
    np.testing.assert_array_equal(seen_groups, groups[split.rest])


def test_a_splitter_that_tears_groups_apart_is_refused() -> None:
    groups = np.arange(80) // 4
    with pytest.raises(DataError, match=r"rows of one group on both sides\..*GroupKFold"):
        split_rows(
            np.arange(80) % 2,
            np.array([0, 1]),
            test_size=0.25,
            cv=KFold(3, shuffle=True, random_state=0),
            seed=0,
            belonging=Belonging(groups=groups),
        )


def test_too_few_groups_are_counted() -> None:
    groups = np.arange(80) % 3
    with pytest.raises(DataError, match=r"Too few groups for .*: .* 3 groups cannot be cut into"):
        split_rows(
            np.arange(80) // 40,
            np.array([0, 1]),
            test_size=0.25,
            cv=5,
            seed=0,
            belonging=Belonging(groups=groups),
        )
