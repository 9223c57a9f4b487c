from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from moonlet.estimators import plain

WHOLE = st.sampled_from(["bool", "int8", "uint8", "int16", "int32", "uint32", "int64"])


@given(WHOLE.flatmap(lambda name: arrays.arrays(np.dtype(name), st.integers(1, 40))))
def test_counting_finds_what_sorting_finds(y):
    found = plain.whole_numbers(y, len(y))
    classes, positions = np.unique(y, return_inverse=True)
    if found is None:  # they lie far apart
        assert int(classes[-1]) - int(classes[0]) > 256
        return
    counted, places = found.unique()
    assert counted.dtype == y.dtype
    np.testing.assert_array_equal(counted, classes)
    np.testing.assert_array_equal(places, positions)


@pytest.mark.parametrize(
    "y",
    [
        [0, 1, 1],
        np.array([0.0, 1.0, 1.0]),
        np.array([0, 1, 1], dtype=np.uint64),
        np.array([0, 1, 1], dtype=">i8"),
        np.array([[0], [1], [1]]),
        np.array([0, 1]),
        np.array(["a", "b", "b"]),
        np.array([0, 1, 1], dtype=object),
        np.ma.masked_array([0, 1, 1]),
        np.array([0, 1, 10**18]),
        np.array([-(2**63), 0, 2**63 - 1]),
    ],
)
def test_other_targets_are_left_to_closer_looks(y):
    assert plain.whole_numbers(y, 3) is None


def test_rows_are_plain_matrices_of_finite_numbers():
    X = np.ones((4, 3))
    assert plain.rows(X, None) is X
    assert plain.rows(X, np.dtype(np.float64)) is X
    assert plain.rows(X, np.dtype(np.float32)) is None
    for layout in (np.asfortranarray(X), X[::2, ::-1], np.broadcast_to(X[:1], (5, 3))):
        assert plain.rows(layout, None) is layout
    for other in (X.tolist(), X[0], X[:0], X[:, :0], X.astype(int), X.astype(">f8"), X[None]):
        assert plain.rows(other, None) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_number_that_is_none_is_found(bad, dtype):
    X = np.ones((37, 3), dtype=dtype)
    for layout in (X, np.asfortranarray(X), np.ones((74, 6), dtype=dtype)[::2, ::2]):
        layout[20, 1] = bad
        assert plain.rows(layout, None) is None


def test_weights_are_plain_numbers_of_which_some_count():
    weight = np.array([0.0, 1.0, 2.0])
    assert plain.weight(weight, 3) is weight
    for other in ([0.0, -1.0, 1.0], [0.0, 0.0, 0.0], [np.nan, 1, 1], [np.inf, 1, 1], [1.0, 1.0]):
        assert plain.weight(np.array(other), 3) is None
    assert plain.weight(weight.astype(np.float32), 3) is plain.weight(weight.tolist(), 3) is None


def test_numbers_are_plain_arrays_in_a_row():
    for dtype in ("f4", "f8", "i4", "i8", "u8"):
        y = np.ones(3, dtype=dtype)
        assert plain.numbers(y, 3) is y
    for other in ([1.0, 1.0, 1.0], np.ones(3, dtype=">f8"), np.ones(3, dtype="f2"), np.ones(2)):
        assert plain.numbers(other, 3) is None
