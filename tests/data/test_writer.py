from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data import DATASET_NAMES, Dataset, load, to_csv

MIXED = Dataset(
    "mixed",
    pd.DataFrame(
        {
            "number": [0.1 + 0.2, np.nan, -1e-300, 1e100],
            'odd "name", quoted': pd.Categorical(["a,b", None, 'say "hi"', "two\nlines"]),
            "return": pd.Categorical(["a\rb", "c\r\nd", "e", None]),
            "empty": [np.nan] * 4,
        }
    ),
    np.array(["None", "NA", "yes", "no"]),
    "answer",
    "classification",
)


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_named_set_comes_back_as_it_was(tmp_path, name):
    dataset = load(name)
    assert to_csv(dataset, tmp_path / "set.csv") is None
    back = load(tmp_path / "set.csv")
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


def test_lines_end_as_on_unix_where_nothing_stands_against_it(tmp_path):
    to_csv(load("iris"), tmp_path / "iris.csv")
    assert b"\r" not in (tmp_path / "iris.csv").read_bytes()


def test_without_a_path_the_text_is_given(tmp_path):
    to_csv(MIXED, str(tmp_path / "mixed.csv"))
    text = to_csv(MIXED)
    assert text == (tmp_path / "mixed.csv").read_bytes().decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["number", 'odd "name", quoted', "return", "empty", "answer"]
    assert rows[1] == ["0.30000000000000004", "a,b", "a\rb", "", "None"]


class _Unwritable:
    """A label that fails while it is being written."""

    def __str__(self) -> str:
        raise OSError("disk full")


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    labels = np.array([_Unwritable()] * 4, dtype=object)
    with pytest.raises(OSError, match="disk full"):
        to_csv(Dataset("bad", MIXED.X, labels, "y", "classification"), path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.csv"]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device to write to")
def test_a_device_is_written_to_and_not_replaced():
    to_csv(MIXED, "/dev/null")
    assert not Path("/dev/null").is_file()
