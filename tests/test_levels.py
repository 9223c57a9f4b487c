"""The instruction-set levels: chosen by the machine or by MOONLET_LEVEL, each in its own code."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from moonlet import _core, engine
from tests.engine.programs import ROOT, run_python


def test_the_environment_chooses_the_level() -> None:
    for level in engine.info().levels[engine.info().levels.index(engine.info().level) :]:
        used = run_python(
            "-c",
            "from moonlet import engine; print(engine.info().level)",
            environment={"MOONLET_LEVEL": level},
        )
        assert used.split() == [level]


def test_no_instruction_fuses_what_the_source_keeps_apart() -> None:
    # GCC 12 makes vfmaddsub of separate products and sums; then levels differ by an ulp.
    if not shutil.which("objdump"):
        pytest.skip("objdump is not installed")
    listing = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", _core.__file__],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "vfmaddsub" not in listing
    assert "vfmsubadd" not in listing


def test_no_level_defines_what_another_could_be_given_by_the_linker() -> None:
    # Of two inline functions of one name the linker keeps one for all levels, and it may be the
    # one with AVX-512 in it: each level's functions must be in a namespace of their own. Data are
    # the same for all (V and u of nm).
    libraries = [*(ROOT / "build").glob("cp*/libmoonlet_v*.a")]
    if not shutil.which("nm") or not libraries:
        pytest.skip("needs nm and the folder that the core was built in")
    for library in libraries:
        level = library.stem.removeprefix("libmoonlet_")
        listing = subprocess.run(
            ["nm", "--demangle", "--defined-only", "--extern-only", library],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        symbols = re.findall(r"^[0-9a-f]{16} [^Vu] (.+)$", listing, re.MULTILINE)
        assert len(symbols) > 2
        shared = [symbol for symbol in symbols if f"moonlet::{level}::" not in symbol]
        assert not shared, f"{library.name} defines {shared}"
