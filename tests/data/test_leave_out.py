"""Ids, free text, constants and counters of rows: what is left out, why, and what keeps it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from moonlet.data import Schema, load
from moonlet.data.leave_out import called_a_counter, reason_of_labels


def column(write, name, cells, **options):
    """How a column was read beside a number that varies and a target."""
    rows = "".join(f"{cell},{i * i % 11},{i % 2}\n" for i, cell in enumerate(cells))
    dataset = load(write(f"{name},n,y\n{rows}"), **options)
    return next(c for c in dataset.schema.columns if c.name == name)


@pytest.mark.parametrize(
    ("n_labels", "n_filled", "is_left_out"),
    [(9, 9, False), (10, 10, True), (10, 19, True), (10, 20, False), (11, 22, False),
     (11, 21, True), (1000, 100_000, False), (1001, 100_000, True), (1, 50, True), (2, 50, False)],
)  # fmt: skip
def test_labels_nearly_as_many_as_rows_or_beyond_a_thousand_are_left_out(
    n_labels, n_filled, is_left_out
):
    assert bool(reason_of_labels(n_labels, n_filled)) == is_left_out


def test_names_are_left_out_and_kept_on_request(write):
    names = [f"person {i}" for i in range(30)]
    found = column(write, "who", names)
    assert (found.kind, found.n_labels) == ("left out", 30)
    assert found.note == "30 different labels in 30 rows: an id or free text"
    assert found.example == "person 0"
    kept = column(write, "who", names, keep=["who"])
    assert (kept.kind, kept.n_labels) == ("category", 30)


def test_gaps_do_not_count_among_the_filled_cells(write):
    names = [f"person {i}" if i % 3 == 0 else "" for i in range(60)]
    assert column(write, "who", names).kind == "left out"
    few = [f"kind {i % 9}" if i % 3 == 0 else "" for i in range(60)]
    assert column(write, "what", few).kind == "category"


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("7", "the same number in every row"),
        ("7.50 €", "the same number in every row"),
        ("elm", "the same label in every row"),
        ("2024-01-31", "the same date in every row"),
        ("yes", "the same label in every row"),
        ("", "no value in any row"),
        ("n/a", "no value in any row"),
    ],
)
def test_a_column_that_never_varies_is_left_out(write, cell, note):
    found = column(write, "same", [cell] * 12)
    assert (found.kind, found.note) == ("left out", note)
    if cell in ("7", "elm", "2024-01-31"):
        assert column(write, "same", [cell] * 12, keep=["same"]).kind != "left out"
        gaps = column(write, "same", [cell, ""] * 6)
        assert gaps.note == note.replace("every", "every filled")


@pytest.mark.parametrize("name", ["id", "ID", "Row", "index", "No.", "#", "rownames", "Unnamed: 0"])
@pytest.mark.parametrize("first", [0, 1])
def test_a_first_column_that_counts_the_rows_is_left_out(write, name, first):
    assert called_a_counter(name)
    found = column(write, name, range(first, first + 12))
    assert (found.kind, found.note) == ("left out", "it counts the rows")
    assert column(write, name, range(first, first + 12), keep=[name]).kind == "number"


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("time", range(12)),
        ("id", [i // 2 for i in range(12)]),
        ("id", [*range(3, 12), "", ""]),
        ("id", [i / 4 for i in range(12)]),
        ("id", range(3, 12)),
    ],
)
def test_other_numbers_in_the_first_column_are_numbers(write, name, cells):
    assert column(write, name, cells).kind == "number"


@pytest.mark.parametrize(
    "cells", [range(2, 14), range(0, 24, 2), range(12, 0, -1), ["", "", *range(4, 16)]]
)
def test_whole_numbers_that_name_each_row_are_left_out(write, cells):
    assert column(write, "id", cells).note == "12 different whole numbers in 12 rows: an id"
    assert column(write, "height", cells).kind == "number"


def test_the_numbers_of_rows_that_were_written_several_times_are_left_out_each_time(write):
    header = ",Unnamed: 0.1,Unnamed: 0,id,n,y\n"
    rows = "".join(f"{i},{i},{11 - i},{i + 5},{i * i % 11},{i % 2}\n" for i in range(12))
    assert load(write(header + rows)).feature_names == ["n"]


def test_a_counter_elsewhere_than_in_front_is_a_number(write):
    rows = "".join(f"{i * i % 11},{i},{i % 2}\n" for i in range(12))
    dataset = load(write(f"n,id,y\n{rows}"))
    assert dataset.feature_names == ["n", "id"]


def test_a_first_column_without_a_name_that_counts_is_left_out(write):
    rows = "".join(f"{i},{i * i % 11},{i % 2}\n" for i in range(12))
    dataset = load(write(f",n,y\n{rows}"))
    assert dataset.feature_names == ["n"]
    assert dataset.schema.columns[0].note == "it counts the rows"


def test_the_target_is_never_left_out(write):
    rows = "".join(f"{i * i % 11},{'a' if i % 2 else 'b'}\n" for i in range(4))
    assert load(write(f"n,y\n{rows}")).y.tolist() == ["b", "a", "b", "a"]


def test_too_many_labels_are_refused_even_on_request(refusal):
    rows = "".join(f"k{i},{i * i % 11},{i % 2}\n" for i in range(1001))
    message = refusal(f"who,n,y\n{rows}", keep=["who"])
    assert message.startswith("column 'who': 1,001 different labels")


def test_nothing_left_to_learn_from_is_refused_with_the_reasons(refusal):
    rows = "".join(f"p{i},7,{i % 2}\n" for i in range(12))
    message = refusal(f"who,same,y\n{rows}")
    assert "'who' (12 different labels in 12 rows: an id or free text)" in message
    assert "'same' (the same number in every row)" in message
    assert message.endswith("Keep one by --keep who.")


def test_columns_are_left_out_on_request(write):
    path = write("a,b,c,y\n" + "".join(f"{i % 5},{i % 3},{i % 7},{i % 2}\n" for i in range(30)))
    assert load(path, ignore=["b"]).feature_names == ["a", "c"]
    assert load(path, ignore="b", kinds={"c": "left out"}).feature_names == ["a"]
    dataset = load(path, ignore=["b"])
    assert dataset.schema.columns[1].note == "left out on request"


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
