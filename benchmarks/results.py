"""From measured seconds to rows: a ratio, its spread, and whether what was promised is met.

Results are a plain dict, as `docs/benchmarks.json` keeps it: "machine", "quick", "minutes",
"cases" (what `turns.measure` gives) and "limits" (figures that are no ratio to a peer).
Table, picture and page are all made from `rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any, Literal

__all__ = ["Comparison", "Row", "comparisons", "fastest", "limit_row", "rows"]

Results = Mapping[str, Any]
Status = Literal["met", "missed", "told", "absent"]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Parameters
    ----------
    case, peer : str
        What was done, and beside whom.
    variant : str
        Of the peer, the one that was fastest.
    library : str
        Of the peer.
    ratio, low, high : float or None
        Median, least and largest over the rounds; None when it was not measured.
    at_least : float or None
    status : {"met", "missed", "told", "absent"}
        "told" where nothing was promised.
    verdict : str
        The status in words: by how much it is missed, or why there is no figure.
    """

    case: str
    peer: str
    variant: str
    library: str
    ratio: float | None
    low: float | None
    high: float | None
    at_least: float | None
    status: Status
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """Our mean error beside a peer's, over the same starts or seeds."""

    case: str
    name: str
    ours: float
    peer: str
    theirs: float
    standard_error: float
    n: int

    @property
    def no_worse(self) -> bool:
        """Whether ours is lower, or higher by no more than two standard errors."""
        return self.ours - self.theirs <= 2.0 * self.standard_error

    def __str__(self) -> str:
        verdict = "no worse" if self.no_worse else "WORSE"
        return (
            f"mean {self.name} {self.ours:.4g}, {self.peer} {self.theirs:.4g}; difference "
            f"{self.ours - self.theirs:+.2g} ± {self.standard_error:.1g} over {self.n}: {verdict}"
        )


def fastest(case: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The contender of this name, or the fastest variant of the library of this name."""
    timed = [one for one in case["contenders"] if one["seconds"]]
    named = [one for one in timed if one["name"] == name]
    candidates = named or [one for one in timed if one["library"] == name]
    return min(candidates, key=lambda one: median(one["seconds"]), default=None)


def rows(results: Results) -> list[Row]:
    """All lines of the table, case by case."""
    made = [_row(case, goal) for case in results["cases"] for goal in case["goals"]]
    return made + [limit_row(limit) for limit in results["limits"]]


def limit_row(limit: Mapping[str, Any]) -> Row:
    """A figure with an upper limit, as the ratio of the limit to it."""
    ratio = limit["at_most"] / limit["value"]
    return Row(
        limit["name"],
        f"limit of {limit['at_most']:g} {limit['unit']}",
        limit["detail"],
        "limit",
        ratio,
        ratio,
        ratio,
        1.0,
        *_verdict(ratio, 1.0, []),
    )


def comparisons(case: Mapping[str, Any]) -> list[Comparison]:
    """Our errors beside the peers', for every name of an error that both give.

    Variants of one library compute the same: the first of each speaks for it.
    """
    given = [one for one in case["contenders"] if one.get("errors")]
    ours = next((one for one in given if one["library"] == "moonlet"), None)
    if ours is None:
        return []
    made = []
    seen = {"moonlet"}
    for peer in given:
        if peer["library"] in seen:
            continue
        seen.add(peer["library"])
        for name, values in ours["errors"].items():
            theirs = peer["errors"].get(name)
            if theirs:
                made.append(_comparison(case["name"], name, values, peer["library"], theirs))
    return made


def _comparison(
    case: str, name: str, ours: Sequence[float], peer: str, theirs: Sequence[float]
) -> Comparison:
    differences = [a - b for a, b in zip(ours, theirs, strict=True)]
    n = len(differences)
    error = stdev(differences) / n**0.5 if n > 1 else 0.0
    return Comparison(case, name, fmean(ours), peer, fmean(theirs), error, n)


def _row(case: Mapping[str, Any], goal: Mapping[str, Any]) -> Row:
    slow, fast = fastest(case, goal["slow"]), fastest(case, goal["fast"])
    peer = goal["title"] or goal["slow"]
    if slow is None or fast is None:
        library = next((one["library"] for one in _of(case, goal["slow"])), goal["slow"])
        why: tuple[Status, str] = ("absent", _why_absent(case, goal))
        if case["wrong"]:
            why = ("missed", "WRONG ANSWER")
        return Row(case["name"], peer, "", library, None, None, None, goal["at_least"], *why)
    pairs = zip(slow["seconds"], fast["seconds"], strict=True)
    ratios = [a / b / goal["work"] for a, b in pairs]
    worse = [one for one in comparisons(case) if not one.no_worse and one.peer == slow["library"]]
    return Row(
        case["name"],
        peer,
        slow["name"] if len(_of(case, goal["slow"])) > 1 else "",
        slow["library"],
        median(ratios),
        min(ratios),
        max(ratios),
        goal["at_least"],
        *_verdict(median(ratios), goal["at_least"], worse),
    )


def _verdict(
    ratio: float, at_least: float | None, worse: Sequence[Comparison]
) -> tuple[Status, str]:
    if worse:
        return "missed", f"{worse[0].name} is WORSE"
    if at_least is None:
        return "told", ""
    if ratio >= at_least:
        return "met", "met"
    return "missed", f"SHORT by {1.0 - ratio / at_least:.1%}"


def _of(case: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [one for one in case["contenders"] if name in (one["name"], one["library"])]


def _why_absent(case: Mapping[str, Any], goal: Mapping[str, Any]) -> str:
    absent = [
        one["absent"]
        for name in (goal["slow"], goal["fast"])
        for one in _of(case, name)
        if "absent" in one
    ]
    failed = [
        one["failed"]
        for name in (goal["slow"], goal["fast"])
        for one in _of(case, name)
        if "failed" in one
    ]
    if failed:
        return f"FAILED: {failed[0]}"
    return absent[0] if absent else "not measured"
