"""The tutor: what went wrong in a training, in plain words, and the one change that helps.

`diagnose` looks at a fitted estimator, `examine` at a bare `TrainingHistory`,
which the engine's trainers have too. Both judge from the curves alone: nothing
is computed again. May import specs, reference, engine and exceptions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from moonlet.specs import Array, SolverName, StopReason

if TYPE_CHECKING:
    from moonlet.engine import Trainer

__all__ = ["Finding", "FindingKind", "TrainingHistory", "diagnose", "examine"]

FindingKind = Literal["diverged", "oscillating", "stopped_early"]

# A swing or fall smaller than this share of the loss is of no use to anyone.
_NEGLIGIBLE = 1e-6
# What rounding may leave of a loss, as a share of the loss at the start.
_ROUNDING = 1e-12
# Going on is worth the time if it is to lower the loss by more than this share.
_WORTHWHILE = 0.01


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong in a training.

    Parameters
    ----------
    kind : {"diverged", "oscillating", "stopped_early"}
    message : str
        What was seen, in numbers, and what it means.
    cure : str
        The one change to make.
    change : mapping of str to number
        The same change as parameters: ``estimator.set_params(**finding.change)``.
        Empty when the cure lies in the data.

    Examples
    --------
    >>> print(Finding("stopped_early", "The loss is still falling.", "Raise max_iter to 400."))
    The loss is still falling. Raise max_iter to 400.
    """

    kind: FindingKind
    message: str
    cure: str
    change: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingHistory:
    """How a training went: all that the tutor looks at.

    Parameters
    ----------
    loss_curve : ndarray of shape (n_losses,)
        The loss with which each pass or iteration began; lbfgs adds the last one's end.
    gradient_norm_curve : ndarray of shape (n_losses,)
        Euclidean norm of the gradient there.
    n_iter : int
        Passes or iterations done.
    stop_reason : str or None
        Why training ended; None while it can go on.
    solver, learning_rate_init, max_iter, tol, max_fun
        The parameters of the training, as `MLPClassifier` has them.
    """

    loss_curve: Array
    gradient_norm_curve: Array
    n_iter: int
    stop_reason: StopReason | None
    solver: SolverName
    learning_rate_init: float
    max_iter: int
    tol: float
    max_fun: int = 15_000

    @classmethod
    def of_trainer(cls, trainer: Trainer) -> TrainingHistory:
        """Take the history of a network in training."""
        solver, stop = trainer.spec.solver, trainer.spec.stop
        return cls(
            trainer.loss_curve,
            trainer.gradient_norm_curve,
            trainer.n_iter,
            trainer.stop_reason,
            solver.name,
            solver.learning_rate_init,
            stop.max_iter,
            stop.tol,
            stop.max_fun,
        )

    @classmethod
    def of_estimator(cls, estimator: object) -> TrainingHistory:
        """Take the history of a fitted estimator; see `diagnose`."""
        for name in ("loss_curve_", "gradient_norm_curve_", "n_iter_", "stop_reason_"):
            if not hasattr(estimator, name):
                raise ValueError(
                    f"diagnose needs a fitted estimator of moonlet. Got {type(estimator).__name__} "
                    f"without {name} instead. Call fit first."
                )
        fitted: Any = estimator
        return cls(
            np.asarray(fitted.loss_curve_, dtype=np.float64),
            np.asarray(fitted.gradient_norm_curve_, dtype=np.float64),
            fitted.n_iter_,
            fitted.stop_reason_,
            fitted.solver,
            fitted.learning_rate_init,
            fitted.max_iter,
            fitted.tol,
            fitted.max_fun,
        )


def diagnose(estimator: object) -> list[Finding]:
    """Say what went wrong in the training of an estimator.

    Parameters
    ----------
    estimator : MLPClassifier or Pipeline that ends in one
        Fitted.

    Returns
    -------
    findings : list of Finding
        Empty when there is nothing to say. ``str(finding)`` is plain words with the cure.

    Raises
    ------
    ValueError
        If the estimator is not fitted, or keeps no curve of gradient norms.

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> network = MLPClassifier((), solver="gd", learning_rate_init=0.1, max_iter=100, tol=0)
    >>> for finding in diagnose(network.fit(X, y)):
    ...     print(finding.kind, finding.change)
    stopped_early {'max_iter': 1000}
    """
    steps = getattr(estimator, "steps", None)
    return examine(TrainingHistory.of_estimator(steps[-1][1] if steps else estimator))


def examine(history: TrainingHistory) -> list[Finding]:
    """Say what went wrong in a training, from its history.

    Parameters
    ----------
    history : TrainingHistory

    Returns
    -------
    findings : list of Finding
        At most one of today's three kinds: a descent that has run off did not
        stop too early, and more passes do not help one that swings.

    Examples
    --------
    >>> swinging, norms = np.tile([0.3, 0.5], 20), np.ones(40)
    >>> history = TrainingHistory(swinging, norms, 40, "max_iter", "gd", 2.0, max_iter=40, tol=0.0)
    >>> print(examine(history)[0].cure)
    Halve it: learning_rate_init=1; and again, should the loss still swing.
    """
    # A descent that ran off may have gone anywhere below infinity.
    with np.errstate(over="ignore", divide="ignore"):
        for look in (_find_divergence, _find_oscillation, _find_early_stop):
            finding = look(history)
            if finding is not None:
                return [finding]
    return []


def _find_divergence(history: TrainingHistory) -> Finding | None:
    losses, n = history.loss_curve, len(history.loss_curve)
    unusable = np.flatnonzero(~np.isfinite(losses) | ~np.isfinite(history.gradient_norm_curve))
    n_finite = int(unusable[0]) if unusable.size else n
    if history.stop_reason == "diverged" or unusable.size:
        iteration = n_finite + 1 if unusable.size else max(n, 1)
        seen = f"Training left the finite numbers in iteration {iteration}"
    elif n > 1 and np.median(losses[-max(1, n // 4) :]) > 10.0 * losses[0]:
        seen = f"Training runs off, for {n} iterations by now"
    else:
        return None
    if n_finite == 0 or history.solver == "lbfgs":
        return Finding(
            "diverged",
            f"{seen}: the inputs are too large for the weights.",
            "Standardize the features, so that each has mean 0 and variance 1.",
        )
    highest = losses[:n_finite].max()
    if highest > losses[0]:
        seen += f", its loss risen from {_written(losses[0])} to {_written(highest)}"
    rate = _steady_rate(history, n_finite)
    return Finding(
        "diverged",
        f"{seen}: each step of learning_rate_init={history.learning_rate_init:g} leaps across the "
        "valley and lands higher on the other side.",
        f"Lower it: learning_rate_init={rate:g}; and to a tenth of that, should it happen again.",
        {"learning_rate_init": rate},
    )


def _steady_rate(history: TrainingHistory, n_finite: int) -> float:
    rate = history.learning_rate_init
    losses, norms = history.loss_curve[:n_finite], history.gradient_norm_curve[:n_finite]
    # Far out the curvature is not that of the start, and the estimate below it next to nothing.
    # With a hundredth of the rate at which the first slope would reach a loss of 0 one can begin.
    steady = 0.01 * losses[0] / norms[0] / norms[0]
    rises = np.flatnonzero(np.diff(losses) > 0.0)
    if rises.size:
        # Along a step of length r |g|, a parabola that starts at L with slope -|g| and curvature
        # c arrives at L - r |g|^2 + c (r |g|)^2 / 2. Where the loss did arrive gives c, and a rate
        # of 1 / c would have ended at the bottom. The first rise is taken, where descent ceased
        # to descend, and 0.3 instead of 1, since other directions may be steeper.
        t = rises[0]
        length = rate * norms[t]
        curvature = 2.0 * ((losses[t + 1] - losses[t]) / length / length + 1.0 / rate)
        steady = max(steady, 0.3 / curvature)
    return float(f"{max(min(rate / 10.0, steady), np.finfo(np.float64).tiny):.0e}")


def _find_oscillation(history: TrainingHistory) -> Finding | None:
    losses, n = history.loss_curve, len(history.loss_curve)
    # lbfgs accepts no step that raises the loss.
    if history.solver == "lbfgs" or n < 10:
        return None
    # The last quarter holds slow cycles, of hundreds of passes; the last dozen passes show a
    # descent that has only just begun to swing.
    quarter, dozen = losses[-max(12, n // 4) :], losses[-12:]
    visible = _NEGLIGIBLE * abs(losses[-1]) + _ROUNDING * abs(losses[0])
    # One bump that is over, and left the loss lower than ever, was none of it.
    if _swings(dozen, visible) or (_swings(quarter, visible) and losses[-1] > quarter.min()):
        return _describe_oscillation(history, quarter if _swings(quarter, visible) else dozen)
    return None


def _swings(tail: Array, visible: float) -> bool:
    """Tell whether the rises took back more than half of what the falls had won."""
    steps = np.diff(tail)
    risen, fallen = steps[steps > 0.0].sum(), -steps[steps < 0.0].sum()
    return bool(risen > 0.5 * fallen and np.ptp(tail) > visible)


def _describe_oscillation(history: TrainingHistory, tail: Array) -> Finding:
    rate = history.learning_rate_init
    period = _period(tail)
    if period is None:
        low, high, rises = tail.min(), tail.max(), np.count_nonzero(np.diff(tail) > 0.0)
        seen = (
            f"The loss goes up and down, between {_written(low)} and {_written(high)} in the last "
            f"{len(tail)} iterations, in {rises} of them upward,"
        )
    else:
        cycle = tail[-period:] if period <= 4 else np.array([tail[-period:].min(), tail.max()])
        values = " / ".join(_written(loss) for loss in cycle)
        seen = f"The loss is caught in a cycle of period {period}, {values},"
    return Finding(
        "oscillating",
        f"{seen} and the norm of its gradient is still {history.gradient_norm_curve[-1]:.3g}: "
        f"learning_rate_init={rate:g} is too large here, steps leap across the valley and back.",
        f"Halve it: learning_rate_init={rate / 2.0:g}; and again, should the loss still swing.",
        {"learning_rate_init": rate / 2.0},
    )


def _period(tail: Array) -> int | None:
    """Find the shortest cycle that the last iterations repeat, three times or more."""
    last = tail[-300:]
    swing = np.ptp(last)
    for period in range(2, len(last) // 3 + 1):
        repeats = np.abs(last[period:] - last[:-period]).max() < 0.01 * swing
        # A slow wave hardly changes in a few steps either: a cycle runs through all of the swing.
        if repeats and np.ptp(last[-period:]) > 0.9 * swing:
            return period
    return None


def _find_early_stop(history: TrainingHistory) -> Finding | None:
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
    worth = gains / (_WORTHWHILE * abs(last) + _NEGLIGIBLE * abs(best[0]))
    if fallen <= 0.0 or worth <= 1.0:
        return None

    factor = min(max(worth, 2.0), 10.0)
    limit: Literal["max_iter", "max_fun", "tol"] = "max_iter"
    value: float = _rounded_up(history.max_iter * factor)
    if too_tolerant:
        limit, value = "tol", history.tol / 100.0
    elif history.n_iter < history.max_iter:
        limit, value = "max_fun", _rounded_up(history.max_fun * factor)
    return Finding(
        "stopped_early",
        f"Training stopped at {limit}={getattr(history, limit):g} while the loss was still "
        f"falling: by {fallen:.3g} in the last {quarter} of {n} iterations, to {_written(last)}, "
        f"with a gradient of norm {history.gradient_norm_curve[-1]:.3g}.",
        f"{'Lower' if too_tolerant else 'Raise'} it: {limit}={value:g}.",
        {limit: value},
    )


def _written(loss: float) -> str:
    if not 1e-3 <= abs(loss) < 1e6:
        return f"{loss:.3g}"
    return f"{loss:.6f}" if abs(loss) < 10.0 else f"{loss:.6g}"


def _rounded_up(number: float) -> int:
    power = int(10 ** math.floor(math.log10(number)))
    return math.ceil(number / power) * power
