from __future__ import annotations

import io
import math
import sys

import pytest

from moonlet.study.evidence import Evidence
from moonlet.study.measure import Measure
from moonlet.study.progress import Leader, StudyProgress, Tally, progress_callable
from moonlet.study.training import NetworkResult
from tests.study.test_store import result


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def tally_of(
    results: list[NetworkResult], n_folds: int, n_starts: int, measure: Measure | None = None
) -> Tally:
    evidence = Evidence(None, measure or Measure(), n_folds, 0, n_starts)  # type: ignore[arg-type]
    evidence.add(results)
    return Tally(evidence)


def test_the_best_is_told_only_when_a_setting_has_been_through_all_folds() -> None:
    some = [result(hidden=3, alpha=0.1, fold=0, valid_loss=0.1)]
    assert tally_of(some, 2, 1).progress().leaders == ()
    some += [result(hidden=0, alpha=0.1, fold=fold, valid_loss=0.5) for fold in (0, 1)]
    assert tally_of(some, 2, 1).progress().leaders == (Leader(0, 0.1, 0.5),)
    some += [result(hidden=3, alpha=0.1, fold=1, valid_loss=0.3)]
    tally = tally_of(some, 2, 1)
    tally.expect(3)
    tally.expect(1)
    progress = tally.progress()
    assert progress.leaders == (Leader(3, 0.1, 0.2), Leader(0, 0.1, 0.5))
    assert "best so far: 3 hidden units, alpha 0.1, held-out log loss 0.200" in str(progress)
    assert (progress.done, progress.total) == (4, 4)


def test_a_scorers_best_is_the_greatest() -> None:
    some = [result(hidden=2, valid_score=0.7), result(hidden=3, valid_score=0.9)]
    measure = Measure("held-out f1", greater_is_better=True, perfect=1.0)
    progress = tally_of(some, 1, 1, measure).progress()
    assert [leader.hidden for leader in progress.leaders] == [3, 2]
    assert "best so far: 3 hidden units, alpha 0.3, held-out f1 0.900" in str(progress)


def test_a_diverged_network_does_not_lead() -> None:
    nan = math.nan
    assert tally_of([result(train_loss=nan, valid_loss=nan)], 1, 1).progress().leaders == ()


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    half, whole = (StudyProgress(done, 2, 0.5) for done in (1, 2))
    pipe, terminal = io.StringIO(), FakeTerminal()
    for stream in (pipe, terminal):
        monkeypatch.setattr(sys, "stderr", stream)
        tell = progress_callable(True)
        assert (tell is None) == (stream is pipe)
        for progress in (half, whole) if tell else ():
            tell(progress)
    assert pipe.getvalue() == ""
    assert terminal.getvalue() == ("\r1 of 2 networks, 0.5 s\x1b[K\r2 of 2 networks, 0.5 s\x1b[K\n")


def test_progress_that_is_neither_switch_nor_callable_is_refused() -> None:
    with pytest.raises(ValueError, match=r"progress must be True, False or a callable\. Got 1"):
        progress_callable(1)  # type: ignore[arg-type]
