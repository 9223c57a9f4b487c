from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonlet.data.raw import Texts, Typed
from moonlet.data.written import as_texts, written


@given(st.lists(st.floats() | st.integers(-(2**53), 2**53).map(float), min_size=1))
def test_a_number_is_read_back_as_the_same_bits(numbers):
    texts = as_texts(Typed(pd.Series(numbers, dtype="float64")))
    for number, text in zip(numbers, texts, strict=True):
        if math.isnan(number):
            assert text == ""
        else:
            assert np.float64(text).tobytes() == np.float64(number).tobytes()
            assert not text.endswith(".0") or text == "-0.0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "-0.0"),
        (0.0, "0"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (float("inf"), "inf"),
        (np.float32(0.1), "0.10000000149011612"),
        (np.int8(3), "3"),
        (np.True_, "True"),
        (2**70, "1180591620717411303424"),
        (np.datetime64("2024-05-01T10:00"), "2024-05-01 10:00:00"),
        (np.timedelta64(90, "m"), "1.5"),
        (b"x", None),
        ([1], None),
        (1j, None),
        (None, None),
    ],
)
def test_each_value_is_written_one_way(value, text):
    assert written(value) == text


def test_texts_are_stripped_and_otherwise_left_alone():
    assert as_texts(Texts.of([" a b ", "", "\N{NO-BREAK SPACE}1"])) == ["a b", "", "1"]


def test_times_of_a_day_show_only_where_there_is_one():
    days = pd.to_datetime(pd.Series(["2024-05-01", None, "1999-12-31"]))
    assert as_texts(Typed(days)) == ["2024-05-01", "", "1999-12-31"]
    times = pd.to_datetime(pd.Series(["2024-05-01 00:00", "2024-05-01 00:00:00.25"], dtype=object),
                           format="ISO8601")  # fmt: skip
    assert as_texts(Typed(times)) == ["2024-05-01 00:00:00", "2024-05-01 00:00:00.250000"]
