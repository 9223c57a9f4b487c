from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from moonlet.estimators import MLPClassifier
from moonlet.estimators.coding import LabelCoding, ValueCoding
from moonlet.estimators.rows import Rows

NAMES = np.array(["a", "b", "c"])


def rows(y: np.ndarray, dtype: type = np.float64) -> Rows:
    return Rows(np.zeros((len(y), 2), dtype=dtype), y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_targets_have_the_precision_of_the_rows(dtype):
    for smoothing in (0.0, 0.1):
        coding = LabelCoding.of(MLPClassifier(label_smoothing=smoothing), NAMES)
        targets = coding.targets(rows(np.array([0, 2, 1]), dtype))
        assert targets.dtype == dtype
        np.testing.assert_allclose(targets.sum(axis=1), 1.0, rtol=1e-6)
        # A share is rounded once, from 64 bit.
        wanted = (1 - smoothing) * np.eye(3)[[0, 2, 1]] + smoothing / 3
        np.testing.assert_array_equal(targets, wanted.astype(dtype))


def test_targets_need_no_square_of_the_classes():
    coding = LabelCoding.of(MLPClassifier(), np.arange(30_000))
    some = rows(np.arange(20))
    tracemalloc.start()
    coding.targets(some)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3 * 20 * 30_000 * 8


def test_strata_are_labels_where_there_are_two_at_most():
    two = LabelCoding.of(MLPClassifier(), NAMES[:2])
    np.testing.assert_array_equal(two.strata(rows(np.array([0, 1, 1]))), ["a", "b", "b"])
    assert LabelCoding.of(MLPClassifier(), NAMES).strata(rows(np.array([0]))) is None
    assert ValueCoding("identity").strata(rows(np.ones((3, 1)))) is None


def test_a_message_names_a_class_as_it_was_given():
    X = np.arange(40.0).reshape(20, 2)
    y = np.array(["usual"] * 19 + ["rare"])
    with pytest.raises(ValueError, match=r"least populated class.*rare"):
        MLPClassifier((2,), early_stopping=True, validation_fraction=0.3).fit(X, y)


def test_whole_classes_without_a_gap_are_counted():
    def counts(classes: object) -> object:
        return LabelCoding.of(MLPClassifier(), np.asarray(classes)).counts()

    assert counts([3, 4, 5]) == (3, 5)
    assert counts([0]) == (0, 0)
    assert counts([0, 2]) is counts(["a", "b"]) is counts([0.0, 1.0]) is counts([False, True])
    assert counts([0, 2]) is None
