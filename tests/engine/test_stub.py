from __future__ import annotations

from pathlib import Path

import pytest

import moonlet
from moonlet import _core

PACKAGE = Path(moonlet.__file__).parent


def test_the_types_of_the_core_are_those_of_its_bindings() -> None:
    """Committed, so that a build runs nothing that it has built: `make stub` writes them anew."""
    stubgen = pytest.importorskip("nanobind.stubgen", reason="only who builds moonlet has it")
    made = stubgen.StubGen(_core)
    made.put(_core)
    assert (PACKAGE / "_core.pyi").read_text(encoding="utf-8") == made.get()
