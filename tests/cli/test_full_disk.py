"""A disk that is full in the midst of a study: told in a line; the study goes on later."""

from __future__ import annotations

import resource
from pathlib import Path

import pandas as pd
import pytest

from moonlet.study import count_stored
from tests.cli.conftest import Start

# 1,200 networks.
GRID = ("moons", "--hidden", "0,1,2,3", "--alpha", "1e-4,1e-2,1", "--restarts", 20)
ROOM = 250_000  # bytes in any one file: enough to begin with


def full() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def table(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "results.csv", dtype=str).drop(columns="seconds")


@pytest.mark.slow
def test_a_full_disk_is_told_in_a_line_and_resumed_to_the_table_of_an_empty_one(
    start: Start, tmp_path: Path
) -> None:
    process = start("study", *GRID, "--out", "filled", preexec_fn=full)
    out, said = process.communicate(timeout=600)
    assert process.returncode == 1
    assert out == ""
    assert said.startswith("error: filled/study.db cannot be written: ")
    assert "What was committed before is kept: make room, then go on" in said
    assert "--resume" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "filled" / "report.html").exists()
    assert 0 < count_stored(tmp_path / "filled" / "study.db") < 1200
    runs = [
        start("study", *GRID, "--out", "filled", "--resume"),
        start("study", *GRID, "--out", "roomy"),
    ]
    for process in runs:
        _, said = process.communicate(timeout=600)
        assert (process.returncode, said) == (0, "")
    resumed, whole = table(tmp_path / "filled"), table(tmp_path / "roomy")
    assert len(whole) == 1200
    pd.testing.assert_frame_equal(resumed, whole)
