"""Numbers as people write them, against `decimal.Decimal` and tables typed by hand."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from moonlet.data import Schema
from moonlet.data.raw import RawTable, Texts
from moonlet.data.spelling import (
    LARGEST,
    PLAIN,
    NumberSpelling,
    hours,
    is_currency,
    is_infinity,
    is_padded,
    is_plain,
    number,
    one_unit,
    same_unit,
    take_apart,
)

SPACES = " \u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000"
APOSTROPHES = "'\u2019\u02bc"
MINUSES = "-−‐‑‒–﹣－"


@pytest.mark.parametrize("text", ["0", "-1", "+1.5", ".5", "5.", "1e5", "1E-5", "00", "1.5e+10"])
def test_what_programs_write_is_plain(text):
    assert is_plain(text)
    assert PLAIN.value(text) == float(text)


@pytest.mark.parametrize("text", ["", ".", "-", "1_0", "nan", "inf", "٣", "1,5", "1 ", "0x1", "1e"])
def test_float_is_more_generous_than_plain(text):
    assert not is_plain(text)


def test_words_for_infinity_and_zeros_in_front_are_known():
    assert all(map(is_infinity, ["inf", "-Infinity", "+INF"]))
    assert not any(map(is_infinity, ["info", "1", "", "infinit"]))
    assert all(map(is_padded, ["007", "00", "01"]))
    assert not any(map(is_padded, ["0", "0.5", "-01", "10", "0x1", ""]))


# How a cell looks, and the number that its owner means; with a spelling of its own for each.
@pytest.mark.parametrize(
    ("text", "spelling", "value"),
    [
        ("1,234.5", NumberSpelling(thousands=","), "1234.5"),
        ("1.234,5", NumberSpelling(",", "."), "1234.5"),
        ("1 234,5", NumberSpelling(",", " "), "1234.5"),
        ("1’234.5", NumberSpelling(thousands="'"), "1234.5"),
        ("12,34,567.8", NumberSpelling(thousands=","), "1234567.8"),
        ("1,234,567", NumberSpelling(thousands=","), "1234567"),
        ("13.4%", NumberSpelling(after="%"), "13.4"),
        ("13.4 %", NumberSpelling(after="%"), "13.4"),
        ("% 13.4", NumberSpelling(before="%"), "13.4"),
        ("€ 5", NumberSpelling(before="€"), "5"),
        ("-€5", NumberSpelling(before="€"), "-5"),
        ("€-5", NumberSpelling(before="€"), "-5"),
        ("US$1,000", NumberSpelling(thousands=",", before="US$"), "1000"),
        ("5 kg", NumberSpelling(after="kg"), "5"),
        ("5kg/m2", NumberSpelling(after="kg/m2"), "5"),
        ("(5)", NumberSpelling(), "-5"),
        ("(1,234.50 €)", NumberSpelling(thousands=",", after="€"), "-1234.5"),
        ("$(5)", NumberSpelling(before="$"), "-5"),
        ("5-", NumberSpelling(), "-5"),
        ("5 €-", NumberSpelling(after="€"), "-5"),
        ("5.-", NumberSpelling(), "5"),
        ("−5", NumberSpelling(), "-5"),
        ("<20", NumberSpelling(), "20"),
        ("< 20", NumberSpelling(), "20"),
        ("≥0.5", NumberSpelling(), "0.5"),
        ("10+", NumberSpelling(), "10"),
        ('"5.5"', NumberSpelling(), "5.5"),
        ("'5", NumberSpelling(), "5"),
        ("٣٫٥", NumberSpelling(), "3.5"),
        ("１２", NumberSpelling(), "12"),
        ("1.5e3", NumberSpelling(after="m"), None),
        ("1.5e3 m", NumberSpelling(after="m"), "1500"),
        ("1,5E-2", NumberSpelling(","), "0.015"),
        ("3k", NumberSpelling(magnitudes=True), "3000"),
        ("1.5M", NumberSpelling(magnitudes=True), "1500000"),
        ("2B", NumberSpelling(magnitudes=True), "2000000000"),
        ("7", NumberSpelling(magnitudes=True), "7"),
        # What is written otherwise than the column is not read.
        ("1.234", NumberSpelling(",", "."), "1234"),
        ("1.23", NumberSpelling(",", "."), None),
        ("1,23", NumberSpelling(thousands=","), None),
        ("1234,567", NumberSpelling(thousands=","), None),
        ("0,123", NumberSpelling(thousands=","), None),
        ("5", NumberSpelling(after="kg"), None),
        ("0", NumberSpelling(after="kg"), "0"),
        ("0.00", NumberSpelling(before="$"), "0"),
        ("5 g", NumberSpelling(after="kg"), None),
        ("5 kg", NumberSpelling(), None),
        ("$5", NumberSpelling(before="€"), None),
        ("A-5", NumberSpelling(), None),
        ("1-2", NumberSpelling(), None),
        ("2024-01-31", NumberSpelling(), None),
        ("1.2.3", NumberSpelling(), None),
        ("x", NumberSpelling(), None),
        ("", NumberSpelling(), None),
        ("5 6", NumberSpelling(), None),
        ("5 kg", NumberSpelling(loose=True), "5"),
        ("approx. 5", NumberSpelling(loose=True), "5"),
    ],
)  # fmt: skip
def test_a_cell_is_read_by_the_spelling_of_its_column(text, spelling, value):
    meant = None if value is None else float(Decimal(value))
    assert spelling.value(text) == meant


@pytest.mark.parametrize("space", SPACES)
def test_any_space_parts_thousands(space):
    assert NumberSpelling(",", " ").value(f"1{space}234{space}567,5") == 1234567.5


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_either_apostrophe_parts_thousands(apostrophe):
    assert NumberSpelling(thousands="'").value(f"1{apostrophe}234.5") == 1234.5


@pytest.mark.parametrize("minus", MINUSES)
def test_any_minus_is_one(minus):
    for text in (f"{minus}1234.5", f"{minus} 1234.5"):
        assert NumberSpelling().value(text) == -1234.5
    assert NumberSpelling(thousands=",", before="$").value(f"{minus}$1,234.5") == -1234.5


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0:20", 20), ("1:30", 90), ("01:30", 90), ("1:30:00", 90), ("-1:30", -90), ("30:00", 1800),
        ("100:59", 6059), ("12:00 AM", 0), ("12:30 pm", 750), ("1:05 p.m.", 785), ("2:30.0", 2.5),
    ],
)  # fmt: skip
def test_clock_times_are_hours(text, minutes):
    assert hours(text) == pytest.approx(minutes / 60, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["1:60", "1:5", "1:30:60", ":30", "1:", "13:00 PM", "0:30 am", "a:30"]
)
def test_what_no_clock_shows_is_no_time(text):
    assert hours(text) is None


def test_currencies_are_known_by_sign_and_by_name():
    assert all(
        map(is_currency, ["$", "€", "£", "¥", "₹", "₽", "US$", "R$", "CHF", "usd", "kr", "zł"])
    )
    assert not any(map(is_currency, ["", "kg", "%", "A", "$US", "ABCD$", "1$", "#"]))


def test_a_plural_is_the_same_unit_and_another_word_is_not():
    assert same_unit("day", "days")
    assert not same_unit("cm", "in")
    assert not same_unit("s", "")
    assert not same_unit("m", "ms")
    assert one_unit(["day", "days", "days"]) == "days"
    assert one_unit(["cm", "in"]) is None


@pytest.mark.parametrize(
    ("spelling", "words"),
    [
        (PLAIN, ""),
        (NumberSpelling(after="%"), "percent"),
        (NumberSpelling(before="%"), "percent"),
        (NumberSpelling(clock=True), "hours:minutes"),
        (NumberSpelling(before="€"), "'€' before"),
        (NumberSpelling(after="kg"), "'kg' after"),
        (NumberSpelling(",", "."), "thousands by dot, decimal comma"),
        (NumberSpelling(thousands=" "), "thousands by space"),
        (NumberSpelling(marks=("limits",)), "limits"),
        (NumberSpelling(magnitudes=True), "k, M and B multiply"),
        (
            NumberSpelling(",", "'", "$", "%"),
            "percent, '$' before, thousands by apostrophe, decimal comma",
        ),
    ],
)
def test_a_spelling_is_told_in_words(spelling, words):
    assert spelling.words == words


def grouped(digits, sign):
    """Digits with a sign between every three, counted from the right."""
    cut = len(digits) % 3
    parts = [digits[:cut]] * bool(cut) + [digits[i : i + 3] for i in range(cut, len(digits), 3)]
    return sign.join(parts)


@st.composite
def written_columns(draw):
    """Cells of one spelling, the spelling, and what each cell means."""
    decimal = draw(st.sampled_from(".,"))
    thousands = draw(st.sampled_from(["", ",", ".", " ", "\u202f", "'", "’"]))
    assume(thousands != decimal)
    before, after = draw(
        st.sampled_from(
            [("", "")] * 3
            + [("", "%"), ("", " %"), ("€", ""), ("$ ", ""), ("", " €"), ("", " kg"), ("CHF ", "")]
        )
    )
    minus = draw(st.sampled_from(["-", "−", "()", "behind"]))
    quantities = st.decimals(
        -(10**9), 10**9, allow_nan=False, allow_infinity=False, places=draw(st.integers(1, 6))
    )
    # Two that leave no doubt: a thousand and a fraction of other than three digits.
    values = [Decimal("1234567.25"), Decimal("-7.5"), *draw(st.lists(quantities, max_size=8))]
    cells = []
    for value in values:
        whole, _, fraction = f"{abs(value):f}".partition(".")
        text = f"{before}{grouped(whole, thousands) if thousands else whole}"
        text += (decimal + fraction if fraction else "") + after
        is_negative = value < 0
        if is_negative and minus == "()":
            text = f"({text})"
        elif is_negative and minus == "behind" and not after:
            text += "-"
        elif is_negative:
            text = f"{'-' if minus in ('()', 'behind') else minus}{text}"
        cells.append(text)
    return cells, decimal, thousands, before.strip(), after.strip(), values


@settings(deadline=None)
@given(written_columns(), st.randoms())
def test_a_column_in_any_spelling_is_what_decimal_makes_of_its_digits(column, random):
    cells, decimal, thousands, before, after, values = column
    order = list(range(len(cells)))
    random.shuffle(order)
    raw = RawTable("table", {"n": Texts.of(cells[i] for i in order)})
    schema = Schema.of(raw)
    (found,) = schema.columns
    assert found.kind == "number"
    spelling = found.number
    assert (spelling.decimal, spelling.before, spelling.after) == (decimal, before, after)
    signs = {"’": "'", "\u202f": " "}
    assert spelling.thousands == signs.get(thousands, thousands)
    read = schema.apply(raw)["n"].tolist()
    # -0 in accounting brackets is 0 to Decimal as to us; it compares equal.
    assert read == [float(values[i]) for i in order]
    assert [spelling.value(cells[i]) for i in order] == read


@settings(deadline=None)
@given(st.text(max_size=12) | st.text("0123456789.,' -+()eE%$€k<>\"", max_size=12))
def test_any_text_is_a_finite_number_or_none_in_any_spelling(text):
    for spelling in (
        PLAIN, NumberSpelling(",", "."), NumberSpelling(thousands=","), NumberSpelling(after="%"),
        NumberSpelling(clock=True), NumberSpelling(magnitudes=True), NumberSpelling(loose=True),
    ):  # fmt: skip
        value = spelling.value(text)
        assert value is None or isinstance(value, float)
        marked = dataclasses.replace(spelling, marks=("limits",))
        assert marked.value(text) == value or value != value


@settings(deadline=None)
@given(st.text("0123456789.,' ", min_size=1, max_size=12))
def test_digits_fit_a_pair_of_signs_only_if_taking_the_signs_out_gives_the_number(core):
    written = take_apart(core)
    assume(written is not None)
    for decimal, thousands in ((".", ","), (",", "."), (".", ""), (",", " "), (".", "'")):
        value = number(written, decimal, thousands)
        if value is not None:
            bare = written.core.replace(thousands, "") if thousands else written.core
            assert value == float(Decimal(bare.replace(decimal, ".")))


def test_the_limit_leaves_room_for_squares_and_sums():
    assert (LARGEST**2) * 1e8 < 1.8e308


@pytest.mark.parametrize("span", ["0h", "5h 30min", "26h", "-1s", "-26h", "400D 1h", "1500ms"])
def test_spans_of_time_are_hours_as_pandas_writes_them_and_as_python_does(span):
    span = pd.Timedelta(span)
    expected = pytest.approx(span / pd.Timedelta("1h"), rel=1e-12)  # three sums
    assert hours(str(span)) == expected
    assert hours(str(span.to_pytimedelta())) == expected


def test_spans_of_time_are_the_same_number_in_a_frame_and_in_the_text_made_of_it():
    spans = pd.to_timedelta([0, 90, 1500, -30], "m")
    frame = pd.DataFrame({"took": spans, "y": [1.5, 2.5, 0.5, 3.5]})
    text = frame.assign(took=frame["took"].astype(str))
    by_frame, by_text = Schema.of(frame, target="y"), Schema.of(text, target="y")
    assert by_text.columns[0].kind == by_frame.columns[0].kind == "number"
    pd.testing.assert_frame_equal(by_text.apply(text), by_frame.apply(frame))
    pd.testing.assert_frame_equal(by_text.apply(frame), by_frame.apply(frame))
