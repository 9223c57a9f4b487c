from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from moonlet import MLPClassifier, MLPRegressor
from moonlet.exceptions import DataError
from moonlet.study.rows import read_classes, read_features, reads_numbers, take

X = np.zeros((4, 2))


@pytest.mark.parametrize(
    "y",
    [
        ["b", "a", "b", "a"],
        np.array(["b", "a", "b", "a"], dtype=object),
        pd.Series(["b", "a", "b", "a"]),
        pd.Series(["b", "a", "b", "a"], dtype="category"),
        pd.Series(["b", "a", "b", "a"], index=[9, 8, 7, 6]),
    ],
)
def test_classes_are_sorted_and_rows_point_to_them(y: Any) -> None:
    classes, class_indices = read_classes(X, y)
    assert classes.tolist() == ["a", "b"]
    assert class_indices.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("y", [[0.0, 1.0, np.nan, 1.0], ["a", "b", None, "a"]])
def test_a_label_that_is_missing_is_refused(y: Any) -> None:
    with pytest.raises(DataError, match="Got 1 without one"):
        read_classes(X, np.array(y, dtype=object))


def test_real_numbers_are_no_classes() -> None:
    with pytest.raises(DataError, match=r"real numbers, such as 1\.5, .*MLPRegressor"):
        read_classes(X, [1.0, 1.5, 2.0, 3.0])


def test_labels_of_unlike_kinds_are_refused() -> None:
    with pytest.raises(DataError, match="text, or whole numbers, not both"):
        read_classes(X, np.array([1, "a", 2, "b"], dtype=object))


def test_a_single_class_is_refused() -> None:
    with pytest.raises(DataError, match="Got one class, yes, instead"):
        read_classes(X, ["yes"] * 4)


def test_labels_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        read_classes(X, [0, 1])


def test_gaps_in_features_are_let_through_and_infinity_is_not() -> None:
    assert np.isnan(read_features([[1.0, np.nan], [2.0, 3.0]])).sum() == 1
    with pytest.raises(ValueError, match="infinity"):
        read_features([[1.0, np.inf], [2.0, 3.0]])


def test_rows_are_taken_by_position_whatever_the_index() -> None:
    frame = pd.DataFrame({"a": [10, 20, 30]}, index=[2, 1, 0])
    positions = np.array([0, 2])
    assert take(frame, positions)["a"].tolist() == [10, 30]
    assert take(frame.to_numpy(), positions).tolist() == [[10], [30]]


FEW, FRACTIONS = [0, 1, 1, 0], [0.25, 0.5, 1.75, 3.5]


@pytest.mark.parametrize(
    ("estimator", "y", "numbers"),
    [
        (MLPRegressor(), FEW, True),
        (MLPRegressor(), FRACTIONS, True),
        (MLPClassifier(), FEW, False),
        (MLPClassifier(), FRACTIONS, False),
        (object(), FRACTIONS, False),
        (None, FEW, False),
        (None, FRACTIONS, True),
        (None, [0.25, np.nan, 1.75, 3.5], False),
    ],
)
def test_an_estimator_says_whether_numbers_are_predicted_and_else_y(
    estimator: Any, y: Any, numbers: bool
) -> None:
    assert reads_numbers(estimator, y) is numbers
