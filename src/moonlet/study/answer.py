"""The answer of a verdict: three lines to act on, in every language of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Callable

from moonlet.study.decision import Decision
from moonlet.study.words import interval_in_words, size_in_words
from moonlet.words import Language, Value, catalogue, say

__all__ = ["three_lines"]

# Above this share of one class, being right often says little.
_COMMON = 0.75


def three_lines(verdict: Decision, language: Language = "en") -> str:
    """Write what a person acts on: which model, how much better, what to do next."""

    def told(key: str, **values: Value) -> str:
        return say(f"verdict.{key}", values, language=language)

    lines = (
        told(_which(verdict)),
        _how_much(verdict, told, language),
        _what_next(verdict, told, language),
    )
    return "\n".join(lines)


def _line_is_better(verdict: Decision) -> bool:
    return verdict.gain_interval[1] < 0.0


def _which(verdict: Decision) -> str:
    if verdict.beats_line:
        return "network"
    if not verdict.was_compared:
        return "line_alone"
    if _line_is_better(verdict):
        return "line_better"
    if not verdict.test_rows_object:
        return "undecided"
    return "line_contradiction" if verdict.gain_interval[0] > 0.0 else "line_by_test_rows"


def _how_much(verdict: Decision, told: Callable[..., str], language: Language) -> str:
    """Say the difference in the measure, as a share, and in units that mean something."""
    measure = _measure(verdict.measure.name.removeprefix("held-out "), language)
    if not verdict.was_compared:
        return told("measured", measure=measure, value=verdict.line.mean)
    is_higher = (verdict.gain >= 0.0) == verdict.measure.greater_is_better
    is_known = math.isfinite(verdict.gain_share)
    low, high = verdict.gain_interval
    return told(
        "higher" if is_higher else "lower",
        measure=measure,
        gain=abs(verdict.gain),
        line=verdict.line_mean,
        share=told("share", share=abs(verdict.gain_share)) if is_known else "",
        interval=interval_in_words((low, high) if verdict.gain >= 0.0 else (-high, -low), language),
        units=_in_units(verdict, told),
    )


def _measure(name: str, language: Language) -> str:
    # A scorer may be anybody's.
    key = f"measure.{name.lower().replace(' ', '_')}"
    return say(key, language=language) if key in catalogue(language) else name


def _in_units(verdict: Decision, told: Callable[..., str]) -> str:
    """The same in rows put right, or in the unit of the target."""
    scores = verdict.scores
    if scores is None:
        return ""
    if math.isfinite(verdict.base_rate):
        values = {"network": 100 * scores.network, "line": 100 * scores.line}
        if verdict.base_rate > _COMMON:
            return told("in_rows_of_common", **values, common=100 * verdict.base_rate)
        return told("in_rows", **values)
    if verdict.measure.loss == "squared error":
        ours = math.sqrt(max(verdict.line_mean - verdict.gain, 0.0))
        return told("in_errors", network=ours, line=math.sqrt(verdict.line_mean))
    return told("in_r2", network=scores.network, line=scores.line)


def _what_next(verdict: Decision, told: Callable[..., str], language: Language) -> str:
    delivered, enough = verdict.delivered, verdict.recommended
    is_line = delivered.hidden == 0
    size = size_in_words(delivered.hidden, language)
    if verdict.n_starts > 1:
        size = told("starts", n=verdict.n_starts, size=size)
    you_get = told("you_get_line") if is_line else told("you_get_network", size=size)
    if verdict.beats_line:
        if enough.hidden != delivered.hidden:
            return told(
                "next_enough_line" if is_line else "next_enough_network",
                enough=_with_a_capital(size_in_words(enough.hidden, language)),
                n=1 if enough.hidden == 1 else 2,
                size=size,
            )
        is_alone = verdict.sizes_not_told_apart[:1] == (delivered.hidden,)
        return told("next_no_smaller" if is_alone else "next", you_get=you_get)
    if not verdict.was_compared or _line_is_better(verdict):
        return told("next_all_rows" if is_line else "next", you_get=you_get)
    return told("next_more_rows" if is_line else "next_mean", you_get=you_get)


def _with_a_capital(text: str) -> str:
    return text[0].upper() + text[1:]
