from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from moonlet.exceptions import DataError
from moonlet.study.dependence import order_p_value, questions, read_belonging


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_shuffled_classes_have_the_p_values_of_chance(n_classes: int) -> None:
    random = np.random.RandomState(n_classes)
    found = [
        order_p_value(random.randint(n_classes, size=200), is_numeric=False) for _ in range(2000)
    ]
    for level in (0.05, 0.2, 0.5):
        share = np.mean(np.array(found) < level)
        # Three standard deviations of a share of 2,000, and half a run's width.
        assert abs(share - level) < 3 * np.sqrt(level * (1 - level) / 2000) + 0.03
    assert np.mean(np.array(found) < 0.001) < 0.004


def test_the_p_value_is_that_of_all_orders_of_few_rows() -> None:
    """Counted out: of 924 orders of six and six, how many have no more runs?"""
    orders = np.array([list(where) for where in combinations(range(12), 6)])
    kinds = np.zeros((len(orders), 12), dtype=int)
    np.put_along_axis(kinds, orders, 1, axis=1)
    runs = 1 + (kinds[:, 1:] != kinds[:, :-1]).sum(axis=1)
    for n_runs in range(3, 12):
        one = kinds[runs == n_runs][0]
        exact = (runs <= n_runs).mean()
        # Half a run of continuity: without it, or the other way, it is off by 0.1 and more.
        assert order_p_value(one, is_numeric=False) == pytest.approx(exact, abs=0.015)


def test_a_coin_for_each_person_is_seen_and_so_is_a_random_walk() -> None:
    random = np.random.RandomState(0)
    for _ in range(30):
        coins = np.repeat(random.randint(2, size=30), 10)
        assert order_p_value(coins, is_numeric=False) < 0.001
        walk = np.cumsum(random.normal(size=200))
        assert order_p_value(walk, is_numeric=True) < 0.001


def test_classes_that_are_merely_sorted_are_not_asked_about() -> None:
    assert order_p_value(np.repeat([0, 1, 2], 50), is_numeric=False) == 1.0
    assert (
        questions(
            np.arange(150.0)[:, None], np.repeat([0, 1, 2], 50), is_numeric=False, named=False
        )
        == ()
    )


def test_copies_are_counted_and_asked_about_unless_something_was_named() -> None:
    random = np.random.RandomState(0)
    X = np.repeat(random.normal(size=(60, 2)), 2, axis=0)
    y = random.permutation(np.arange(120) % 2)
    (asked,) = questions(X, y, is_numeric=False, named=False)
    assert "120 of 120 rows stand more than once" in asked
    assert questions(X, y, is_numeric=False, named=True) == ()
    few = random.normal(size=(120, 2))
    few[1] = few[0]
    assert questions(few, y, is_numeric=False, named=False) == ()


def test_copies_are_rows_that_are_the_same_in_x_and_y_gaps_included() -> None:
    X = pd.DataFrame({"a": [1.0, np.nan, 1.0, np.nan, 1.0], "b": ["x", "y", "x", "y", "x"]})
    many = pd.DataFrame({"a": np.arange(60.0), "b": "z"})
    table = pd.concat([X, many])
    y = np.array([0, 1, 0, 1, 1] + [0] * 60)
    copies = read_belonging(table, y, None, None).copies
    assert copies is not None
    np.testing.assert_array_equal(copies[:5], [0, 1, 0, 1, 4])
    np.testing.assert_array_equal(copies[5:], np.arange(5, 65))


def test_a_table_of_few_different_rows_has_no_copies() -> None:
    X = np.random.RandomState(0).randint(2, size=(200, 3))
    assert read_belonging(X, X[:, 0], None, None).copies is None


@pytest.mark.parametrize("name", ["groups", "time"])
def test_a_gap_in_what_is_named_is_refused(name: str) -> None:
    given: dict[str, Any] = {"groups": None, "time": None, name: [1.0, np.nan, 2.0]}
    with pytest.raises(DataError, match=f"{name} must be known for every row. Got 1 without"):
        read_belonging(np.zeros((3, 1)), np.zeros(3), **given)


def test_groups_and_time_together_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot both be given"):
        read_belonging(np.zeros((3, 1)), np.zeros(3), [1, 2, 3], [1, 2, 3])
