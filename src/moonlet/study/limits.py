"""What a study did not look at, told with its verdict: edges of the search, time that was up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from moonlet.study.decision import Decision
from moonlet.study.grid import Grid
from moonlet.study.words import size_in_words


def limits(
    verdict: Decision,
    grid: Grid,
    stopped: Literal["time", "interrupted"] | None,
    *,
    is_sparse: bool = False,
    penalties: Sequence[float] = (),
    without_trees: bool = False,
    over_one_answer: tuple[float, float] | None = None,
) -> tuple[str, ...]:
    """Say where a better network may lie that was not tried.

    Parameters
    ----------
    verdict : Decision
    grid : Grid
    stopped : {"time", "interrupted"}, optional
        Why the contest did not come to its end.
    is_sparse : bool
        Whether the rows are sparse.
    penalties : sequence of float
        Of the straight line, if there was no time for all.
    without_trees : bool
        Whether there was no time for boosted trees.
    over_one_answer : tuple of float, optional
        Interval of the gain of what is delivered over one answer for all test rows.
    """
    said, alphas = [], grid.alphas
    if over_one_answer is not None and not over_one_answer[0] > 0.0:
        answer = "the shares of the classes" if math.isfinite(verdict.base_rate) else "the mean"
        said.append(
            "These columns may tell nothing of the target: on the test rows what you get is not "
            f"shown to be better than one answer for all of them, {answer}."
        )
    if is_sparse and grid.trees:
        said.append("X is sparse, which boosted trees do not take: there are none to compare with.")
    if not grid.effort.races:
        chosen = "; the first fold chose the alpha of each size" if alphas is None else ""
        starts = "one random start was" if grid.n_starts == 1 else f"{grid.n_starts} starts were"
        bits = ", in 32 bit," if grid.effort.in_32_bit else ""
        said.append(
            f"Of so many rows {starts} trained{bits} on the {verdict.n_folds} "
            f"folds of one cut{chosen}."
        )
    if stopped is not None:
        reason = "time was up" if stopped == "time" else "it was interrupted"
        n = verdict.n_networks
        trained = f"{n:,} networks say that were" if n != 1 else "one network says that was"
        said.append(
            f"The study did not come to its end: {reason}. This is what the {trained} trained by "
            "then; others may be better."
        )
    if penalties:
        tried = ", ".join(f"{alpha:g}" for alpha in penalties)
        said.append(
            f"For the straight line there was time for {len(penalties)} of its penalties "
            f"({tried}): another may make it better."
        )
    if without_trees:
        said.append("There was no time for boosted trees.")
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
        further = (
            "of so many rows none is tried that takes minutes: name some by hidden="
            if grid.grows and not grid.effort.races
            else 'hidden="auto" goes on while rows allow it'
        )
        said.append(
            f"{size_in_words(best.hidden).capitalize()} were the most that was tried: more may do "
            f"better ({further})."
        )
    return tuple(said)
