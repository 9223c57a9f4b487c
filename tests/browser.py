"""Debian's Chromium, and how to go on without it or anything else that is not built."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# The first three are for a machine without sandbox and screen; the rest keep it off the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing(path: str | Path, cure: str) -> None:
    """Skip what needs a file that is not there; in CI it must be there."""
    if not Path(path).exists():
        assert "CI" not in os.environ, f"{path} is missing: {cure}"
        pytest.skip(f"{path} is missing: {cure}")
