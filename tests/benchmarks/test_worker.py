from __future__ import annotations

import time

import pytest
from benchmarks.contest import Ready
from benchmarks.worker import seconds_of


def test_a_sleep_is_time_on_the_wall_and_none_of_the_processor() -> None:
    def work() -> None:
        time.sleep(0.01)
        until = time.process_time() + 0.01
        while time.process_time() < until:
            pass

    assert seconds_of(Ready(work, share=2.0)) >= 0.01
    assert seconds_of(Ready(work, clock=time.process_time)) == pytest.approx(0.01, rel=0.3)
