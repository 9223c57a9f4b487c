"""``moonlet check``: what it says of a table, for people and for programs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cli.conftest import Run, one_line


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with something of everything to tell."""
    n = 60
    random = np.random.default_rng(0)
    share = random.integers(0, 1000, n) / 10
    frame = pd.DataFrame(
        {
            "name": [f"person {i}" for i in range(n)],
            "share": [f"{value}%" if i % 6 else "n/a" for i, value in enumerate(share)],
            "kind": random.choice(["elm", "oak", "fir"], n),
            "day": [f"{1 + i % 28}.{1 + i % 12}.2024" for i in range(n)],
            "same": 7,
            "n": random.integers(0, 99, n),
            "answer": random.choice(["no", "yes"], n),
        }
    )
    frame.loc[5, "answer"] = ""
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    return path


def test_each_column_is_told_in_a_line(run: Run, table: Path) -> None:
    said = run("check", "table.csv")
    assert (said.exit_code, said.stderr) == (0, "")
    first, *lines = said.stdout.splitlines()
    assert first.startswith("table.csv: 59 rows, 7 columns. Target 'answer': 2 classes, ")
    told = {line.split()[0]: line for line in lines[:7]}
    assert list(told) == ["name", "share", "kind", "day", "same", "n", "answer"]
    assert "left out" in told["name"]
    assert "60 different labels in 60 rows: an id or free text; such as person 0" in told["name"]
    assert "percent" in told["share"]
    assert "10 gaps ('n/a')" in told["share"]
    assert "category" in told["kind"]
    assert "3 labels" in told["kind"]
    assert "date" in told["day"]
    assert "day first" in told["day"]
    assert "becomes days, month, weekday" in told["day"]
    assert "the same number in every row" in told["same"]
    assert "yes/no (target)" in told["answer"]
    # The kinds stand under each other.
    starts = {line.index(kind) for line, kind in ((told["n"], "number"), (told["day"], "date"))}
    assert len(starts) == 1
    assert "1 row without a target left out." in said.stdout


def test_json_has_the_schema_and_the_look(run: Run, table: Path) -> None:
    told = json.loads(run("check", "table.csv", "--json").stdout)
    assert (told["data"], told["target"], told["task"]) == ("table.csv", "answer", "classification")
    columns = {column["name"]: column for column in told["columns"]}
    assert list(columns) == ["name", "share", "kind", "day", "same", "n", "answer"]
    share = columns["share"]
    assert (share["kind"], share["spelling"], share["gaps"]) == ("number", "percent", 10)
    assert (columns["kind"]["kind"], columns["kind"]["labels"]) == ("category", 3)
    assert columns["name"]["note"].startswith("60 different labels")
    assert [name for name, column in columns.items() if column["is_target"]] == ["answer"]
    look = told["look"]
    assert (look["rows"], look["features"], look["rows_without_target"]) == (59, 4, 1)
    assert look["base_rate"] == max(look["classes"].values()) / 59
    assert set(look["classes"]) == {"no", "yes"}


def test_a_target_of_numbers_is_told_by_its_spread(run: Run, table: Path) -> None:
    said = run("check", "table.csv", "--target", "n").stdout
    values = pd.read_csv(table)["n"]
    assert f"Target 'n': numbers from {values.min()} to {values.max()}, mean" in said
    told = json.loads(run("check", "table.csv", "--target", "n", "--json").stdout)["look"]["target"]
    assert told["mean"] == pytest.approx(values.mean())
    assert told["standard_deviation"] == pytest.approx(values.std(ddof=0))


def test_what_a_careful_person_would_ask_is_told(run: Run) -> None:
    n = 120
    random = np.random.default_rng(1)
    y = np.repeat(["a", "b", "a", "b"], n // 4)
    frame = pd.DataFrame({"n": random.normal(size=n), "tell": np.where(y == "a", 1.0, 5.0), "y": y})
    twice = pd.concat([frame, frame.iloc[:30]])
    twice.to_csv("t.csv", index=False)
    said = run("check", "t.csv").stdout
    joined = " ".join(said.split())
    assert "Column 'tell' alone tells the target (100.0 % right)." in joined
    assert "--ignore tell" in joined
    assert "30 of 150 rows repeat an earlier one." in joined
    assert "The target runs in the order of the rows." in joined
    plain = run("check", "iris").stdout
    assert "alone tells" not in plain.replace("\n", " ") or "petal" in plain


def test_nothing_is_written_and_nothing_trained(run: Run, table: Path) -> None:
    run("check", "table.csv")
    assert list(Path().iterdir()) == [Path("table.csv")]


def test_many_plain_columns_are_told_in_one_line(run: Run) -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 60))).add_prefix("c")
    frame.assign(share="7%", y=["a", "b"] * 15).to_csv("wide.csv", index=False)
    said = run("check", "wide.csv").stdout
    assert "and 60 more columns of plain numbers" in said
    assert "the same number in every row" in said
    assert len(said.splitlines()) < 10


@pytest.mark.parametrize("ending", [".csv.gz", ".txt", ".tsv"])
def test_other_files_are_checked_too(run: Run, table: Path, ending: str) -> None:
    data = table.read_bytes()
    if ending == ".csv.gz":
        data = gzip.compress(data)
    elif ending == ".tsv":
        data = data.replace(b",", b"\t")
    Path(f"other{ending}").write_bytes(data)
    expected = json.loads(run("check", "table.csv", "--json").stdout)
    told = json.loads(run("check", f"other{ending}", "--json").stdout)
    assert told["columns"] == expected["columns"]


def test_a_table_that_cannot_be_read_is_one_line(run: Run) -> None:
    Path("t.csv").write_text("a;y\n1.234;u\n2.345;v\n3.456;u\n", encoding="utf-8")
    result = run("check", "t.csv")
    assert result.exit_code == 2
    assert "line 2, column 'a': '1.234' may be" in one_line(result)
    assert run("check", "t.csv", "--thousands", ".").exit_code == 0
