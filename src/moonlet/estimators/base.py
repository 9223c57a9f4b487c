"""What all of moonlet's networks share as estimators: training, and what is learned.

The way through `fit`: parameters become frozen specs, rows become
`engine.TrainingData`, starting weights are drawn here, and one batch of one
trainer runs in the engine. A network's fitted state is its public attributes
and nothing else, so whoever sets those has a fitted estimator.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from moonlet import engine
from moonlet.diagnosis import Finding, TrainingFacts, TrainingHistory, diagnose, examine
from moonlet.estimators.initial import Init, initial_parameters
from moonlet.estimators.parameters import CONSTRAINTS, hidden_activations, training_spec
from moonlet.estimators.targets import class_targets, network_output
from moonlet.exceptions import DivergedError
from moonlet.specs import (
    Activation,
    Array,
    NetworkSpec,
    Output,
    SolverName,
    StopReason,
    TrainingSpec,
)

__all__ = [
    "BaseMLP",
    "class_targets",
    "fitted_network",
    "initial_parameters",
    "network_output",
    "training_spec",
]

# scikit-learn's names, in `out_activation_`, for the specs' outputs.
_OUT_ACTIVATION: dict[Output, str] = {
    "identity": "identity",
    "sigmoid": "logistic",
    "softmax": "softmax",
}
_OUTPUT: dict[str, Output] = {name: output for output, name in _OUT_ACTIVATION.items()}

_STANDARDIZE = "standardize the features, for instance with sklearn.preprocessing.StandardScaler"


class BaseMLP(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Base of moonlet's estimators; not for use by itself."""

    _parameter_constraints: ClassVar[dict[str, list[object]]] = CONSTRAINTS

    hidden_layer_sizes: int | Sequence[int]
    activation: Activation | Sequence[Activation]
    solver: SolverName
    alpha: float
    learning_rate_init: float
    max_iter: int
    random_state: int | np.random.RandomState | None
    tol: float
    n_iter_no_change: float
    max_fun: int
    init: Init
    n_jobs: int | None

    coefs_: list[Array]
    intercepts_: list[Array]
    n_features_in_: int
    n_layers_: int
    n_outputs_: int
    out_activation_: str
    n_iter_: int
    t_: int
    loss_: float
    best_loss_: float
    loss_curve_: list[float]
    gradient_norm_curve_: list[float]
    stop_reason_: StopReason
    diagnosis_: list[Finding]

    def __sklearn_is_fitted__(self) -> bool:
        # Not any attribute with a trailing underscore: the checks of X leave
        # n_features_in_ behind even when the training after them fails.
        return hasattr(self, "coefs_")

    def _forget(self) -> None:
        """Drop what an earlier `fit` learned.

        Training that fails then leaves no mixture of two fits behind.
        """
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)

    def _train(
        self, spec: TrainingSpec, X: Array, targets: Array, sample_weight: ArrayLike | None
    ) -> None:
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        start = initial_parameters(spec.network, self.init, check_random_state(self.random_state))
        trainer = engine.Trainer(spec, engine.TrainingData(X, targets, sample_weight), start)
        engine.train([trainer], n_threads=effective_n_jobs(self.n_jobs))
        _refuse_divergence(trainer)
        self._training_facts = TrainingFacts.of(spec, trainer.parameters, X, targets, sample_weight)
        self._learn(trainer, n_samples=len(X))
        self._warn_unless_converged()

    def _learn(self, trainer: engine.Trainer, n_samples: int) -> None:
        network = trainer.spec.network
        if trainer.stop_reason is None:
            raise RuntimeError("The engine returned before the training had ended.")
        self.coefs_, self.intercepts_ = network.unpack(trainer.parameters)
        self.n_layers_ = len(network.layer_sizes)
        self.n_outputs_ = network.n_outputs
        self.out_activation_ = _OUT_ACTIVATION[network.output]
        self.n_iter_ = trainer.n_iter
        # Like scikit-learn, which does not count the rows that lbfgs looks at.
        self.t_ = 0 if trainer.spec.solver.name == "lbfgs" else trainer.n_iter * n_samples
        self.loss_ = trainer.loss
        self.loss_curve_ = trainer.loss_curve.tolist()
        self.best_loss_ = min([*self.loss_curve_, self.loss_])
        self.gradient_norm_curve_ = trainer.gradient_norm_curve.tolist()
        self.stop_reason_ = trainer.stop_reason
        self.diagnosis_ = diagnose(self)

    def _warn_unless_converged(self) -> None:
        # Descent with tol=0 never counts as converged: max_iter is then the number of
        # passes that was asked for, not a limit that was run into.
        if self.stop_reason_ != "max_iter" or (self.solver != "lbfgs" and self.tol == 0):
            return
        # The line that called `fit`: 1 is here, then _train, fit, scikit-learn's wrapper.
        warnings.warn(self._limit_message(), ConvergenceWarning, stacklevel=5)

    def _limit_message(self) -> str:
        if self.solver != "lbfgs":
            return (
                f"Gradient descent: Maximum iterations ({self.max_iter}) reached and the "
                "optimization hasn't converged yet. Increase max_iter, try solver='lbfgs', "
                "or use tol=0 if this number of passes is what you want."
            )
        if self.n_iter_ < self.max_iter:
            cure = f"Increase the number of evaluations (max_fun={self.max_fun})"
        else:
            cure = (
                "Increase the number of iterations to improve the convergence "
                f"(max_iter={self.max_iter})"
            )
        return (
            f"lbfgs failed to converge after {self.n_iter_} iteration(s).\n"
            f"{cure}. You might also want to {_STANDARDIZE}."
        )

    def _outputs(self, X: ArrayLike) -> Array:
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        network = fitted_network(self)
        return engine.predict(network, network.pack(self.coefs_, self.intercepts_), rows)


def _refuse_divergence(trainer: engine.Trainer) -> None:
    # The last step of a descent may overflow after the last loss was finite.
    if trainer.stop_reason != "diverged" and np.isfinite(trainer.parameters).all():
        return
    history = replace(TrainingHistory.of_trainer(trainer), stop_reason="diverged")
    # Before the first step there is no history to examine.
    at_once = f"Training left the finite numbers in iteration 1: {_STANDARDIZE}."
    seen = " ".join(str(finding) for finding in examine(history)) or at_once
    raise DivergedError(
        "Solver produced non-finite parameter weights. The input data may contain large values "
        f"and need to be preprocessed. {seen}"
    )


def fitted_network(estimator: BaseMLP) -> NetworkSpec:
    """Describe the network of a fitted estimator, from its public attributes alone.

    Parameters
    ----------
    estimator : MLPClassifier
        Fitted.

    Returns
    -------
    network : NetworkSpec
        Its `pack` turns `coefs_` and `intercepts_` into the engine's parameters.
    """
    sizes = (*(len(W) for W in estimator.coefs_), estimator.n_outputs_)
    activations = hidden_activations(estimator.activation, len(sizes) - 2)
    return NetworkSpec(sizes, activations, _OUTPUT[estimator.out_activation_])
