"""Columns that are left out, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from moonlet.data import Schema

N = 40


def told(**columns):
    table = pd.DataFrame({**columns, "x": np.linspace(0, 1, N), "y": [0, 1] * (N // 2)})
    return {column.name: column for column in Schema.of(table, target="y").columns}


@pytest.mark.parametrize("name", ["rownames", "Unnamed: 0", "ID"])
def test_rows_in_another_order_have_their_numbers_left_out_as_before(name):
    order = np.random.default_rng(0).permutation(N)
    assert told(**{name: np.arange(1, N + 1)})[name].note == "it counts the rows"
    shuffled = told(**{name: np.arange(1, N + 1)[order]})[name]
    assert (shuffled.kind, shuffled.note) == (
        "left out",
        "40 different whole numbers in 40 rows: an id",
    )


def test_numbers_that_are_no_rows_names_are_kept():
    ids = np.arange(1, N + 1)[::-1]
    assert told(height=ids)["height"].kind == "number"  # not called so
    assert told(a=ids % 7, id=ids)["id"].kind == "number"  # not the first
    assert told(id=ids // 2)["id"].kind == "number"  # persons of several rows
    assert told(id=ids / 3)["id"].kind == "number"
    assert told(index=pd.date_range("2020-01-01", periods=N))["index"].kind == "date"
