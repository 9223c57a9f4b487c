"""Sessions for the tests, driven without a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from moonlet.lab import messages as m
from moonlet.lab.session import Session

Report = TypeVar("Report")


def settings(**parts: dict[str, Any]) -> m.Settings:
    """The usual settings with some of them changed: settings(data={"source": "iris"})."""
    usual = m.Settings(pace=0)
    return replace(
        usual, **{name: replace(getattr(usual, name), **change) for name, change in parts.items()}
    )


def train(session: Session, passes: int | None = None) -> None:
    """Train to the end, or by so many passes."""
    if passes is not None:
        session.experiment.run.advance(passes, seconds=60.0)
        return
    session.answer(m.Play())
    while session.wants_training:
        session.advance(0.05)


def report(session: Session, request: m.Request, kind: type[Report]) -> Report:
    """The report of that kind that a request is answered with."""
    found = [answer for answer, _ in session.answer(request) if isinstance(answer, kind)]
    assert found, session.answer(request)
    return found[-1]


def file(session: Session, what: Any) -> bytes:
    """The contents of a file that is asked for."""
    ((answer, buffers),) = session.answer(m.Ask(what))
    assert isinstance(answer, m.File), answer
    return buffers[0]
