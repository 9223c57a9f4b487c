from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    log_loss,
    mean_absolute_error,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_squared_error,
    r2_score,
)

from moonlet.study.targets import Classes, Numbers, Scale, mean

RANDOM = np.random.RandomState(0)
VALUES, PREDICTIONS = RANDOM.normal(size=(2, 50))


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_the_quantile_loss_is_scikit_learns_pinball_loss(level: float) -> None:
    losses = Numbers("quantile", level).row_losses(PREDICTIONS, VALUES)
    expected = mean_pinball_loss(VALUES, PREDICTIONS, alpha=level)
    assert losses.mean() == pytest.approx(expected, rel=1e-12)


def test_the_quantile_loss_is_least_at_the_quantile() -> None:
    values = np.arange(101.0)
    numbers = Numbers("quantile", 0.9)
    costs = [numbers.row_losses(np.full(101, level), values).mean() for level in values]
    assert np.argmin(costs) == 90


@pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
def test_the_huber_loss_is_half_a_square_near_0_and_goes_on_straight(delta: float) -> None:
    numbers = Numbers("huber", delta)
    errors = np.array([0.0, 0.5 * delta, delta, 2.0 * delta, -3.0 * delta])
    losses = numbers.row_losses(np.zeros(5), errors)
    # Worked by hand: e^2 / 2 up to delta, then delta (|e| - delta / 2).
    expected = delta**2 * np.array([0.0, 0.125, 0.5, 1.5, 2.5])
    np.testing.assert_allclose(losses, expected, rtol=1e-12)


def test_the_other_losses_are_scikit_learns() -> None:
    for loss, metric in (
        ("squared_error", mean_squared_error),
        ("absolute_error", mean_absolute_error),
    ):
        assert Numbers(loss).row_losses(PREDICTIONS, VALUES).mean() == pytest.approx(
            metric(VALUES, PREDICTIONS)
        )
    counts, means = RANDOM.poisson(3.0, size=50), RANDOM.uniform(1, 5, size=50)
    halves = Numbers("poisson").row_losses(means, counts)
    assert 2 * halves.mean() == pytest.approx(mean_poisson_deviance(counts, means))


def test_a_loss_that_the_study_does_not_know_is_refused_and_not_taken_for_another() -> None:
    with pytest.raises(KeyError, match="no_such_loss"):
        Numbers("no_such_loss").row_losses(PREDICTIONS, VALUES)  # type: ignore[arg-type]


def test_scores_and_means_weigh_as_scikit_learn_weighs() -> None:
    weight = RANDOM.uniform(0.1, 3.0, size=50)
    assert Numbers().score(PREDICTIONS, VALUES, weight) == pytest.approx(
        r2_score(VALUES, PREDICTIONS, sample_weight=weight)
    )
    target, truth = Classes(np.array(["a", "b", "c"])), RANDOM.randint(3, size=50)
    chances = target.predictions(RANDOM.normal(size=(50, 3)), Scale())
    assert target.score(chances, truth, weight) == pytest.approx(
        accuracy_score(truth, chances.argmax(axis=1), sample_weight=weight)
    )
    assert mean(target.row_losses(chances, truth), weight) == pytest.approx(
        log_loss(truth, chances, sample_weight=weight, labels=range(3))
    )


def test_known_answers_are_given_for_the_very_rows_and_no_others() -> None:
    X = RANDOM.normal(size=(4, 2))
    chances = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    model = Classes(np.array(["no", "yes"])).answering(X, chances)
    assert model.predict(X.copy()).tolist() == ["no", "yes", "no", "yes"]
    with pytest.raises(ValueError, match="must ask for the rows that it is given"):
        model.predict_proba(X[:2])
    numbers = Numbers().answering(X, np.arange(4.0))
    np.testing.assert_array_equal(numbers.predict(X), np.arange(4.0))
    with pytest.raises(ValueError, match="must ask for the rows"):
        numbers.predict(X[::-1])
