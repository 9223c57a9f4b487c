"""Training that ended before it had done its work: too few steps, or steps too small."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import one_digit, rounded_up, written

__all__ = ["find_deaf_stop", "find_early_stop", "find_low_rate"]

# Going on is worth the time if it is to lower the loss by more than this share of it. Where a
# tolerance ended training, somebody has said what is worth the time, and is contradicted only for
# a good share of the loss at the start: near 0 a loss can halve again and again, and no answer
# changes. That is what a crawl leaves undone.
_WORTHWHILE = 0.01
_WORTHWHILE_OF_START = 1e-4
_WORTHWHILE_IN_SPITE_OF_TOL = 0.05

# A rate r takes a share r * curvature of the way to the bottom of the steepest valley in a step,
# and 2 would throw it out again. Below a twentieth the rate can be raised tenfold with safety.
_LOW_RATE = 0.05
# What the raised rate takes: the steepest valley often becomes steeper on the way down.
_GOOD_RATE = 0.3
# "adam" moves a weight by its rate at most in a step, whatever the gradient. Weights start at
# about 1 / sqrt(inputs), so a way of a twentieth in all of the training changes next to nothing.
_SHORT_WAY = 0.05


class _Pace(NamedTuple):
    """How the loss was still falling when training stopped, and what going on would be worth."""

    limit: Literal["max_iter", "max_fun", "tol"]
    words: str
    worth: float


def find_low_rate(history: TrainingHistory, facts: TrainingFacts) -> Finding | None:
    """Find steps so short that more of them would not do: the loss falls, and has hardly begun."""
    pace = _pace(history)
    if pace is None or history.solver == "lbfgs" or len(history.loss_curve) < 10:
        return None
    rate = history.learning_rate_init
    if history.solver == "adam":
        n_steps = history.n_iter * math.ceil(facts.n_rows / min(history.batch_size, facts.n_rows))
        way = rate * n_steps
        # A few steps say nothing of the rate.
        if n_steps < 50 or way >= _SHORT_WAY:
            return None
        better = one_digit(10.0 * rate)
        why = f"its {n_steps} steps can move a weight by {way:.2g} at most"
    elif facts.curvature is None:
        return None
    else:
        # Momentum adds up the steps of the last 1 / (1 - momentum) updates.
        reach = 1.0 / (1.0 - min(history.momentum, 0.99)) if history.solver == "sgd" else 1.0
        if rate * reach * facts.curvature >= _LOW_RATE:
            return _find_sunken_rate(history, facts, reach, pace)
        better = one_digit(_GOOD_RATE / facts.curvature / reach)
        why = f"the loss bends so little that a rate of {better:g} still goes safely downhill"
    return Finding(
        "rate_too_low",
        f"{pace.words}: learning_rate_init={rate:g} is too low here, {why}.",
        f"Raise it: learning_rate_init={better:g}.",
        {"learning_rate_init": better},
    )


def _find_sunken_rate(
    history: TrainingHistory, facts: TrainingFacts, reach: float, pace: _Pace
) -> Finding | None:
    if history.schedule != "invscaling" or facts.curvature is None:
        return None
    n_seen = 1.0 + history.n_iter * facts.n_rows
    rate = history.learning_rate_init / n_seen**history.power_t
    if rate * reach * facts.curvature >= _LOW_RATE:
        return None
    return Finding(
        "rate_too_low",
        f"{pace.words}: learning_rate='invscaling' has let the rate sink from "
        f"{history.learning_rate_init:g} to {rate:.2g}, too low to get on.",
        "Keep it up: learning_rate='constant'.",
        {"learning_rate": "constant"},
    )


def find_deaf_stop(history: TrainingHistory, *, gave_up: bool) -> Finding | None:
    """Find early stopping by a score that stood still, while the loss on the same rows fell.

    That accuracy rises no further is its right where the network knows all classes; not where it
    has given one up, or has not moved at all.
    """
    scores, losses = history.validation_score_curve, history.validation_loss_curve
    watched = history.early_stopping and history.early_stopping_on == "score"
    if history.stop_reason != "early_stopping" or not watched or scores is None or losses is None:
        return None
    kept = int(scores.argmax())
    lowest = losses[kept:].min()
    if (kept > 0 and not gave_up) or not lowest < (1.0 - _WORTHWHILE) * losses[kept]:
        return None
    return Finding(
        "stopped_early",
        f"Early stopping went back to iteration {kept + 1} of {len(scores)}: the validation score "
        f"rose no higher than {scores[kept]:.3g}, while the validation loss still fell, from "
        f"{written(float(losses[kept]))} to {written(float(lowest))}. A score of few rows, or of "
        "rows nearly all of one kind, stays where it is.",
        "Watch the loss instead: early_stopping_on='loss'.",
        {"early_stopping_on": "loss"},
    )


def find_early_stop(history: TrainingHistory) -> Finding | None:
    """Find a training that a limit or a tolerance ended on its way down."""
    pace = _pace(history)
    if pace is None:
        return None
    factor = min(max(pace.worth, 2.0), 10.0)
    value: float = history.tol / 100.0
    if pace.limit != "tol":
        value = rounded_up(getattr(history, pace.limit) * factor)
    return Finding(
        "stopped_early",
        f"{pace.words}, with a gradient of norm {history.gradient_norm_curve[-1]:.3g}.",
        f"{'Lower' if pace.limit == 'tol' else 'Raise'} it: {pace.limit}={value:g}.",
        {pace.limit: value},
    )


def _pace(history: TrainingHistory) -> _Pace | None:
    # lbfgs calls itself converged when the gradient is small, descent already when its steps
    # gain little, and with a low rate they gain little from the first on.
    too_tolerant = history.stop_reason == "converged" and history.solver != "lbfgs"
    n = len(history.loss_curve)
    if n < 2 or not (history.stop_reason == "max_iter" or too_tolerant):
        return None
    quarter = max(1, n // 4)
    best = np.minimum.accumulate(history.loss_curve)  # a passing bump says nothing of the trend
    earlier, later, last = best[max(-1 - 2 * quarter, -n)], best[-1 - quarter], best[-1]
    fallen = later - last
    # Were each quarter of a run to gain the same share of what the one before it gained, the
    # geometric series would add up to this.
    slowed = (earlier - later) - fallen
    gains = fallen**2 / slowed if slowed > 0.0 else math.inf
    of_start = _WORTHWHILE_IN_SPITE_OF_TOL if too_tolerant else _WORTHWHILE_OF_START
    worth = gains / (_WORTHWHILE * abs(last) + of_start * abs(best[0]))
    if fallen <= 0.0 or worth <= 1.0:
        return None
    limit: Literal["max_iter", "max_fun", "tol"] = "max_iter"
    if too_tolerant:
        limit = "tol"
    elif history.n_iter < history.max_iter:
        limit = "max_fun"
    lately = f"the last {quarter}" if quarter > 1 else "the last"
    return _Pace(
        limit,
        f"Training stopped at {limit}={getattr(history, limit):g} while the loss was still "
        f"falling: by {fallen:.3g} in {lately} of {n} iterations, to {written(last)}",
        worth,
    )
