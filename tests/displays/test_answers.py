from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from moonlet.displays.answers import PlaneOfRows, class_probabilities, score_in_words

TABLE = pd.DataFrame(
    {
        "age": [10.0, 20.0, 60.0, np.nan],
        "town": ["Ulm", "Bonn", "Bonn", None],
        "paid": [True, True, False, True],
        "size": [1, 2, 3, 4],
    }
)


def test_the_other_columns_stand_at_their_median_or_most_frequent_value():
    rows = PlaneOfRows.of(TABLE, ("size", "age")).rows_at(np.array([[7.0, 8.0], [9.0, 10.0]]))
    assert list(rows.columns) == list(TABLE.columns)
    assert rows["size"].tolist() == [7.0, 9.0]
    assert rows["age"].tolist() == [8.0, 10.0]
    assert rows["town"].tolist() == ["Bonn", "Bonn"]
    assert rows["paid"].tolist() == [True, True]


def test_a_matrix_gives_matrices():
    X = np.arange(12.0).reshape(4, 3)
    rows = PlaneOfRows.of(X, (2, 0)).rows_at(np.array([[-1.0, -2.0]]))
    np.testing.assert_array_equal(rows, [[-2.0, np.median(X[:, 1]), -1.0]])


def test_positions_keep_the_order_of_the_features():
    np.testing.assert_array_equal(
        PlaneOfRows.of(TABLE, ("size", "age")).positions(TABLE)[:3], [[1, 10], [2, 20], [3, 60]]
    )


def test_columns_that_share_a_name_are_told_apart_by_position():
    twins = pd.DataFrame([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]], columns=["a", "a", "b"])
    rows = PlaneOfRows.of(twins, (0, 2)).rows_at(np.array([[9.0, 8.0]]))
    assert rows.to_numpy().tolist() == [[9.0, 3.0, 8.0]]


@pytest.mark.parametrize("features", [("age", "wage"), (0, 4), (-1, 0), (True, 1)])
def test_features_that_are_not_there_are_refused(features):
    with pytest.raises(ValueError, match="features must be"):
        PlaneOfRows.of(TABLE, features)


def test_more_than_two_columns_need_features():
    with pytest.raises(ValueError, match=r"X must have 2 columns .* Got 4 instead"):
        PlaneOfRows.of(TABLE, None)


def test_probabilities_come_in_the_order_of_all_classes():
    few = DummyClassifier(strategy="prior").fit([[0], [1], [2], [3]], ["b", "d", "d", "d"])
    np.testing.assert_array_equal(
        class_probabilities(few, [[0]], np.array(["a", "b", "c", "d"])), [[0, 0.25, 0, 0.75]]
    )


def test_a_classifier_without_probabilities_is_certain(moons):
    X, y = moons
    machine = LinearSVC().fit(X, y)
    answers = class_probabilities(machine, X, np.array([0, 1]))
    assert set(np.unique(answers)) == {0.0, 1.0}
    np.testing.assert_array_equal(answers.argmax(axis=1), machine.predict(X))


def test_scores_are_those_of_numpy(moons):
    X, y = moons
    line = LogisticRegression().fit(X, y)
    loss = -np.log(line.predict_proba(X)[np.arange(len(y)), y]).mean()
    classes = np.array([0, 1])
    assert score_in_words(line, X, y, classes, "log_loss") == f"log loss {loss:.3f}"
    right = np.mean(line.predict(X) == y)
    assert score_in_words(line, X, y, classes, "accuracy") == f"accuracy {right:.3f}"
