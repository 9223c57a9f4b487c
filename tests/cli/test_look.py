"""The look before a training: short where all is plain, and told once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def plain(run: Run) -> None:
    """Numbers and a target without anything to say of them."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.normal(size=80), "b": random.normal(size=80)})
    frame["y"] = np.where(frame["a"] + random.normal(size=80) > 0, "up", "down")
    frame.to_csv("plain.csv", index=False)
    frame.assign(share=[f"{i}%" for i in range(80)], id=[f"p{i}" for i in range(80)]).to_csv(
        "other.csv", index=False
    )


def told(run: Run, *options: str) -> list[str]:
    """What is said of the table, and not of the training."""
    lines = run("fit", *options).stderr.splitlines()
    return [line for line in lines if line.startswith(("table:", "column:"))]


def test_of_a_plain_table_one_line_is_said(run: Run) -> None:
    (line,) = told(run, "plain.csv")
    assert line.startswith("table: plain.csv: 80 rows, 3 columns. Target 'y': 2 classes, ")


def test_of_another_one_the_columns_that_are_not_plain_are_told(run: Run) -> None:
    said = told(run, "other.csv", "--target", "y")
    assert [line.split()[1] for line in said if line.startswith("column:")] == ["share", "id"]
    assert "percent" in "".join(said)
    assert "80 different labels in 80 rows" in "".join(said)


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_it_is_quiet_on_request(run: Run, option: str) -> None:
    assert told(run, "other.csv", "--target", "y", option) == []


def test_of_a_set_of_ours_nothing_is_said(run: Run) -> None:
    assert told(run, "wine") == []


def test_json_of_a_training_has_what_check_has(run: Run) -> None:
    checked = json.loads(run("check", "other.csv", "--target", "y", "--json").stdout)
    fitted = json.loads(run("fit", "other.csv", "--target", "y", "--json").stdout)
    assert fitted["columns"] == checked["columns"]
    assert fitted["look"] == checked["look"]


def test_a_study_says_it_too(run: Run) -> None:
    small = ("--restarts", "1", "--folds", "2", "--hidden", "0,1", "--alpha", "1", "--json")
    told = json.loads(run("study", "other.csv", "--target", "y", *small).stdout)
    columns = {column["name"]: column for column in told["columns"]}
    assert columns["share"]["spelling"] == "percent"
    assert columns["id"]["kind"] == "left out"
    assert Path("moonlet-study").is_dir()
