from __future__ import annotations

import io
import math
import sys

import pytest

from moonlet.study.progress import StudyProgress, Tally, progress_callable
from moonlet.study.verdict import Measure
from tests.study.test_store import result


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_best_is_told_only_when_a_setting_has_been_through_all_folds() -> None:
    tally = Tally(total=4, n_each=2, measure=Measure())
    tally.add([result(hidden=3, alpha=0.1, fold=0, valid_loss=0.1)])
    assert tally.progress().best is None
    tally.add([result(hidden=0, alpha=0.1, fold=fold, valid_loss=0.5) for fold in (0, 1)])
    assert tally.progress().best == "the straight line, alpha 0.1, held-out log loss 0.500"
    tally.add([result(hidden=3, alpha=0.1, fold=1, valid_loss=0.3)])
    progress = tally.progress()
    assert progress.best == "3 hidden units, alpha 0.1, held-out log loss 0.200"
    assert (progress.done, progress.total) == (4, 4)


def test_a_scorers_best_is_the_greatest() -> None:
    tally = Tally(2, 1, Measure("held-out f1", greater_is_better=True))
    tally.add([result(hidden=2, valid_score=0.7), result(hidden=3, valid_score=0.9)])
    assert tally.progress().best == "3 hidden units, alpha 0.3, held-out f1 0.900"


def test_a_diverged_network_does_not_lead() -> None:
    tally = Tally(1, 1, Measure())
    tally.add([result(valid_loss=math.nan)])
    assert tally.progress().best is None


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    half, whole = (StudyProgress(done, 2, 0.5, None) for done in (1, 2))
    pipe, terminal = io.StringIO(), FakeTerminal()
    for stream in (pipe, terminal):
        monkeypatch.setattr(sys, "stderr", stream)
        tell = progress_callable(True)
        tell(half)
        tell(whole)
    assert pipe.getvalue() == ""
    assert terminal.getvalue() == ("\r1 of 2 networks, 0.5 s\x1b[K\r2 of 2 networks, 0.5 s\x1b[K\n")


def test_progress_that_is_neither_switch_nor_callable_is_refused() -> None:
    with pytest.raises(ValueError, match=r"progress must be True, False or a callable\. Got 1"):
        progress_callable(1)  # type: ignore[arg-type]
