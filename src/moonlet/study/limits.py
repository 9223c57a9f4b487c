"""What a study did not look at, told with its verdict: edges of the search, time that was up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from moonlet.study.words import size_in_words

if TYPE_CHECKING:
    from moonlet.study.verdict import Verdict


def limits(
    verdict: Verdict,
    alphas: tuple[float, ...] | None,
    stopped: Literal["time", "interrupted"] | None,
) -> tuple[str, ...]:
    """Say where a better network may lie that was not tried.

    Parameters
    ----------
    verdict : Verdict
    alphas : tuple of float or None
        As given; None where they were searched for.
    stopped : {"time", "interrupted"}, optional
        Why the contest did not come to its end.
    """
    said = []
    if stopped is not None:
        reason = "time was up" if stopped == "time" else "it was interrupted"
        said.append(
            f"The study did not come to its end: {reason}. This is what the "
            f"{verdict.n_networks:,} networks say that had been trained; others may be better."
        )
    best = verdict.best
    if best.hidden == 0:
        return tuple(said)
    if alphas is not None and len(alphas) > 1 and best.alpha in (min(alphas), max(alphas)):
        edge, other = (
            ("largest", "larger") if best.alpha == max(alphas) else ("smallest", "smaller")
        )
        said.append(
            f"The best alpha, {best.alpha:g}, is the {edge} that was tried: a {other} one may do "
            'better (alpha="auto" goes on).'
        )
    sizes = [size for size in verdict.sizes if size.hidden != 0]
    if len(sizes) > 1 and verdict.recommended.hidden == sizes[-1].hidden:
        said.append(
            f"{size_in_words(best.hidden).capitalize()} were the most that was tried: more may do "
            'better (hidden="auto" goes on while rows allow it).'
        )
    return tuple(said)
