from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moonlet.cli import main

Run = Callable[..., Result]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def invoke(*args: object) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args], prog_name="moonlet")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a command as a process of its own, in the same empty directory."""

    def popen(*args: object, **options: object) -> subprocess.Popen[str]:
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen(
            [sys.executable, "-m", "moonlet", *map(str, args)],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80"},
            text=True,
            **given,  # type: ignore[call-overload]
        )

    return popen


def last_line(result: Result) -> str:
    """What stands on stderr after the look at a table, which must be one line."""
    *before, last = result.stderr.splitlines()
    assert before[0].startswith("table: ")
    assert all(line.startswith(("table: ", "column: ", "note: ")) for line in before)
    assert "Traceback" not in result.stderr
    return last


def one_line(result: Result) -> str:
    """What stands on stderr, which must be one line."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.stderr
    return lines[0]
