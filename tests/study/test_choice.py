from __future__ import annotations

import numpy as np

from moonlet.study.choice import choose_by_folds, choose_by_rows
from moonlet.study.cuts import Fold


def cut(seed: int, n_rows: int = 60, n_folds: int = 5) -> list[Fold]:
    order = np.random.RandomState(seed).permutation(n_rows)
    parts = [np.sort(part) for part in np.array_split(order, n_folds)]
    return [Fold(np.setdiff1d(order, part), part) for part in parts]


def test_a_fold_has_no_part_in_its_own_choice_in_whichever_cut_its_rows_stand() -> None:
    random = np.random.RandomState(0)
    folds = [*cut(1), *cut(2), *cut(3)]
    table = random.normal(size=(4, 60))
    losses = [table[:, fold.valid] for fold in folds]
    weight = np.ones(180)
    before = choose_by_rows(losses, folds, weight)
    for place, fold in enumerate(folds):
        changed = table.copy()
        changed[:, fold.valid] = 1e3 * random.normal(size=(4, len(fold.valid)))
        again = choose_by_rows([changed[:, one.valid] for one in folds], folds, weight)
        assert again[place] == before[place]


def test_the_choice_is_the_best_mean_over_all_other_rows() -> None:
    random = np.random.RandomState(0)
    folds = [*cut(1), *cut(2)]
    weight = random.uniform(0.5, 2.0, size=120)
    losses = [random.normal(size=(6, len(fold.valid))) for fold in folds]
    positions = np.concatenate([fold.valid for fold in folds])
    for place, chosen in enumerate(choose_by_rows(losses, folds, weight)):
        others = ~np.isin(positions, folds[place].valid)
        means = np.average(
            np.concatenate(losses, axis=1)[:, others], axis=1, weights=weight[others]
        )
        assert chosen == means.argmin()


def test_a_setting_that_diverged_is_not_chosen() -> None:
    folds = cut(1)
    losses = [np.full((2, len(fold.valid)), [[0.1], [0.5]]) for fold in folds]
    losses[0][0, 0] = np.nan
    assert choose_by_rows(losses, folds, np.ones(60))[1:] == [1, 1, 1, 1]


def test_by_folds_those_choose_that_share_no_held_out_row() -> None:
    folds = [*cut(1), *cut(2)]
    random = np.random.RandomState(0)
    costs = random.normal(size=(5, 10))
    for place, chosen in enumerate(choose_by_folds(costs, folds)):
        # In its own cut: in the other every fold holds some of its rows.
        others = [at for at in range(10) if at // 5 == place // 5 and at != place]
        assert chosen == costs[:, others].mean(axis=1).argmin()


def test_where_all_folds_overlap_all_others_choose() -> None:
    folds = [Fold(np.arange(10, 20), np.array([0, at])) for at in (1, 2, 3)]
    costs = np.array([[0.0, 9.0, 2.0], [5.0, 1.0, 4.0]])
    # Means of the other two folds: 5.5 against 2.5, 1 against 4.5, 4.5 against 3.
    assert choose_by_folds(costs, folds) == [1, 0, 1]
