from __future__ import annotations

from pathlib import Path

import numpy as np

from moonlet.data import load
from tests.cli.conftest import Run, one_line


def test_moons_come_as_csv_with_every_digit(run: Run) -> None:
    result = run("data", "moons")
    X, y = load("moons")
    header, *rows = result.stdout.splitlines()
    assert header == "x0,x1,target"
    table = np.array([row.split(",") for row in rows], dtype=float)
    np.testing.assert_array_equal(table, np.column_stack([X, y]))
    assert result.stderr == ""


def test_a_file_holds_what_stdout_would(run: Run) -> None:
    printed = run("data", "iris").stdout
    result = run("data", "iris", "-o", "iris.csv")
    assert result.stdout == ""
    assert one_line(result) == "written: iris.csv: 150 rows."
    assert Path("iris.csv").read_text(encoding="utf-8") == printed
    assert load("iris.csv").X.equals(load("iris").X)


def test_a_file_where_a_sets_name_is_wanted_is_told_its_command(run: Run) -> None:
    Path("two rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = run("data", "two rows.csv")
    assert result.exit_code == 2
    assert "moonlet check 'two rows.csv'" in " ".join(result.stderr.split())
