"""What a study is given: rows, target, weights and parameters, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moonlet.estimators import MLPRegressor
from moonlet.specs import Array
from moonlet.study.base import BaseStudy
from moonlet.study.cuts import Split
from moonlet.study.effort import effort_for
from moonlet.study.grid import Grid, numbers_of, read_grid
from moonlet.study.problem import Problem
from moonlet.study.rows import read_classes, read_numbers, read_weight
from moonlet.study.targets import Classes, Target, Values


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Rows and parameters that fit each other.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_samples, n_features)
    values : ndarray of shape (n_samples,)
        Coded targets: positions of classes, or numbers.
    target : Target
    weight : ndarray of shape (n_samples,) or None
    grid : Grid
    """

    X: Any
    values: Values
    target: Target
    weight: Array | None
    grid: Grid

    def problem(self, split: Split | None = None) -> Problem:
        """All that a job needs beside its key; without `split` there are no folds yet."""
        grid = self.grid
        return Problem(
            self.X,
            self.values,
            self.target,
            grid.template,
            split.numbered() if split else {},
            grid.scorer,
            weight=self.weight,
            in_32_bit=grid.effort.in_32_bit,
            keeps_raw=not grid.effort.delivers_one,
        )


def read_given(study: BaseStudy, X: Any, y: Any, sample_weight: Any, *, is_numeric: bool) -> Given:
    """Check a study's parameters, and the targets and weights of its rows.

    Parameters
    ----------
    study : CapacityStudy
    X : DataFrame or ndarray of shape (n_samples, n_features)
        From `rows.read_features`.
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,) or None
    is_numeric : bool
        Whether y holds numbers to predict; see `rows.reads_numbers`.

    Raises
    ------
    ValueError
        If a parameter is not allowed.
    DataError
        If the targets are not such as can be studied.
    """
    grid = read_grid(study, is_numeric=is_numeric)
    values, target = _read_target(X, y, grid)
    effort = effort_for(X, target)
    if effort is not grid.effort:
        grid = read_grid(study, is_numeric=is_numeric, effort=effort)
    return Given(X, values, target, read_weight(sample_weight, len(values)), grid)


def read_again(study: BaseStudy) -> Given:
    """What a fitted study was given."""
    is_numeric = not hasattr(study, "classes_")
    return read_given(study, study.X_, study.y_, study.sample_weight_, is_numeric=is_numeric)


def _read_target(X: Any, y: Any, grid: Grid) -> tuple[Values, Target]:
    if isinstance(grid.template, MLPRegressor):
        return read_numbers(X, y), numbers_of(grid.template)
    names, values = read_classes(X, y)
    return values, Classes(names)
