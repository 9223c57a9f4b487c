from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from moonlet.data import Schema, TableReader, load, make_preprocessor
from moonlet.exceptions import DataError

MIXED = pd.DataFrame({"n": [1.0, np.nan, 3.0, 2.0], "c": ["a", "b", None, "a"], "m": [4, 4, 6, 6]})


def test_numbers_are_standardised_and_gaps_become_the_median():
    X = np.array([[1.0, 10.0], [np.nan, 20.0], [3.0, 60.0], [2.0, np.nan]])
    filled = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 60.0], [2.0, 20.0]])
    expected = (filled - filled.mean(axis=0)) / filled.std(axis=0)
    for table in (X, pd.DataFrame(X, columns=["a", "b"]), X.astype(object)):
        np.testing.assert_allclose(make_preprocessor(table).fit_transform(table), expected)


def test_categories_become_columns_of_zeros_and_ones():
    given = make_preprocessor(MIXED).fit_transform(MIXED)
    root = 1 / np.std([1, 2, 3, 2])
    expected = [[-root, -1, 1, 0], [0, -1, 0, 1], [root, 1, 1, 0], [0, 1, 1, 0]]
    np.testing.assert_allclose(given, expected, atol=1e-15)


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA], ids=["None", "NaN", "NA"])
@pytest.mark.parametrize("dtype", ["str", "string", "category", object])
def test_every_kind_of_gap_is_a_gap(gap, dtype):
    if dtype == "str":
        dtype = pd.Series(["a"]).dtype  # text as this version of pandas reads it
    X = pd.DataFrame({"c": pd.Series(["a", gap, "b", "a"]).astype(dtype)})
    expected = [[1, 0], [1, 0], [0, 1], [1, 0]]
    assert make_preprocessor(X).fit_transform(X).tolist() == expected


def test_an_array_of_numbers_and_text_is_taken_apart_by_column():
    X = MIXED.to_numpy(dtype=object)
    expected = make_preprocessor(MIXED).fit_transform(MIXED)
    np.testing.assert_array_equal(make_preprocessor(X).fit_transform(X), expected)


def test_a_table_is_read_first_and_an_array_of_numbers_needs_no_reading():
    for X in (load("iris").X, MIXED, MIXED[["n", "m"]].astype(str)):
        transformer = make_preprocessor(X)
        assert isinstance(transformer, Pipeline)
        assert isinstance(transformer[0], TableReader)
        assert transformer[0].schema == Schema.of(X)
    assert [name for name, _ in make_preprocessor(MIXED).steps] == ["table", "columns"]
    numbers = make_preprocessor(load("iris").X)
    assert [name for name, _ in numbers.steps] == ["table", "impute", "scale"]
    plain = make_preprocessor(load("iris").X.to_numpy())
    assert [name for name, _ in plain.steps] == ["impute", "scale"]


@pytest.mark.parametrize("X", [MIXED, MIXED[["n", "m"]], MIXED[["c"]], MIXED[["n"]].to_numpy()])
def test_the_result_is_unfitted_cloneable_dense_and_float64(X):
    transformer = make_preprocessor(X)
    with pytest.raises(NotFittedError):
        transformer.transform(X)
    given = clone(transformer).fit_transform(X)
    assert type(given) is np.ndarray
    assert given.dtype == np.float64


@pytest.mark.parametrize("column", [[np.nan] * 3, [5.0] * 3, [0.1] * 3, [None] * 3])
def test_an_empty_or_constant_column_makes_no_nan(column):
    X = pd.DataFrame({"a": column, "b": [1.0, 2.0, 3.0]})
    transformer = make_preprocessor(X).fit(X)
    assert np.isfinite(transformer.transform(X)).all()
    later = pd.DataFrame({"a": [np.nan], "b": [np.nan]}).astype(X.dtypes)
    assert np.isfinite(transformer.transform(later)).all()


def test_a_column_may_be_empty_in_fit_and_filled_later():
    empty = pd.Categorical([None, None], ["a", "b"])
    X = pd.DataFrame({"n": [np.nan, np.nan], "c": empty, "x": [1.0, 3.0]})
    later = pd.DataFrame({"n": [1.0, 2.0], "c": pd.Categorical(["a", "b"]), "x": [3.0, 2.0]})
    assert make_preprocessor(X).fit(X).transform(later).tolist() == [[1.0], [0.0]]


def test_a_column_may_be_empty_in_one_fold_only():
    X = pd.DataFrame({"n": [np.nan, np.nan, 5.0, 7.0], "c": [None, None, "a", "b"]})
    X["x"] = [1.0, 3.0, 5.0, 6.0]
    transformer = make_preprocessor(X).fit(X[:2])
    given = transformer.transform(X)
    assert np.isfinite(given).all()
    assert given.shape[1] == transformer.transform(X[:1]).shape[1]


def test_gaps_that_come_only_later_are_filled_too():
    X = pd.DataFrame({"n": [1.0, 2.0, 3.0], "c": ["a", "b", "b"]})
    later = pd.DataFrame({"n": [np.nan], "c": [None]})
    assert make_preprocessor(X).fit(X).transform(later).tolist() == [[0.0, 0.0, 1.0]]


def test_a_category_that_was_not_there_in_fit_is_all_zeros():
    transformer = make_preprocessor(MIXED).fit(MIXED)
    later = pd.DataFrame({"n": [2.0], "c": ["new"], "m": [5]})
    assert transformer.transform(later)[0].tolist() == [0.0, 0.0, 0.0, 0.0]


def test_columns_may_come_in_another_order_later():
    transformer = make_preprocessor(MIXED).fit(MIXED)
    np.testing.assert_array_equal(
        transformer.transform(MIXED[["c", "m", "n"]]), transformer.transform(MIXED)
    )


def test_integers_as_names_of_columns_are_not_taken_for_positions():
    X = MIXED.set_axis([2, 0, 1], axis=1)
    np.testing.assert_array_equal(
        make_preprocessor(X).fit_transform(X), make_preprocessor(MIXED).fit_transform(MIXED)
    )


@pytest.mark.parametrize("dtype", [bool, "boolean", "Int64", "float32"])
def test_booleans_and_other_numbers_are_numbers(dtype):
    X = pd.DataFrame({"a": pd.Series([1, 0, 0, 1]).astype(dtype)})
    given = make_preprocessor(X).fit_transform(X)
    np.testing.assert_array_equal(given.ravel(), [1, -1, -1, 1])


def test_a_date_becomes_days_month_and_weekday_standardised():
    days = [datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), datetime.date(2025, 2, 1)]
    since = [(day - datetime.date(1970, 1, 1)).days for day in days]
    inputs = np.array([since, [d.month for d in days], [d.weekday() for d in days]], dtype=float).T
    expected = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    for X in (
        pd.DataFrame({"when": pd.to_datetime([str(day) for day in days])}),
        pd.DataFrame({"when": [str(day) for day in days]}),
        pd.DataFrame({"when": days}),
    ):
        transformer = make_preprocessor(X)
        np.testing.assert_allclose(transformer.fit_transform(X), expected, rtol=1e-12)
        names = ["when", "when, month", "when, weekday"]
        assert transformer.get_feature_names_out().tolist() == names


def test_yes_and_no_are_one_input_and_not_two():
    X = pd.DataFrame({"member": ["yes", "no", "no", "yes"], "n": [1.0, 2.0, 3.0, 4.0]})
    given = make_preprocessor(X).fit_transform(X)
    assert given[:, 0].tolist() == [1.0, -1.0, -1.0, 1.0]
    assert given.shape == (4, 2)


def test_a_column_of_names_is_left_out_before_it_fills_the_memory():
    X = pd.DataFrame({"name": [f"k{i % 1001}" for i in range(2200)], "n": np.arange(2200) % 7})
    assert make_preprocessor(X).fit_transform(X).shape == (2200, 1)
    few = X[X["name"] != "k1000"]
    assert make_preprocessor(few).fit_transform(few).shape == (len(few), 1001)


def test_nothing_but_names_is_refused_with_what_keeps_them():
    X = pd.DataFrame({"name": [f"k{i}" for i in range(1001)]})
    with pytest.raises(
        DataError, match=r"Left out are 'name' \(1,001 different labels in 1,001 ro"
    ):
        make_preprocessor(X)


def test_text_and_types_give_the_same_inputs():
    typed = pd.DataFrame(
        {
            "share": [0.5, np.nan, 12.25, 7.0],
            "kind": ["a", "b", None, "a"],
            "day": pd.to_datetime(["2024-01-31", None, "2024-02-29", "2023-07-01"]),
            "ok": pd.array([True, None, False, True], dtype="boolean"),
        }
    )
    text = pd.DataFrame(
        {
            "share": ["0.5%", "n/a", "12.25%", "7 %"],
            "kind": ["a", "b", "", "a"],
            "day": ["31.01.2024", "", "29.02.2024", "1.7.2023"],
            "ok": ["yes", "-", "no", "yes"],
        }
    )
    np.testing.assert_array_equal(
        make_preprocessor(text).fit_transform(text), make_preprocessor(typed).fit_transform(typed)
    )
