from __future__ import annotations

import re
import time

import pytest

from moonlet.data import load
from moonlet.lab.background_study import BackgroundStudy


@pytest.mark.slow
def test_a_study_tells_its_answer_in_the_pages_language() -> None:
    study = BackgroundStudy(load("moons", n_samples=60, noise=0.2, random_state=0), 0, "zh")
    try:
        end = time.monotonic() + 120
        while (note := study.note())["state"] == "running":
            assert time.monotonic() < end
            assert note["text"] == "" or re.fullmatch(r"已训练 [\d,]+ 个网络", note["text"])
            time.sleep(0.1)
        assert note["state"] == "done", note
        assert len(note["text"].splitlines()) == 3
        assert "直线" in note["text"]
        report = study.report()
        assert report is not None
        assert b"<html" in report
    finally:
        study.close()
