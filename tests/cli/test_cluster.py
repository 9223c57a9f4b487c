from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.conftest import Run, Start, one_line
from tests.dask_clusters import local_cluster

distributed = pytest.importorskip("distributed")

GRID = ("moons", "--hidden", "0,3", "--alpha", "0.01,1", "--restarts", 2, "--folds", 3)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with local_cluster(2) as client:
        yield client.cluster


def table(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "results.csv", dtype=str).drop(columns="seconds")


@pytest.mark.slow
def test_workers_of_a_scheduler_give_the_table_of_this_machine(
    cluster: Any, start: Start, tmp_path: Path
) -> None:
    address = cluster.scheduler_address
    runs = [
        start("study", *GRID, "--out", "here"),
        start("study", *GRID, "--out", "there", "--scheduler", address),
    ]
    for process in runs:
        _, said = process.communicate(timeout=600)
        assert process.returncode == 0, said
        assert said == ""
    here, there = table(tmp_path / "here"), table(tmp_path / "there")
    assert len(here) == 24
    pd.testing.assert_frame_equal(here, there)
    for name in ("report.html", "model.onnx", "study.db"):
        assert (tmp_path / "there" / name).stat().st_size > 1000


def refused(run: Run, address: str) -> str:
    began = time.monotonic()
    result = run("study", *GRID, "--scheduler", address, "--out", "x")
    assert time.monotonic() - began < 20
    assert result.exit_code == 2
    assert result.stdout == ""
    assert not Path("x").exists()
    return one_line(result)


def test_an_address_where_nobody_listens_is_one_line_within_seconds(run: Run) -> None:
    with socket.socket() as reserved:  # bound, not listening: connections are refused
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        said = refused(run, f"tcp://127.0.0.1:{port}")
    assert f"--scheduler tcp://127.0.0.1:{port}: no Dask scheduler answers there" in said
    assert "`dask scheduler`" in said


def test_a_server_that_speaks_something_else_is_one_line_within_seconds(run: Run) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        said = refused(run, f"tcp://127.0.0.1:{silent.getsockname()[1]}")
    assert "no Dask scheduler answers there within 5 s" in said


@pytest.mark.parametrize("address", ["nonsense", "foo://127.0.0.1:8786"])
def test_what_is_no_address_is_refused(run: Run, address: str) -> None:
    said = refused(run, address)
    assert f"--scheduler {address} is no address" in said
    assert "tcp://10.0.0.5:8786" in said


@pytest.mark.slow
def test_a_workers_address_is_told_from_a_schedulers(cluster: Any, run: Run) -> None:
    worker = next(iter(cluster.scheduler.workers))
    assert "a Dask worker is there" in refused(run, worker)
