"""The example for several machines, begun as it says: by its commands, on the loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.docs.places import ROOT

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

SCRIPT = ROOT / "examples" / "cluster" / "study_on_several_machines.py"
QUIET = {**os.environ, "DASK_DISTRIBUTED__DASHBOARD__LINK": "", "PYTHONUNBUFFERED": "1"}


def run_script(folder: Path, *args: str) -> str:
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    assert (folder / "study.db").exists()
    return ended.stdout


@contextmanager
def dask(folder: Path, *args: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("dask")), *args],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=QUIET,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=120)


def address_of(scheduler: subprocess.Popen[str]) -> str:
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if told := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
            return told[1]
    raise AssertionError("the scheduler told no address")


def test_without_an_address_and_with_a_schedulers_it_comes_to_the_same_verdict(
    tmp_path: Path,
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    alone = run_script(here)
    assert "enough" in alone
    loopback = ("--host", "127.0.0.1", "--no-dashboard")
    with dask(tmp_path, "scheduler", *loopback, "--port", "0") as scheduler:
        address = address_of(scheduler)
        worker = ("worker", address, "--nworkers", "1", "--nthreads", "2", *loopback)
        with dask(tmp_path, *worker):
            assert run_script(there, address) == alone
