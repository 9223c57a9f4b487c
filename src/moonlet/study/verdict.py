"""What a study decided, in the words that a person reads."""

from __future__ import annotations

from dataclasses import dataclass

from moonlet.study.answer import three_lines
from moonlet.study.decision import Decision
from moonlet.study.words import paragraph
from moonlet.words import Language

__all__ = ["Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict(Decision):
    """How large a network the problem needs; `str()` is what a person reads.

    Its numbers are those of `moonlet.study.decision.Decision`.
    """

    @property
    def answer(self) -> str:
        """Three lines to act on: which model, how much better, what to do next."""
        return self.answer_in("en")

    def answer_in(self, language: Language) -> str:
        """The same in another language: "en" or "zh"."""
        return three_lines(self, language)

    @property
    def evidence(self) -> str:
        """What the answer rests on, as one paragraph."""
        return paragraph(self)

    def __str__(self) -> str:
        return "\n".join([self.answer, *self.warnings, self.evidence])
