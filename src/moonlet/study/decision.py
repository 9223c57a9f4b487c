"""What a study decided, in numbers: by the rules of `rules`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from moonlet.study.enough import Contender
from moonlet.study.measure import Measure
from moonlet.study.overfitting import Overfitting, SecondDescent
from moonlet.study.paired import PairedTest
from moonlet.study.plan import Size
from moonlet.study.scores import FinalScores, gain_of

__all__ = ["Decision", "Scores"]


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy (R squared, or the scorer's value) of the network and of the line, on held-out rows.

    `gain` is their difference, and how far chance explains it.
    """

    network: float
    line: float
    gain: PairedTest


@dataclass(frozen=True, slots=True)
class Decision:
    """How large a network the problem needs, in numbers; `Verdict` puts it in words.

    Parameters
    ----------
    measure : Measure
        What `sizes`, `best`, `line` and `gain` are in.
    n_folds : int
        Of the first cut.
    sizes : tuple of Contender
        Each size at its best alpha, in the study's order; 0, if it is one of them, is the line.
    recommended : Contender
        The smallest size that cannot be told from the best; the line where no gain is shown.
    best : Contender
        The network with the best mean; the line where none was tried.
    line : Contender
        The straight line; `hidden` is 0.
    comparison : PairedTest
        Of network and line, each chosen for every fold without that fold.
    n_compared : int
        Folds of that comparison: those of further cuts are among them.
    line_mean : float
        The line's mean over those folds.
    scores : Scores or None
        Beside the loss, what a single row cannot dominate; None where a scorer decides.
    sizes_not_told_apart : tuple of int or tuple of int
        Sizes that cannot be told from the best, that among them; 0 is the line.
    delivered : Contender
        What `best_estimator_` is made with.
    n_starts : int
        Random starts that are merged in it.
    train_loss, gap : float
        The delivered model's loss on the rows it was trained on, and by how much that on
        the held-out rows is higher; NaN for the line.
    restart_deviation : float
        Spread of the best network that random starts alone cause, in the study's
        measure; NaN with a single start.
    trees : PairedTest or None
        How much better boosted trees are than what is delivered; None without trees.
    trees_mean : float
    base_rate : float
        Share of the most frequent class; NaN for numbers.
    overfitting : Overfitting or None
        The worst case seen; None where the data show none.
    second_descent : SecondDescent or None
        Where held-out rows fare better again past interpolation, if the data show it.
    n_networks, n_not_converged, n_diverged, n_failed : int
        Trained in all; stopped before converging, for whatever reason; of these, those
        that diverged, and those that killed the process that trained them.
    n_dropped : int
        Settings that were dropped after the first folds, being clearly behind.
    warnings : tuple of str
        What may make all of this wrong, and what was not looked at.
    test_scores : dict or None
        `CapacityStudy.test_scores_`.
    """

    measure: Measure
    n_folds: int
    sizes: tuple[Contender, ...]
    recommended: Contender
    best: Contender
    line: Contender
    comparison: PairedTest
    n_compared: int
    line_mean: float
    scores: Scores | None
    sizes_not_told_apart: tuple[Size, ...]
    delivered: Contender
    n_starts: int
    train_loss: float
    gap: float
    restart_deviation: float
    trees: PairedTest | None
    trees_mean: float
    base_rate: float
    overfitting: Overfitting | None
    second_descent: SecondDescent | None
    n_networks: int
    n_not_converged: int
    n_diverged: int = 0
    n_failed: int = 0
    n_dropped: int = 0
    warnings: tuple[str, ...] = ()
    test_scores: FinalScores | None = None

    @property
    def beats_line(self) -> bool:
        """Whether the study claims that a network beats the straight line."""
        return self.comparison.interval[0] > 0.0 and not self.test_rows_object

    @property
    def test_rows_object(self) -> bool:
        """Whether the test rows say, with 95 % confidence, that the network is the worse."""
        return self.test_scores is not None and gain_of(self.test_scores)[1][1] < 0.0

    @property
    def gain(self) -> float:
        """How much better the network is than the line: mean difference, positive if better."""
        return self.comparison.difference

    @property
    def gain_interval(self) -> tuple[float, float]:
        """95 % interval of `gain`; without bounds where the folds do not tell."""
        return self.comparison.interval

    @property
    def gain_share(self) -> float:
        """`gain` as a share of what the line falls short of the perfect value."""
        cost = float(self.measure.cost(np.asarray(self.line_mean)))
        known = self.measure.perfect is not None and cost > 0.0
        return self.gain / cost if known else math.nan

    @property
    def was_compared(self) -> bool:
        """Whether there was a network to compare the line with."""
        return self.best.hidden != 0

    @property
    def p_value(self) -> float:
        """Two-sided, of `gain`: below 0.05 where the interval does not hold 0."""
        one_sided = self.comparison.p_value
        return 2.0 * min(one_sided, 1.0 - one_sided)
