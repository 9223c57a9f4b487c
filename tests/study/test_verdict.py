from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from moonlet.exceptions import DivergedError
from moonlet.study.evidence import Evidence, Repeats
from moonlet.study.straight_line import StraightLine
from moonlet.study.verdict import Measure, Verdict, judge

FOLDS = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
STANDARD_ERROR = float(FOLDS.std(ddof=1) / np.sqrt(5))


def evidence(losses: Any, *, sizes: Any = (0, 3, 50), train: Any = None, scores: Any = None) -> Any:
    """Mean losses of shape (sizes, alphas) with a little spread over 5 folds and 2 starts."""
    means = np.asarray(losses, dtype=np.float64)

    def cube(values: Any) -> Any:
        spread = np.asarray(values, dtype=np.float64)[:, :, None, None] + FOLDS[:, None]
        return np.repeat(spread, 2, axis=3)

    return Evidence(
        sizes=sizes,
        alphas=(0.01, 1.0)[: means.shape[1]],
        n_parameters=(3, 13, 201, 401)[: len(means)],
        train_loss=cube(means if train is None else train),
        valid_loss=cube(means),
        valid_score=cube(means if scores is None else scores),
        seconds=cube(means),
        status=np.full((*means.shape, 5, 2), "converged", dtype=object),
    )


def line(mean: float, spread: Any = FOLDS) -> StraightLine:
    return StraightLine(alpha=0.1, valid_loss=mean + spread, valid_score=1.0 - mean - spread)


def decide(losses: Any, line_mean: float, spread: Any = FOLDS, **options: Any) -> Verdict:
    return judge(evidence(losses, **options), line(line_mean, spread), n_train=80, n_valid=20)


def test_each_size_is_judged_at_its_own_best_alpha() -> None:
    verdict = decide([[0.5, 0.4], [0.2, 0.3], [0.3, 0.25]], 0.4)
    assert [size.alpha for size in verdict.sizes] == [1.0, 0.01, 1.0]
    assert [size.mean for size in verdict.sizes] == pytest.approx([0.4, 0.2, 0.25])


def test_the_smallest_size_within_one_standard_error_of_the_best_is_recommended() -> None:
    within, beyond = 0.2 + 0.99 * STANDARD_ERROR, 0.2 + 1.01 * STANDARD_ERROR
    assert decide([[0.4], [within], [0.2]], 0.4).recommended.hidden == 3
    assert decide([[0.4], [beyond], [0.2]], 0.4).recommended.hidden == 50
    assert decide([[within], [within], [0.2]], 0.4).recommended.hidden == 0


def test_the_smallest_size_is_the_one_with_fewest_parameters_wherever_it_stands() -> None:
    verdict = decide([[0.2], [0.2], [0.2]], 0.2, sizes=(50, 3, 0))
    assert verdict.recommended.hidden == 50  # Parameters 3, 13, 201 in this order.


def test_a_network_beats_the_line_when_the_folds_agree() -> None:
    rng = np.random.RandomState(0)
    spread = rng.normal(0, 0.02, 5)
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, spread)
    differences = 0.4 + spread - (0.2 + FOLDS)
    t = differences.mean() / np.sqrt((1 / 5 + 20 / 80) * differences.var(ddof=1))
    assert verdict.gain == pytest.approx(differences.mean())
    assert verdict.p_value == pytest.approx(stats.t.sf(t, 4), rel=1e-12)
    assert verdict.n_compared == 5
    assert verdict.beats_line
    assert "The network beats the straight line" in str(verdict)


def test_the_folds_of_further_cuts_count_in_the_comparison_and_nowhere_else() -> None:
    rng = np.random.RandomState(1)
    spread, again, network = rng.normal(0, 0.02, (3, 10))
    shown = evidence([[0.4], [0.2], [0.3]])
    compared = StraightLine(0.1, 0.4 + spread, 0.6 - spread)
    repeats = Repeats(0.2 + network[:5] + again[:5], 0.8 - network[:5])
    verdict = judge(shown, compared, n_train=80, n_valid=20, repeats=repeats)
    networks = np.concatenate([0.2 + FOLDS, 0.2 + network[:5] + again[:5]])
    differences = 0.4 + spread - networks
    t = differences.mean() / np.sqrt((1 / 10 + 20 / 80) * differences.var(ddof=1))
    assert verdict.n_compared == 10
    assert verdict.gain == pytest.approx(differences.mean())
    assert verdict.p_value == pytest.approx(stats.t.sf(t, 9), rel=1e-12)
    assert verdict.n_folds == 5
    assert verdict.line.mean == pytest.approx(0.4 + spread[:5].mean())
    assert verdict.recommended.mean == pytest.approx(0.2)


def test_the_gap_and_the_spread_over_starts_are_told_of_the_recommended_size() -> None:
    losses, train = [[0.4], [0.2], [0.3]], [[0.35], [0.05], [0.01]]
    shown = evidence(losses, train=train)
    shown.valid_loss[1, 0, :, 1] += 0.06
    shown.train_loss[1, 0, :, 1] += 0.01
    verdict = judge(shown, line(0.4), n_train=80, n_valid=20)
    assert verdict.recommended.mean == pytest.approx(0.2)  # The start that trained better.
    assert verdict.train_loss == pytest.approx(0.05)
    assert verdict.gap == pytest.approx(0.15)
    assert verdict.restart_deviation == pytest.approx(0.06 / np.sqrt(2))
    assert "random starts alone spread it by 0.042" in str(verdict)
    assert "Its log loss on the rows it was trained on is 0.050, 0.150 lower" in str(verdict)


def test_no_gain_is_claimed_when_the_folds_disagree() -> None:
    spread = np.array([-0.5, 0.5, -0.4, 0.6, 0.1])
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, spread)
    assert verdict.recommended.hidden == 3
    assert not verdict.beats_line
    assert "no evidence that a network beats the straight line" in str(verdict)


def test_a_network_that_is_worse_than_the_line_is_said_to_be() -> None:
    verdict = decide([[0.4], [0.3]], 0.2, 0.9 * FOLDS, sizes=(2, 3))
    assert not verdict.beats_line
    assert "The straight line does better than the network" in str(verdict)


def test_no_gain_is_claimed_where_the_line_is_recommended() -> None:
    # Every fold is in favour of the network, by half a standard error.
    gain = 0.5 * STANDARD_ERROR
    verdict = decide([[0.2 + gain], [0.2]], 0.2 + gain, 1.01 * FOLDS, sizes=(0, 3))
    assert verdict.recommended.hidden == 0
    assert verdict.network is not None
    assert verdict.network.hidden == 3
    assert verdict.p_value < 0.05
    assert not verdict.beats_line
    assert "The straight line is enough" in str(verdict)
    assert "More rows would decide" in str(verdict)


def test_the_line_alone_is_told_as_such() -> None:
    verdict = decide([[0.4]], 0.4, sizes=(0,))
    assert verdict.network is None
    assert not verdict.beats_line
    assert "No network with hidden units was tried" in str(verdict)


def test_networks_that_did_not_converge_are_counted_and_told() -> None:
    shown = evidence([[0.4], [0.2]], sizes=(0, 3))
    shown.status[1, 0, 2:, 0] = "max_iter"
    verdict = judge(shown, line(0.4), n_train=80, n_valid=20)
    assert (verdict.n_networks, verdict.n_not_converged) == (20, 3)
    assert "3 of 20 networks stopped before they had converged" in str(verdict)
    assert "converged" not in str(decide([[0.4], [0.2]], 0.4, sizes=(0, 3)))


def test_a_setting_that_diverged_in_a_whole_fold_is_not_chosen() -> None:
    shown = evidence([[0.4, 0.4], [0.1, 0.3]], sizes=(0, 3))
    shown.valid_loss[1, 0, 2] = np.nan
    verdict = judge(shown, line(0.4), n_train=80, n_valid=20)
    assert verdict.best.alpha == 1.0
    assert verdict.best.mean == pytest.approx(0.3)


def test_a_size_that_always_diverged_is_shown_but_never_chosen() -> None:
    shown = evidence([[0.4], [0.1]], sizes=(0, 3))
    shown.valid_loss[1] = np.nan
    verdict = judge(shown, line(0.4), n_train=80, n_valid=20)
    assert verdict.recommended.hidden == verdict.best.hidden == 0
    assert np.isnan(verdict.sizes[1].mean)
    assert str(verdict)


def test_a_study_in_which_all_diverged_has_no_verdict() -> None:
    shown = evidence([[0.4], [0.1]], sizes=(0, 3))
    shown.valid_loss[:] = np.nan
    with pytest.raises(DivergedError, match="solver='lbfgs'"):
        judge(shown, line(0.4), n_train=80, n_valid=20)


def test_a_scorer_is_better_when_it_is_greater() -> None:
    shown = evidence([[0.1], [0.2]], sizes=(0, 3), scores=[[0.8], [0.9]])
    measure = Measure("held-out accuracy", greater_is_better=True)
    verdict = judge(shown, line(0.2, 1.1 * FOLDS), n_train=80, n_valid=20, measure=measure)
    assert verdict.recommended.hidden == 3
    assert verdict.recommended.mean == pytest.approx(0.9)
    assert verdict.line.mean == pytest.approx(0.8)
    assert verdict.gain == pytest.approx(0.1)
    assert verdict.beats_line
    assert "held-out accuracy 0.900" in str(verdict)


def test_a_verdict_cannot_be_changed() -> None:
    verdict = decide([[0.4], [0.2]], 0.4, sizes=(0, 3))
    with pytest.raises(AttributeError):
        verdict.beats_line = True  # type: ignore[misc]
