"""The Makefile, read by make itself and not run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]*):", TEXT, re.MULTILINE)


def complaints(makefile: Path) -> list[str]:
    """What make finds undefined on its way through all targets, none of which is made."""
    command = ["make", "--dry-run", "--always-make", "--warn-undefined-variables", "-f", makefile]
    # Not as a part of the make that runs the tests.
    apart = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    told = subprocess.run(
        [*command, *TARGETS], cwd=ROOT, env=apart, capture_output=True, text=True, check=True
    )
    return [line for line in told.stderr.splitlines() if "undefined" in line]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_no_variable_is_used_before_it_is_defined(tmp_path: Path) -> None:
    assert len(TARGETS) > 15
    assert complaints(ROOT / "Makefile") == []
    late = TEXT.replace("WHEEL := ", "LATER := ", 1)
    (tmp_path / "Makefile").write_text(late, encoding="utf-8")
    assert any("WHEEL" in line for line in complaints(tmp_path / "Makefile"))
