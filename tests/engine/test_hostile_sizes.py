"""Sizes that cannot be are refused in words, at once, and never take the process with them."""

from __future__ import annotations

import sys

import pytest

from tests.engine.programs import not_under_sanitizers, run_python


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit of memory as Linux knows it")
@not_under_sanitizers
def test_impossible_sizes_and_a_limit_of_memory_are_refused_and_training_goes_on() -> None:
    run_python("-m", "tests.engine.hostile_sizes")
