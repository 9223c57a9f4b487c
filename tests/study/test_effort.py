from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.model_selection import KFold

from moonlet.study.effort import OF_VERY_MANY_ROWS, USUAL, effort_for, of_many_rows
from moonlet.study.targets import Classes, Numbers


class Table:
    def __init__(self, *shape: int) -> None:
        self.shape = shape


TWO, TEN, MANY = (Classes(np.arange(n)) for n in (2, 10, 26))


@pytest.mark.parametrize(
    ("n_rows", "n_columns", "target", "expected"),
    [
        (1797, 64, TEN, USUAL),
        (5_000, 20, Numbers(), USUAL),
        (10_000, 4, Numbers(), USUAL),
        (8_064, 10, Numbers(), USUAL),
        (8_065, 10, Numbers(), of_many_rows(3)),
        (5_000, 50, TWO, of_many_rows(3)),
        (16_129, 10, Numbers(), of_many_rows(3)),
        (16_130, 10, Numbers(), of_many_rows(2)),
        (24_194, 10, Numbers(), of_many_rows(1)),
        (20_000, 20, Numbers(), of_many_rows(1)),
        (20_001, 20, Numbers(), of_many_rows(1)),
        (20_000, 50, Numbers(), of_many_rows(1)),
        (40_000, 50, TWO, OF_VERY_MANY_ROWS),
        (20_000, 16, MANY, OF_VERY_MANY_ROWS),
        (100_001, 1, Numbers(), OF_VERY_MANY_ROWS),
    ],
)
def test_the_more_a_table_has_the_less_is_spent_on_each_setting(
    n_rows: int, n_columns: int, target: Any, expected: object
) -> None:
    assert effort_for(Table(n_rows, n_columns), target) == expected


def test_of_sparse_rows_what_is_not_nought_counts() -> None:
    X = sparse.csr_array((np.ones(2000), (np.arange(2000), np.arange(2000))), (2000, 100_000))
    assert effort_for(X, TWO) == USUAL


def test_fewer_folds_are_cut_of_a_number_and_a_splitter_is_taken_as_it_is() -> None:
    splitter = KFold(7)
    assert [OF_VERY_MANY_ROWS.folds_of(cv) for cv in (5, 2, splitter)] == [3, 2, splitter]
    assert [USUAL.folds_of(cv) for cv in (7, splitter)] == [7, splitter]
