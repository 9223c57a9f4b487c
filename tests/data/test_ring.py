"""The ring: two numbers say whether a point lies inside a circle, however the numbers are written.

Read rightly, five units find it. Misread numbers (labels, lost signs, columns left out) cost so
much accuracy that a study's verdict turns; so every spelling gives the numbers that the plain
file gives, bit for bit, or is refused with the cure. Since the numbers are the same, so is the
training, and one training of the plain file speaks for all.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from moonlet import MLPClassifier
from moonlet.data import load, make_preprocessor
from moonlet.exceptions import DataError

ROWS = 240
STEPS = 4000  # of a coordinate, from -2000 to 1999 after the centre is taken off


def _points():
    # A quarter of the cells lies below -1000; the circle holds half of the points.
    coordinates = np.random.default_rng(0).integers(0, STEPS, size=(ROWS, 2))
    centred = coordinates - STEPS / 2
    inside = (centred**2).sum(axis=1) < (0.8 * STEPS / 2) ** 2
    return coordinates.tolist(), ["in" if is_in else "out" for is_in in inside]


class Spelling(NamedTuple):
    """A way to write the steps of a coordinate, and the number that is meant by it."""

    text: object
    number: object
    delimiter: str = ","
    encoding: str = "utf-8"
    options: dict = {}  # noqa: RUF012  # never written to


def grouped(number, sign):
    return f"{number:,}".replace(",", sign)


def comma(number):
    return str(number).replace(".", ",")


def tenths(step):
    return Decimal(step) / 10


def centred(step):
    return step - STEPS // 2


def signed(number, minus="-"):
    return f"{minus if number < 0 else ''}{abs(number)}"


def clock(step):
    return f"{step // 60}:{step % 60:02}"


def magnitude(step):
    return f"{Decimal(step) / 1000}k" if step > 2000 else str(step)


def indian(step):
    return f"{step // 10},{step % 10}0,000" if step >= 10 else f"{step}0,000"


def gaps(word):
    # A quarter of the cells: those whose last two digits are below 25.
    return lambda step: word if step % 100 < 25 else str(tenths(step))


def gaps_are_nan(step):
    return np.nan if step % 100 < 25 else step / 10


READ = {
    "percent": Spelling(lambda s: f"{tenths(s)}%", lambda s: s / 10),
    "percent after a space, decimal comma": Spelling(
        lambda s: f"{comma(tenths(s))} %", lambda s: s / 10, ";"
    ),
    "a dash in a quarter of the cells": Spelling(gaps("-"), gaps_are_nan),
    "an error of a spreadsheet in a quarter of the cells": Spelling(gaps("#DIV/0!"), gaps_are_nan),
    "n.a. in a quarter of the cells": Spelling(gaps("n.a."), gaps_are_nan),
    "empty cells, a quarter": Spelling(gaps(""), gaps_are_nan),
    "a word that the user names as a gap": Spelling(
        gaps("k. A."), gaps_are_nan, options={"gap": ["k. A."]}
    ),
    "thousands by spaces": Spelling(lambda s: grouped(s, " "), float),
    "thousands by no-break spaces": Spelling(lambda s: grouped(s, "\u00a0"), float),
    "thousands by narrow no-break spaces": Spelling(lambda s: grouped(s, "\u202f"), float),
    "thousands by thin spaces": Spelling(lambda s: grouped(s, "\u2009"), float),
    "thousands by apostrophes": Spelling(lambda s: grouped(s, "'"), float),
    "thousands by typographic apostrophes": Spelling(lambda s: grouped(s, "’"), float),
    "thousands by commas": Spelling(lambda s: grouped(s, ","), float),
    "thousands by dots": Spelling(lambda s: grouped(s, "."), float, ";"),
    "thousands by dots, decimal comma": Spelling(
        lambda s: f"{grouped(s, '.')},{s % 10}", lambda s: s + s % 10 / 10, ";"
    ),
    "thousands as in India": Spelling(indian, lambda s: s * 10000.0),
    "decimal comma": Spelling(lambda s: comma(tenths(s)), lambda s: s / 10, ";"),
    "decimal comma in quotes": Spelling(lambda s: comma(tenths(s)), lambda s: s / 10),
    "limits below": Spelling(
        lambda s: "<80.5" if s < 805 else str(tenths(s)), lambda s: max(s, 805) / 10
    ),
    "limits above": Spelling(
        lambda s: ">320" if s > 3200 else str(tenths(s)), lambda s: min(s, 3200) / 10
    ),
    "a plus behind the largest": Spelling(
        lambda s: "3200+" if s > 3200 else str(s), lambda s: float(min(s, 3200))
    ),
    "currency before": Spelling(
        lambda s: f"${grouped(s, ',')}.{s % 10}0", lambda s: s + s % 10 / 10
    ),
    "currency after": Spelling(lambda s: f"{comma(tenths(s))} €", lambda s: s / 10, ";"),
    "currency by a code before": Spelling(lambda s: f"CHF {grouped(s, chr(39))}", float),
    "a unit": Spelling(lambda s: f"{tenths(s)} kg", lambda s: s / 10),
    "a unit with a stroke": Spelling(lambda s: f"{tenths(s)}mg/L", lambda s: s / 10),
    "minus U+2212": Spelling(lambda s: signed(centred(s), "−"), lambda s: float(centred(s))),
    "minus behind": Spelling(
        lambda s: f"{abs(centred(s))}{'-' if s < STEPS // 2 else ''}", lambda s: float(centred(s))
    ),
    "accounting brackets": Spelling(
        lambda s: f"({-centred(s)})" if s < STEPS // 2 else f"{centred(s)}",
        lambda s: float(centred(s)),
    ),
    "plus signs": Spelling(lambda s: f"{centred(s):+}", lambda s: float(centred(s))),
    "quotes that are part of the cells": Spelling(lambda s: f'"{tenths(s)}"', lambda s: s / 10),
    "spaces around": Spelling(lambda s: f"   {tenths(s)}\u00a0", lambda s: s / 10),
    "exponents": Spelling(lambda s: f"{tenths(s):e}", lambda s: s / 10),
    "clock times": Spelling(clock, lambda s: s // 60 + s % 60 / 60),
    "k for a thousand, where it is more than two": Spelling(magnitude, float),
    "UTF-16 and tabs": Spelling(lambda s: grouped(s, "\u00a0"), float, "\t", "utf-16"),
    "an encoding that the user names": Spelling(
        lambda s: f"{comma(tenths(s))} °C", lambda s: s / 10, ";", "cp1252", {"encoding": "cp1252"}
    ),
}

REFUSED = {
    "an unknown word in a quarter of the cells": (Spelling(gaps("k. A."), None), "--gap"),
    "a unit in half of the cells": (
        Spelling(lambda s: f"{tenths(s)}{' kg' if s % 2 else ''}", None),
        "--kind",
    ),
    "two currencies": (Spelling(lambda s: f"{'$€'[s % 2]}{tenths(s)}", None), "--kind"),
    "percents and shares": (
        Spelling(lambda s: f"{tenths(s)}%" if s % 2 else str(tenths(s) / 100), None),
        "--kind",
    ),
    "decimal commas and points": (
        Spelling(lambda s: (comma if s % 2 else str)(tenths(s) + Decimal("0.05")), None, ";"),
        "--decimal",
    ),
    "three digits behind every dot, split by semicolons": (
        Spelling(lambda s: f"{s + 1000:,}".replace(",", "."), None, ";"),
        "--thousands",
    ),
    "footnotes at some": (
        Spelling(lambda s: f"{tenths(s)}{('', '', '', '*', ' p', '†')[s % 6]}", None),
        "--kind",
    ),
    "a foreign word in front": (Spelling(lambda s: f"approx {tenths(s)}", None), "--kind"),
    "bytes of another encoding": (
        Spelling(lambda s: f"{comma(tenths(s))} °C", None, ";", "cp1252"),
        "--encoding",
    ),
}


def write(path, spelling, more=()):
    points, classes = _points()
    buffer = io.StringIO()
    table = csv.writer(buffer, delimiter=spelling.delimiter, lineterminator="\n")
    table.writerow([*(name for name, _ in more), "x0", "x1", "place"])
    for row, (point, label) in enumerate(zip(points, classes, strict=True)):
        table.writerow([*(cell(row) for _, cell in more), *map(spelling.text, point), label])
    path.write_bytes(buffer.getvalue().encode(spelling.encoding))
    return path


PLAIN = Spelling(lambda s: str(tenths(s)), lambda s: s / 10)


@pytest.mark.parametrize("name", READ)
def test_a_ring_in_another_spelling_is_the_same_ring(tmp_path, name):
    spelling = READ[name]
    dataset = load(write(tmp_path / "ring.csv", spelling), **spelling.options)
    points, classes = _points()
    meant = [[spelling.number(step) for step in point] for point in points]
    # One rounding more or less, where hours are made of minutes or thousands of k.
    np.testing.assert_allclose(dataset.X.to_numpy(), meant, rtol=4e-16, atol=0)
    assert dataset.y.tolist() == classes


@pytest.mark.parametrize("name", REFUSED)
def test_a_ring_that_can_be_read_in_two_ways_is_refused_with_the_cure(tmp_path, name):
    spelling, cure = REFUSED[name]
    path = write(tmp_path / "ring.csv", spelling)
    with pytest.raises(DataError) as caught:
        load(path)
    message = str(caught.value)
    assert cure in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("name", lambda row: f"Person {row * 7 % ROWS}"),
        ("mail", lambda row: f"p{row * 7 % ROWS}@example.org"),
        ("index", str),
        ("unit", lambda row: "mm"),
        ("remark", lambda row: ""),
    ],
    ids=["names", "addresses", "a counter", "a constant", "no value"],
)
def test_a_column_that_says_nothing_leaves_the_ring_alone(tmp_path, name, cell):
    dataset = load(write(tmp_path / "ring.csv", PLAIN, [(name, cell)]))
    plain = load(write(tmp_path / "plain.csv", PLAIN))
    assert dataset.schema.columns[0].kind == "left out"
    assert dataset.X.equals(plain.X)


def test_a_column_of_dates_beside_the_ring_is_three_inputs_and_not_one_a_day(tmp_path):
    first = date(2024, 1, 1)
    day = ("day", lambda row: str(first + timedelta(days=row * 7 % ROWS)))
    dated = load(write(tmp_path / "dated.csv", PLAIN, [day]))
    plain = load(write(tmp_path / "plain.csv", PLAIN))
    assert dated.X[["x0", "x1"]].equals(plain.X)
    assert dated.schema.columns[0].kind == "date"
    inputs = make_preprocessor(dated.X).fit_transform(dated.X)
    assert inputs.shape == (ROWS, 2 + 3)  # days, month and weekday; the hour never varies


def test_five_units_find_the_ring(tmp_path):
    X, y = load(write(tmp_path / "ring.csv", PLAIN))
    network = MLPClassifier((5,), activation="tanh", solver="lbfgs", alpha=0.1, random_state=1)
    accuracy = cross_val_score(make_pipeline(make_preprocessor(X), network), X, y, cv=5).mean()
    assert accuracy > 0.97
