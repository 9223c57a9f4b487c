"""Every example of the gallery runs, without a warning."""

from __future__ import annotations

import runpy

import pytest

from tests.docs.places import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem
)
def test_an_example_runs(path):
    runpy.run_path(str(path))
