"""Which setting is chosen for a fold without that fold's held-out rows.

Where the loss of every row is known, all rows but those of the fold choose, over all cuts: what a
row says is then the mean over several trainings. A score of several rows together cannot be
taken apart: there the folds choose that share no held-out row with the one to be judged.
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
