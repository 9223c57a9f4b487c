"""How a training ended, in words: what is raised, and what is warned of."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from sklearn.exceptions import ConvergenceWarning

from moonlet import engine
from moonlet.diagnosis import TrainingFacts, TrainingHistory, examine
from moonlet.estimators.network import Network
from moonlet.exceptions import DivergedError
from moonlet.names import SOLVERS

if TYPE_CHECKING:
    from moonlet.estimators.settings import Settings

__all__ = ["refuse_divergence", "warn_of_clipping", "warn_unless_converged"]

_STANDARDIZE = "standardize the features, for instance with sklearn.preprocessing.StandardScaler"


def warn_of_clipping(
    batch_size: int | str, settings: Settings, n_rows: int, stacklevel: int
) -> None:
    """Warn where there are fewer rows than a mini-batch is to have.

    Warns
    -----
    UserWarning
        In scikit-learn's words for it.
    """
    if isinstance(batch_size, str) or batch_size <= n_rows:
        return
    if SOLVERS[settings.solver.name].takes_batches:
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be "
            f"clipped: {batch_size} to {n_rows}.",
            UserWarning,
            stacklevel=stacklevel + 1,
        )


def refuse_divergence(trainer: engine.Trainer) -> None:
    """Raise where training left the finite numbers and nothing good was kept.

    Raises
    ------
    DivergedError
        The message says in which iteration, and names the cure.
    """
    # The last step of a descent may overflow after the last loss was finite.
    if trainer.stop_reason != "diverged" and engine.all_finite(trainer.weights()):
        return
    if trainer.spec.early_stopping and len(trainer.validation_score_curve):
        return  # the best parameters so far are kept
    facts = TrainingFacts.of_trainer(trainer)
    raise DivergedError(
        "Solver produced non-finite parameter weights. The input data may contain large values "
        f"and need to be preprocessed. {_describe_divergence(trainer, facts)}"
    )


def _describe_divergence(trainer: engine.Trainer, facts: TrainingFacts | None) -> str:
    history = replace(TrainingHistory.of_trainer(trainer), stop_reason="diverged")
    # Before the first step there is no history to examine.
    at_once = f"Training left the finite numbers in iteration 1: {_STANDARDIZE}."
    return " ".join(str(finding) for finding in examine(history, facts)) or at_once


def warn_unless_converged(estimator: Network, trainer: engine.Trainer, stacklevel: int) -> None:
    """Warn where a limit was run into first.

    Warns
    -----
    ConvergenceWarning
        In scikit-learn's words for it.
    """
    if estimator.stop_reason_ == "diverged":
        what = _describe_divergence(trainer, estimator._training_facts)
        message = (
            "Training left the finite numbers; the weights with the best validation "
            f"{estimator.early_stopping_on} until then are kept. {what}"
        )
    # Full-batch descent with tol=0 never counts as converged: max_iter is then the number
    # of passes that was asked for, not a limit that was run into.
    elif estimator.stop_reason_ != "max_iter" or (
        _descends_on_all_rows(estimator) and estimator.tol == 0
    ):
        return
    else:
        message = _limit_message(estimator)
    warnings.warn(message, ConvergenceWarning, stacklevel=stacklevel + 1)


def _descends_on_all_rows(estimator: Network) -> bool:
    solver = SOLVERS[estimator.solver]
    return solver.has_rate and not solver.takes_batches


def _limit_message(estimator: Network) -> str:
    if SOLVERS[estimator.solver].has_rate:
        on_all = _descends_on_all_rows(estimator)
        kind = "Gradient descent" if on_all else "Stochastic Optimizer"
        fixed = "or use tol=0 if this number of passes is what you want"
        cure = fixed if on_all else "or raise learning_rate_init"
        return (
            f"{kind}: Maximum iterations ({estimator.max_iter}) reached and the optimization "
            f"hasn't converged yet. Increase max_iter, try solver='lbfgs', {cure}."
        )
    if estimator.n_iter_ < estimator.max_iter:
        cure = f"Increase the number of evaluations (max_fun={estimator.max_fun})"
    else:
        cure = (
            "Increase the number of iterations to improve the convergence "
            f"(max_iter={estimator.max_iter})"
        )
    return (
        f"lbfgs failed to converge after {estimator.n_iter_} iteration(s).\n"
        f"{cure}. You might also want to {_STANDARDIZE}."
    )
