from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moonlet.data.cells import LARGEST, is_number, parse_column
from moonlet.data.messages import BadCellError


def parse(*cells: str):
    return parse_column("\0".join(cells))


def gaps(column) -> list[bool]:
    return pd.isna(pd.Series(column)).tolist()


@given(st.lists(st.floats(-LARGEST, LARGEST) | st.none(), min_size=1))
@example([-0.0, None, 5e-324])
def test_numbers_come_back_to_the_last_bit(numbers):
    column = parse(*("" if number is None else repr(number) for number in numbers))
    expected = np.array([math.nan if number is None else number for number in numbers])
    np.testing.assert_array_equal(column, expected)
    assert np.signbit(column).tolist() == np.signbit(expected).tolist()


@pytest.mark.parametrize("text", ["1", "-1", "+1.", ".5", "1e3", "1E-3", "007", "1e-400"])
def test_these_are_numbers(text):
    assert is_number(text)
    assert parse(text, "2").dtype == np.float64


@pytest.mark.parametrize("text", ["1_000", "١٢", "0x10", "1d5", "", ".", "e5", "--1", "1 2", "nan"])
def test_these_are_no_numbers(text):
    assert not is_number(text)


@pytest.mark.parametrize("word", ["NaN", "nan", "NA", "n/a", "#N/A", "null", "None", "?", "  ", ""])
def test_among_numbers_a_gap_word_is_a_gap(word):
    column = parse("1", word, "3")
    assert column.dtype == np.float64
    assert gaps(column) == [False, True, False]


@pytest.mark.parametrize("word", ["NaN", "NA", "null", "None", "inf", "?"])
def test_among_labels_a_gap_word_is_a_label(word):
    column = parse("some", word, "", "many")
    assert column.tolist()[:2] == ["some", word]
    assert gaps(column) == [False, False, True, False]


def test_a_column_of_nothing_but_none_and_na_holds_two_labels():
    assert parse("None", "NA", "None").tolist() == ["None", "NA", "None"]


def test_an_empty_column_is_a_number_column_of_gaps():
    column = parse("", "  ", "")
    assert column.dtype == np.float64
    assert np.isnan(column).all()


def test_spaces_around_a_cell_do_not_count():
    assert parse(" yes", "yes ", "no").tolist() == ["yes", "yes", "no"]
    assert parse(" 1", "2\t").tolist() == [1.0, 2.0]


def test_a_typo_in_a_number_column_is_an_error_and_not_a_category():
    with pytest.raises(BadCellError) as caught:
        parse(*["1"] * 999, "abc")
    assert caught.value.row == 999
    assert "'abc' is not a number, but 999 of the column's 1000 filled" in caught.value.message


def test_gaps_do_not_count_towards_the_share_of_numbers():
    with pytest.raises(BadCellError, match="'x' is not a number, but 4 of the column's 5 filled"):
        parse("1", "2", "3", "4", "x", *["", "NA"] * 50)


def test_below_80_percent_numbers_a_column_holds_labels():
    assert parse("1", "2", "3", "x").tolist() == ["1", "2", "3", "x"]


def test_python_spellings_of_numbers_are_labels():
    assert parse("1_000", "2_000").tolist() == ["1_000", "2_000"]
    assert parse("١", "٢").tolist() == ["١", "٢"]


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e400", "-1e400", "1e200", "1" + "0" * 400])
def test_infinity_and_what_overflows_when_squared_is_refused(text):
    with pytest.raises(BadCellError, match="infinite or too large") as caught:
        parse("1", "2", text)
    assert caught.value.row == 2


@pytest.mark.parametrize("text", ["1,5", "-0,25", ",5", "1.234,56", "1,234", "1,5e3"])
@pytest.mark.parametrize("others", [["2,5", "3,5"], ["1", "2"], ["1", "", "NA"]])
def test_a_decimal_comma_is_named_as_such(text, others):
    with pytest.raises(BadCellError, match=r"written with a comma\. Write numbers with a decimal"):
        parse(*others, text)


def test_a_comma_in_a_label_is_none_of_our_business():
    assert parse("a, b", "c", "1,5").tolist() == ["a, b", "c", "1,5"]


def test_categories_are_text_in_every_version_of_pandas():
    column = parse("b", "a", "b")
    assert isinstance(column, pd.Categorical)
    assert column.categories.tolist() == ["a", "b"]


def test_a_byte_that_was_not_utf8_is_named_with_its_row():
    with pytest.raises(BadCellError, match="byte 0xE9 is not UTF-8") as caught:
        parse("a", "b", b"caf\xe9".decode("utf-8", "surrogateescape"))
    assert caught.value.row == 2


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_text_gives_a_column_or_says_why_not(cells):
    cells = cells or [""]
    try:
        assert len(parse(*cells)) == len(cells)
    except BadCellError as error:
        assert 0 <= error.row < len(cells)  # noqa: PT017
