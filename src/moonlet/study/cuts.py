"""The rows of a study: a test set, the folds of one cut of the others, and of further cuts.

1. A test set is put aside, a random share of the rows; of groups, whole groups; of rows
   with a time, the last ones.
2. The others are cut into folds. An int cuts them three times over, so that the
   comparison with the straight line rests on more than five numbers; what has a time
   is cut once, each fold held out by all rows before it.
3. Rows that are the same in X and y are the same row: they stay on one side of every cut.
4. A splitter of the caller's is taken as it is, and is given what was given: X, y, groups.
   One that knows all rows by their position (a list of splits, `PredefinedSplit`) cuts all
   rows, and the test rows are taken out of its folds.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    PredefinedSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    check_cv,
    train_test_split,
)

from moonlet.exceptions import DataError
from moonlet.study.dependence import Belonging
from moonlet.study.plan import derived_seed
from moonlet.study.rows import Indices, take

# How often the rows are cut into folds. The corrected t-test needs a mean of 1.43 standard
# deviations of the folds' differences with one cut into five, 0.99 with three, 0.92 with five,
# 0.82 with any number.
N_CUTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Positions of the rows that are trained on and of those held out."""

    train: Indices
    valid: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Positions of the test rows, of all others, and the folds of those others.

    `repeats` are the folds of further cuts, on which the best of the settings are
    judged again. A splitter of the caller's is taken as it is, and has none.
    `of_all` cuts all rows likewise, the test rows too; None where that is not to be had.
    """

    test: Indices
    rest: Indices
    folds: tuple[Fold, ...]
    repeats: tuple[Fold, ...] = ()
    of_all: Callable[[], dict[int, Fold]] | None = None

    def numbered(self) -> dict[int, Fold]:
        """All folds by number, the repeats' last."""
        return dict(enumerate((*self.folds, *self.repeats)))


def mean_sizes(folds: Mapping[int, Fold], numbers: Sequence[int]) -> tuple[float, float]:
    """Rows trained on and held out, on average over some folds."""
    return (
        float(np.mean([len(folds[number].train) for number in numbers])),
        float(np.mean([len(folds[number].valid) for number in numbers])),
    )


def split_rows(
    values: NDArray[Any],
    classes: NDArray[Any] | None,
    *,
    test_size: float,
    cv: Any,
    seed: int,
    X: Any = None,
    belonging: Belonging | None = None,
    n_cuts: int = N_CUTS,
) -> Split:
    """Set a test set aside and cut the other rows into folds, both stratified for classes.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        The class of each row, as a position in `classes`; or numbers.
    classes : ndarray of shape (n_classes,) or None
        None for a regression.
    test_size : float
        Share of the rows that nothing looks at before the study's end.
    cv : int, scikit-learn splitter, or list of (train, valid)
        Shuffled folds of that number; or an object with a ``split(X, y, groups)``.
    seed : int
        The study's.
    X : DataFrame or ndarray of shape (n_samples, n_features), optional
        For splitters that look at it.
    belonging : Belonging, optional
        Which rows belong together, or in which order they came.
    n_cuts : int
        Of an int `cv`.

    Raises
    ------
    ValueError
        If `test_size` or `cv` is not allowed.
    DataError
        If there are too few rows, or a class has too few to stand in every part.
    """
    if not isinstance(test_size, Real) or not 0.0 < test_size < 1.0:
        raise ValueError(
            f"test_size must be a float in (0, 1). Got {test_size!r} instead. "
            "0.25 keeps a quarter of the rows for the final score."
        )
    belonging = belonging or Belonging()
    if isinstance(cv, TimeSeriesSplit) and belonging.time is None:
        # It says that the rows come in the order of time.
        belonging = Belonging(time=np.arange(len(values)))
    rows = _Rows(values, classes, X, belonging, seed)
    n_test = math.ceil(test_size * len(values))
    rows.refuse_few(n_test, test_size, cv)
    rest, test = rows.test_set(n_test)
    folds, repeats = rows.cut(rest, test, cv, n_cuts)
    rows.check(folds, cv)

    def of_all() -> dict[int, Fold]:
        first, further = rows.cut(np.arange(len(values)), test[:0], cv, n_cuts)
        return dict(enumerate((*first, *further)))

    again = isinstance(cv, Integral) and belonging.time is None
    return Split(np.sort(test), np.sort(rest), folds, repeats, of_all if again else None)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows to be cut, and what must stay together."""

    values: NDArray[Any]
    classes: NDArray[Any] | None
    X: Any
    belonging: Belonging
    seed: int

    def test_set(self, n_test: int) -> tuple[Indices, Indices]:
        """All rows but the test rows, and the test rows."""
        everything = np.arange(len(self.values))
        seed = derived_seed(self.seed, "test set")
        if self.belonging.time is not None:
            ordered = np.argsort(self.belonging.time, kind="stable")
            (border,) = _borders(self.belonging.time[ordered], [len(ordered) - n_test])
            return ordered[:border], ordered[border:]
        if self.belonging.groups is not None:
            groups = self.belonging.groups
            if self.classes is None:
                apart: Any = GroupShuffleSplit(
                    1, test_size=n_test / len(self.values), random_state=seed
                )
            else:
                n_parts = max(2, round(len(self.values) / n_test))
                _refuse_few_groups(groups, n_parts, "a test set")
                apart = StratifiedGroupKFold(n_parts, shuffle=True, random_state=seed)
            rest, test = next(iter(apart.split(everything, self.values, groups)))
            return rest, test
        firsts = self.belonging.firsts(everything)
        share = n_test if len(firsts) == len(everything) else n_test / len(everything)
        strata = None if self.classes is None else self.values[firsts]
        rest, test = train_test_split(firsts, test_size=share, stratify=strata, random_state=seed)
        return self.belonging.with_copies(rest), self.belonging.with_copies(test)

    def cut(
        self, rest: Indices, test: Indices, cv: Any, n_cuts: int
    ) -> tuple[tuple[Fold, ...], tuple[Fold, ...]]:
        """Folds of the first cut, and of all others."""
        if not isinstance(cv, Integral) or isinstance(cv, bool):
            return self._cut_by(cv, rest, test), ()
        if cv < 2:
            raise ValueError(_cv_error(cv))
        if self.belonging.time is not None:
            return self._windows(rest, int(cv)), ()
        purposes = ["folds", *(f"folds of cut {number}" for number in range(1, n_cuts))]
        first, *others = [
            self._shuffled(np.sort(rest), int(cv), derived_seed(self.seed, purpose))
            for purpose in purposes
        ]
        return first, tuple(chain.from_iterable(others))

    def _shuffled(self, rest: Indices, n_folds: int, seed: int) -> tuple[Fold, ...]:
        firsts = self.belonging.firsts(rest)
        if self.classes is not None:
            counts = np.bincount(self.values[firsts], minlength=len(self.classes))
            if counts.min() < n_folds:
                raise DataError(
                    f"Too few rows of a class for cv={n_folds}: once the test set is taken, "
                    f"{_named(self.classes, counts)} left, and every fold needs one. {_CURE}"
                )
        if self.belonging.groups is not None:
            groups = self.belonging.groups[rest]
            _refuse_few_groups(groups, n_folds, f"cv={n_folds}")
            kind = GroupKFold if self.classes is None else StratifiedGroupKFold
            splitter = kind(n_folds, shuffle=True, random_state=seed)
            parts = splitter.split(rest, self.values[rest], groups)
            return tuple(Fold(rest[train], rest[valid]) for train, valid in parts)
        plain: Any = KFold if self.classes is None else StratifiedKFold
        splitter = plain(n_folds, shuffle=True, random_state=seed)
        return tuple(
            Fold(*(self.belonging.with_copies(firsts[part]) for part in parts))
            for parts in splitter.split(np.zeros((len(firsts), 1)), self.values[firsts])
        )

    def _windows(self, rest: Indices, n_folds: int) -> tuple[Fold, ...]:
        """Cut rows in the order of time: each fold is held out by all that came before."""
        length = len(rest) // (n_folds + 1)
        time = np.asarray(self.belonging.time)
        starts = [len(rest) - (n_folds - at) * length for at in range(n_folds)]
        borders = [*_borders(time[rest], starts), len(rest)]
        folds = tuple(
            Fold(np.sort(rest[:start]), np.sort(rest[start:end]))
            for start, end in pairwise(borders)
            if 0 < start < end
        )
        if len(folds) < n_folds:
            raise DataError(
                f"Too few different times for cv={n_folds}: rows of one time stay together, and "
                f"{len(np.unique(time[rest]))} times are left. Use fewer folds."
            )
        return folds

    def _cut_by(self, cv: Any, rest: Indices, test: Indices) -> tuple[Fold, ...]:
        splitter, knows_all_rows = _read_splitter(cv)
        groups = self.belonging.groups
        labels = self.values if self.classes is None else self.classes[self.values]
        X = np.zeros((len(self.values), 1)) if self.X is None else self.X
        everything = np.arange(len(self.values))
        if knows_all_rows:
            parts = [
                Fold(*(np.setdiff1d(everything[part], test) for part in fold))
                for fold in splitter.split(X, labels, groups)
            ]
        else:
            # In the order of time where there is one: splitters for series go by it.
            rest = rest if self.belonging.time is not None else np.sort(rest)
            some = None if groups is None else groups[rest]
            with warnings.catch_warnings():
                # One that tears groups apart is refused below.
                warnings.filterwarnings("ignore", "The groups parameter is ignored")
                found = list(splitter.split(take(X, rest), labels[rest], some))
            parts = [Fold(rest[train], rest[valid]) for train, valid in found]
        folds = tuple(fold for fold in parts if len(fold.valid) and len(fold.train))
        if len(folds) < 2:
            raise ValueError(f"cv must give 2 folds or more. Got {len(folds)} from {cv!r} instead.")
        return folds

    def check(self, folds: tuple[Fold, ...], cv: Any) -> None:
        """Refuse folds that lack a class, or tear apart what belongs together."""
        for number, fold in enumerate(folds):
            if self.classes is not None:
                seen = np.unique(self.values[fold.train])
                if len(seen) < len(self.classes):
                    raise DataError(
                        f"Fold {number} of cv={cv!r} leaves a class without a row to train on. "
                        "Use a stratified splitter."
                    )
            groups = self.belonging.groups
            if groups is not None and np.intersect1d(groups[fold.train], groups[fold.valid]).size:
                raise DataError(
                    f"Fold {number} of cv={cv!r} has rows of one group on both sides. Use an int, "
                    "or a splitter for groups such as GroupKFold."
                )

    def refuse_few(self, n_test: int, test_size: float, cv: Any) -> None:
        n_rest = len(self.values) - n_test
        if self.classes is None:
            # R squared needs two rows; a splitter says by itself how many it needs.
            needed = 2 * int(cv) if isinstance(cv, Integral) else 2
            if n_test < 2 or n_rest < needed:
                raise DataError(
                    f"Too few rows: of {len(self.values)} the test set takes {n_test}, and "
                    f"cv={cv!r} needs {needed} of the others, two in each fold. "
                    "Gather more rows, or use fewer folds."
                )
            return
        firsts = self.belonging.firsts(np.arange(len(self.values)))
        counts = np.bincount(self.values[firsts], minlength=len(self.classes))
        if counts.min() < 2 or min(n_test, n_rest) < len(self.classes):
            raise DataError(
                f"Too few rows for a test set: y has {len(self.values)} rows of "
                f"{len(self.classes)} classes, the rarest {_named(self.classes, counts)}, and "
                f"test_size={test_size} takes {n_test}. Every class needs rows on both sides. "
                f"{_CURE}"
            )


_CURE = (
    "Gather more rows of it, leave it out, or use fewer folds. "
    "(If y is a number to be predicted, use estimator=MLPRegressor(...).)"
)


def _borders(times: NDArray[Any], wanted: Iterable[int]) -> list[int]:
    """Move borders between ordered rows back to where a time begins."""
    return [int(np.searchsorted(times, times[max(at, 0)], side="left")) for at in wanted]


def _read_splitter(cv: Any) -> tuple[Any, bool]:
    """A splitter, and whether it names rows of the whole table whatever it is asked to split."""
    if hasattr(cv, "split") and not isinstance(cv, str):
        return cv, isinstance(cv, PredefinedSplit)
    if isinstance(cv, Iterable) and not isinstance(cv, str):
        return check_cv(list(cv)), True
    raise ValueError(_cv_error(cv))


def _cv_error(cv: object) -> str:
    return (
        "cv must be an int in [2, inf), a scikit-learn splitter or a list of (train, valid). "
        f"Got {cv!r} instead. cv=5 makes five folds."
    )


def _refuse_few_groups(groups: NDArray[Any], needed: int, of: str) -> None:
    n_groups = len(np.unique(groups))
    if n_groups < needed:
        raise DataError(
            f"Too few groups for {of}: rows of one group stay together, and {n_groups} groups "
            f"cannot be cut into {needed} parts. Use fewer folds, or a finer group."
        )


def _named(classes: NDArray[Any], counts: NDArray[np.intp]) -> str:
    rarest = int(np.argmin(counts))
    n = int(counts[rarest])
    return f"class {classes[rarest]!s} has {n} row{'' if n == 1 else 's'}"
