"""What `moonlet check` sees of a table."""

import numpy as np
import pandas as pd
import pytest

from moonlet.data.frames import raw_frame
from moonlet.data.infer import Options
from moonlet.data.look import look_at
from moonlet.data.table import to_dataset

N = 200


def look(**columns):
    return look_at(to_dataset(raw_frame(pd.DataFrame(columns)), "table", "y", None, Options()))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("scale", [1.0, 1e140])
def test_columns_with_gaps_and_of_any_size_are_looked_at(rng, scale):
    x = rng.normal(size=N) * scale
    y = (x > 0).astype(int)
    x[rng.random(N) < 0.3] = np.nan
    found = look(x=x, noise=rng.normal(size=N), y=y)
    assert found.giveaways == ()


def test_a_column_that_tells_the_target_is_named_though_float32_cannot_tell_its_values_apart(rng):
    y = rng.integers(0, 2, N)
    found = look(account=2.0**40 + y + 4 * rng.integers(0, 2, N), noise=rng.normal(size=N), y=y)
    assert [told.column for told in found.giveaways] == ["account"]


def test_gaps_alone_may_tell_the_target(rng):
    y = rng.integers(0, 2, N)
    paid = np.where(y == 1, rng.normal(size=N), np.nan)
    found = look(paid=paid, noise=rng.normal(size=N), y=y)
    assert [told.column for told in found.giveaways] == ["paid"]


def test_a_date_that_tells_the_target_is_named_once_as_the_table_names_it(rng):
    y = rng.integers(0, 2, N)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(N) + 400 * y, unit="D")
    found = look(seen=days + pd.to_timedelta(1 + 12 * y, unit="h"), noise=rng.normal(size=N), y=y)
    assert [told.column for told in found.giveaways] == ["seen"]


def test_nines_that_may_be_gaps_are_told_of_features_and_target(rng):
    x = np.where(rng.random(N) < 0.1, -999.0, rng.normal(size=N))
    y = np.where(rng.random(N) < 0.1, 9999.0, rng.normal(size=N))
    found = look(x=x, z=rng.normal(size=N), y=y)
    assert [(told.column, told.text) for told in found.gap_numbers] == [
        ("x", "-999"),
        ("y", "9999"),
    ]
    assert found.to_json()["may_be_gaps"][0] == {"column": "x", "text": "-999"}
