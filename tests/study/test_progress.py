from __future__ import annotations

import io
import math
import sys

import pytest

from moonlet.study.progress import Leader, StudyProgress, Tally, progress_callable
from moonlet.study.verdict import Measure
from tests.study.test_store import result


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_best_is_told_only_when_a_setting_has_been_through_all_folds() -> None:
    tally = Tally(total=4, n_each=2, measure=Measure())
    tally.add([result(hidden=3, alpha=0.1, fold=0, valid_loss=0.1)])
    assert tally.progress().leaders == ()
    tally.add([result(hidden=0, alpha=0.1, fold=fold, valid_loss=0.5) for fold in (0, 1)])
    assert tally.progress().leaders == (Leader(0, 0.1, 0.5),)
    tally.add([result(hidden=3, alpha=0.1, fold=1, valid_loss=0.3)])
    progress = tally.progress()
    assert progress.leaders == (Leader(3, 0.1, 0.2), Leader(0, 0.1, 0.5))
    assert "best so far: 3 hidden units, alpha 0.1, held-out log loss 0.200" in str(progress)
    assert (progress.done, progress.total) == (4, 4)


def test_a_scorers_best_is_the_greatest() -> None:
    tally = Tally(2, 1, Measure("held-out f1", greater_is_better=True))
    tally.add([result(hidden=2, valid_score=0.7), result(hidden=3, valid_score=0.9)])
    assert [leader.hidden for leader in tally.progress().leaders] == [3, 2]
    assert "best so far: 3 hidden units, alpha 0.3, held-out f1 0.900" in str(tally.progress())


def test_the_start_with_the_lowest_training_loss_speaks_for_its_fold() -> None:
    tally = Tally(2, 2, Measure())
    starts = ((0.2, 0.1), (0.1, 0.4))
    tally.add(
        [
            result(restart=at, train_loss=train, valid_loss=valid)
            for at, (train, valid) in enumerate(starts)
        ]
    )
    assert tally.progress().leaders[0].mean == 0.4


def test_a_diverged_network_does_not_lead() -> None:
    tally = Tally(1, 1, Measure())
    tally.add([result(train_loss=math.nan, valid_loss=math.nan)])
    assert tally.progress().leaders == ()


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    half, whole = (StudyProgress(done, 2, 0.5) for done in (1, 2))
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
