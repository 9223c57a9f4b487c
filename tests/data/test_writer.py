from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data import DATASET_NAMES, Dataset, Schema, load, to_csv

FRAME = pd.DataFrame(
    {
        "number": [0.1 + 0.2, np.nan, -1e-300, 1e100],
        'odd "name", quoted': pd.Categorical(["a,b", None, 'say "hi"', "two\nlines"]),
        "return": pd.Categorical(["a\rb", "c\r\nd", "e", None]),
        "when": pd.to_datetime(
            ["2024-02-29 13:30:00", None, "1969-12-31 00:00:00", "2024-03-01 00:00:01"]
        ),
        "member": pd.array([True, False, None, True], dtype="boolean"),
    }
)
SCHEMA = Schema.of(FRAME)
MIXED = Dataset(
    "mixed",
    SCHEMA.apply(FRAME),
    np.array(["None", "NA", "yes", "perhaps"]),
    "answer",
    "classification",
    SCHEMA,
)


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_named_set_comes_back_as_it_was(tmp_path, name):
    dataset = load(name)
    assert to_csv(dataset, tmp_path / "set.csv") is None
    back = load(tmp_path / "set.csv", keep=dataset.feature_names)
    # But for the text of an example: 1.0 is written where NumPy's 1 was.
    assert [replace(column, example="") for column in back.schema.columns] == [
        replace(column, example="") for column in dataset.schema.columns
    ]
    pd.testing.assert_frame_equal(back.X, dataset.X, check_exact=True)
    np.testing.assert_array_equal(back.y, dataset.y)
    assert back.y.dtype == dataset.y.dtype
    assert (back.target, back.task) == (dataset.target, dataset.task)
    assert back.fingerprint() == dataset.fingerprint()


def test_gaps_quotes_line_ends_and_extreme_numbers_come_back(tmp_path):
    to_csv(MIXED, tmp_path / "mixed.csv")
    back = load(tmp_path / "mixed.csv")
    assert back.fingerprint() == MIXED.fingerprint()
    assert back.y.tolist() == MIXED.y.tolist()
    assert back.schema.features == SCHEMA.columns


@pytest.mark.parametrize("pair", [("no", "yes"), ("N", "Y"), ("FALSE", "TRUE"), ("non", "oui")])
def test_yes_and_no_are_written_in_their_own_words(pair):
    no, yes = pair
    schema = Schema.of(pd.DataFrame({"a": [yes, no, no], "n": [1, 5, 3]}))
    X = schema.apply(pd.DataFrame({"a": [yes, "", no], "n": [1, 5, 3]}))
    text = to_csv(Dataset("table", X, np.array([0.5, 1.5, 2.5]), "y", "regression", schema))
    assert text == f"a,n,y\n{yes},1.0,0.5\n,5.0,1.5\n{no},3.0,2.5\n"


def test_lines_end_as_on_unix_where_nothing_stands_against_it(tmp_path):
    to_csv(load("iris"), tmp_path / "iris.csv")
    assert b"\r" not in (tmp_path / "iris.csv").read_bytes()


def test_without_a_path_the_text_is_given(tmp_path):
    to_csv(MIXED, str(tmp_path / "mixed.csv"))
    text = to_csv(MIXED)
    assert text == (tmp_path / "mixed.csv").read_bytes().decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["number", 'odd "name", quoted', "return", "when", "member", "answer"]
    moment = "2024-02-29 13:30:00"
    assert rows[1] == ["0.30000000000000004", "a,b", "a\rb", moment, "True", "None"]
    assert rows[3][3:5] == ["1969-12-31 00:00:00", ""]


class _Unwritable:
    """A label that fails while it is being written."""

    def __str__(self) -> str:
        raise OSError("disk full")


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    labels = np.array([_Unwritable()] * 4, dtype=object)
    with pytest.raises(OSError, match="disk full"):
        to_csv(Dataset("bad", MIXED.X, labels, "y", "classification", SCHEMA), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.csv"]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device to write to")
def test_a_device_is_written_to_and_not_replaced():
    to_csv(MIXED, "/dev/null")
    assert not Path("/dev/null").is_file()
