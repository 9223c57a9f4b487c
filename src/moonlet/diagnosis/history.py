"""How a training went: the curves, and the parameters that it went by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from moonlet.names import SOLVERS
from moonlet.specs import Array, Schedule, SolverName, StopReason

if TYPE_CHECKING:
    from moonlet.engine import Trainer

__all__ = ["TrainingHistory"]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingHistory:
    """How a training went.

    Parameters
    ----------
    loss_curve : ndarray of shape (n_losses,)
        The loss with which each pass or iteration began; lbfgs adds the last one's end.
        "sgd" and "adam": the mean over an epoch's batches.
    gradient_norm_curve : ndarray of shape (n_losses,)
        Euclidean norm of the gradient there.
    n_iter : int
        Passes or iterations done.
    stop_reason : str or None
        Why training ended; None while it can go on.
    solver, learning_rate_init, max_iter, tol, max_fun, alpha, momentum, schedule, power_t, \
            early_stopping, early_stopping_on
        The parameters of the training, as `MLPClassifier` has them; `schedule` is its
        `learning_rate`.
    batch_size : int
        Rows of a mini-batch of "sgd" and "adam".
    validation_loss_curve : ndarray of shape (n_iter,), optional
        The loss on rows that were not trained on, without the penalty, after each pass.
    validation_score_curve : ndarray of shape (n_iter,), optional
        Accuracy, or R squared, on the same rows.
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
    alpha: float = 0.0
    momentum: float = 0.9
    schedule: Schedule = "constant"
    power_t: float = 0.5
    batch_size: int = 200
    early_stopping: bool = False
    early_stopping_on: Literal["score", "loss"] = "score"
    validation_loss_curve: Array | None = None
    validation_score_curve: Array | None = None

    @classmethod
    def of_trainer(cls, trainer: Trainer) -> TrainingHistory:
        """Take the history of a network in training."""
        spec, solver, stop = trainer.spec, trainer.spec.solver, trainer.spec.stop
        validation = trainer.validation_loss_curve
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
            alpha=spec.alpha,
            momentum=solver.momentum,
            schedule=solver.schedule,
            power_t=solver.power_t,
            batch_size=solver.batch_size,
            early_stopping=spec.early_stopping is not None,
            early_stopping_on=spec.early_stopping or "score",
            validation_loss_curve=validation if len(validation) else None,
            validation_score_curve=trainer.validation_score_curve if len(validation) else None,
        )

    @classmethod
    def of_estimator(cls, estimator: object) -> TrainingHistory:
        """Take the history of a fitted estimator; see `moonlet.diagnosis.diagnose`."""
        for name in ("loss_curve_", "gradient_norm_curve_", "n_iter_", "stop_reason_"):
            if not hasattr(estimator, name):
                raise ValueError(
                    f"diagnose needs a fitted estimator of moonlet. Got {type(estimator).__name__} "
                    f"without {name} instead. Call fit first."
                )
        fitted: Any = estimator
        validation = getattr(fitted, "validation_loss_curve_", None)
        scores = getattr(fitted, "validation_scores_", None)
        batch_size = getattr(fitted, "batch_size", "auto")
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
            alpha=fitted.alpha,
            momentum=getattr(fitted, "momentum", 0.9),
            schedule=getattr(fitted, "learning_rate", "constant"),
            power_t=getattr(fitted, "power_t", 0.5),
            batch_size=200 if isinstance(batch_size, str) else batch_size,
            early_stopping=getattr(fitted, "early_stopping", False)
            and SOLVERS[fitted.solver].has_rate,
            early_stopping_on=getattr(fitted, "early_stopping_on", "score"),
            validation_loss_curve=(
                None if validation is None else np.asarray(validation, dtype=np.float64)
            ),
            validation_score_curve=None if scores is None else np.asarray(scores, dtype=np.float64),
        )
