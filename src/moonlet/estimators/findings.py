"""What the tutor says of a training, thought about when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moonlet.diagnosis import Finding, diagnose
from moonlet.estimators.network import Network

__all__ = ["Findings"]


class Findings:
    """The findings of one training; parameters that are changed later do not change them.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        As training left it.
    """

    __slots__ = ("_found", "_of")

    def __init__(self, estimator: Network, learned: dict[str, Any]) -> None:
        self._of = estimator._twin({**learned, "_findings": None})  # or each keeps the last one
        self._found: list[Finding] | None = None

    @classmethod
    def of(cls, findings: list[Finding]) -> Findings:
        """Those that somebody has found already."""
        made = cls.__new__(cls)
        made._found = findings
        return made

    def __call__(self) -> list[Finding]:
        """Think, at the first call."""
        if self._found is None:
            self._found = diagnose(self._of)
        return self._found

    def __reduce__(self) -> tuple[Callable[[list[Finding]], Findings], tuple[list[Finding]]]:
        return Findings.of, (self(),)
