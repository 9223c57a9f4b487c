"""Nothing that a caller may bring crashes, or is answered otherwise for being read quickly."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest


@pytest.mark.parametrize("seed", range(2))
def test_quick_and_full_ways_answer_and_refuse_alike(seed: int) -> None:
    program = [sys.executable, "-m", "tests.estimators.hostile_calls", "1000", str(seed)]
    run = subprocess.run(program, capture_output=True, text=True, check=False, timeout=500)
    assert run.returncode == 0, run.stderr
    ends = ast.literal_eval(run.stdout)
    assert ends["float64"] > 100 < ends["ValueError"]
