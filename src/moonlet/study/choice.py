"""Which setting is chosen for a fold without that fold's held-out rows.

Where the loss of every row is known, all rows but those of the fold choose, over all cuts: what a
row says is then the mean over several trainings. A score of several rows together cannot be
taken apart: there the folds choose that share no held-out row with the one to be judged.

How it differs from the textbook, a cross-validation nested within each fold [1]_:

1. No network is trained for it. The losses that choose for a fold are of other rows, but the
   networks have seen the fold's rows in training. Nesting takes as many times the work as there
   are folds, and found fewer of the true gains (see `rules`).
2. A row says what it costs on average over all cuts, and a fold is left out row by row: a fold of
   another cut, some of whose rows are in this one, still has a say with its other rows.
3. What diverged costs infinitely much, so that it is never chosen.
4. Where all folds share rows with the one to be judged, all others choose. So it may be with
   splitters of the caller's; there is nobody else.

References
----------
.. [1] S. Varma and R. Simon, "Bias in error estimation when using cross-validation for model
   selection", BMC Bioinformatics 7, 2006.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moonlet.specs import Array
from moonlet.study.cuts import Fold


def choose_by_rows(losses: Sequence[Array], folds: Sequence[Fold], weight: Array) -> list[int]:
    """Choose for each fold by the losses of all other rows.

    Parameters
    ----------
    losses : sequence of ndarray of shape (n_settings, n_held_out)
        Of each fold's held-out rows.
    folds : sequence of Fold
    weight : ndarray of shape (n_total,)
        Of the held-out rows of all folds, one fold after the other.

    Returns
    -------
    chosen : list of int
        The setting of the lowest mean, for each fold.
    """
    weighted = np.concatenate(losses, axis=1) * weight
    positions = np.concatenate([fold.valid for fold in folds])
    total = weighted.sum(axis=1)
    chosen = []
    for fold in folds:
        mine = np.isin(positions, fold.valid)
        rest = total - weighted[:, mine].sum(axis=1)
        chosen.append(int(np.nan_to_num(rest, nan=np.inf).argmin()))
    return chosen


def choose_by_folds(costs: Array, folds: Sequence[Fold]) -> list[int]:
    """Choose for each fold by the costs, of shape (n_settings, n_folds), of those apart from it."""
    chosen = []
    for place, fold in enumerate(folds):
        others = [at for at in range(len(folds)) if at != place]
        apart = [at for at in others if not np.intersect1d(folds[at].valid, fold.valid).size]
        means = costs[:, apart or others].mean(axis=1)
        chosen.append(int(np.nan_to_num(means, nan=np.inf).argmin()))
    return chosen
