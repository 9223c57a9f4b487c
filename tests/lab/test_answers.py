"""Which studies a server keeps for its pages."""

from __future__ import annotations

from typing import Any

import pytest

from moonlet.exceptions import DataError
from moonlet.lab import answers
from moonlet.lab.answers import MOST_STUDIES, Studies

TABLE = answers.read("rows.csv", b"a,b,y\n" + b"0.5,1,no\n1.25,0,yes\n" * 20)
ROWS: dict[str, Any] = {"table": TABLE, "language": "zh"}


class Noted:
    """A study that trains nothing; it notes when it is closed."""

    made: list[Noted]

    def __init__(self, dataset: Any, seed: int, language: str) -> None:
        self.name = f"study-{len(self.made)}"
        self.given = (len(dataset.X), seed, language)
        self.state = "running"
        self.closed = 0
        self.made.append(self)

    def note(self) -> dict[str, Any]:
        return {"state": self.state}

    def report(self) -> bytes:
        return self.name.encode()

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def studies(monkeypatch: pytest.MonkeyPatch) -> Studies:
    Noted.made = []
    monkeypatch.setattr(answers, "BackgroundStudy", Noted)
    return Studies()


def test_one_that_is_ended_is_closed_once_and_known_no_more(studies: Studies) -> None:
    first, second = studies.start({**ROWS, "seed": 7}), studies.start(ROWS)
    assert [one.given for one in Noted.made] == [(40, 7, "zh"), (40, 0, "zh")]
    studies.end(first)
    studies.end(first)
    studies.end("one that never was")
    assert [one.closed for one in Noted.made] == [1, 0]
    assert studies.note(first) is None
    assert studies.report(first) is None
    assert studies.report(second) == b"study-1"
    studies.close()
    assert [one.closed for one in Noted.made] == [1, 1]


def test_a_report_is_named_when_the_study_is_done(studies: Studies) -> None:
    name = studies.start(ROWS)
    assert studies.note(name) == {"state": "running", "report": None}
    Noted.made[0].state = "done"
    assert studies.note(name) == {"state": "done", "report": f"./report/{name}"}


def test_no_more_are_begun_than_may_run_at_a_time(studies: Studies) -> None:
    for _ in range(MOST_STUDIES):
        studies.start(ROWS)
    with pytest.raises(DataError, match=f"{MOST_STUDIES} studies are running already. Stop one"):
        studies.start(ROWS)
    Noted.made[0].state = "done"
    studies.start(ROWS)
    assert len(Noted.made) == MOST_STUDIES + 1
