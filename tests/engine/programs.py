"""Programs of their own for what could take the tests' process with it: signals, forks, limits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# The sanitizers map terabytes of address space, and are slow: neither limits nor times hold there.
not_under_sanitizers = pytest.mark.skipif(
    "libasan" in os.environ.get("LD_PRELOAD", ""), reason="not under the address sanitizer"
)


def run_python(
    *arguments: str,
    timeout: float = 120,
    environment: Mapping[str, str] | None = None,
    silent: bool = False,
) -> str:
    """What the program prints; a failed assertion if it ends with another status than 0.

    Also if it says anything where it should be silent.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, f"ended with {done.returncode}\n{done.stdout}{done.stderr}"
    assert not silent or not done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout
