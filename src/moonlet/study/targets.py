"""What a study predicts: classes or numbers. The rest of the study need not know which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from moonlet import engine
from moonlet.estimators.targets import class_probabilities
from moonlet.specs import Array, NetworkSpec

Values: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Scale:
    """What targets are divided by before training, after `center` was taken away."""

    center: float = 0.0
    spread: float = 1.0


class Target(Protocol):
    """A kind of target; `values` are coded: positions of classes, or numbers."""

    is_numeric: ClassVar[bool]

    def scale(self, values: Values) -> Scale:
        """Scale to train with, from the rows trained on."""

    def unit_of_loss(self, scale: Scale) -> float:
        """What a mean of the engine's losses is to be multiplied by, to be one of ours."""

    def predictions(self, outputs: Array, scale: Scale) -> Array:
        """Turn a network's outputs into what losses are taken of."""

    def row_losses(self, predictions: Array, values: Values) -> Array:
        """Loss of each row."""

    def score(self, predictions: Array, values: Values) -> float:
        """Score where no scorer is given."""

    def labels(self, values: Values) -> Values:
        """Targets as the caller gave them."""

    def model(self, network: NetworkSpec, parameters: Array, scale: Scale) -> Any:
        """Just enough of a fitted estimator for a scikit-learn scorer."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Class labels.

    Parameters
    ----------
    names : ndarray of shape (n_classes,)
        Sorted.
    """

    names: NDArray[Any]
    is_numeric: ClassVar[bool] = False

    def scale(self, values: Values) -> Scale:
        """Nothing to be scaled."""
        return Scale()

    def unit_of_loss(self, scale: Scale) -> float:
        """Log loss is told in nats in either."""
        return 1.0

    def predictions(self, outputs: Array, scale: Scale) -> Array:
        """Probability of each class."""
        return class_probabilities(outputs, len(self.names))

    def row_losses(self, predictions: Array, values: Values) -> Array:
        """−log(probability of the true class) of each row, in nats."""
        return engine.log_losses(predictions[np.arange(len(values)), values])

    def score(self, predictions: Array, values: Values) -> float:
        """Share of the rows that are put right."""
        return float(np.mean(predictions.argmax(axis=1) == values))

    def labels(self, values: Values) -> Values:
        """Names of the classes."""
        return np.asarray(self.names[values])

    def model(self, network: NetworkSpec, parameters: Array, scale: Scale) -> Any:
        """A classifier with ``predict`` and ``predict_proba``."""
        return TrainedClassifier(network, parameters, self.names)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers to predict.

    Parameters
    ----------
    loss : {"squared_error", "absolute_error", "huber", "quantile", "poisson"}
        Of the estimator; "squared_error" is told without the half that is trained on.
    parameter : float
        Of "huber" and "quantile".
    """

    loss: str = "squared_error"
    parameter: float = 0.5
    is_numeric: ClassVar[bool] = True

    def scale(self, values: Values) -> Scale:
        """Mean and standard deviation, where the loss allows it.

        A strength of weight decay then means the same whatever the unit of y. A Poisson
        loss needs counts as they are, and huber's turning point is in units of y.
        """
        if self.loss in ("huber", "poisson"):
            return Scale()
        spread = float(values.std())
        return Scale(float(values.mean()), spread if spread > 0.0 else 1.0)

    def unit_of_loss(self, scale: Scale) -> float:
        """The unit of y; its square for squared errors, of which the engine takes half."""
        return 2.0 * scale.spread**2 if self.loss == "squared_error" else scale.spread

    def predictions(self, outputs: Array, scale: Scale) -> Array:
        """Predicted numbers, in units of y."""
        return np.asarray(outputs.ravel().astype(np.float64) * scale.spread + scale.center)

    def row_losses(self, predictions: Array, values: Values) -> Array:
        """Loss of each row, in units of y (or their square)."""
        errors = values - predictions
        if self.loss == "absolute_error":
            return np.asarray(np.abs(errors))
        if self.loss == "quantile":
            return np.asarray(np.maximum(self.parameter * errors, (self.parameter - 1.0) * errors))
        if self.loss == "huber":
            delta = self.parameter
            near = np.abs(errors) <= delta
            return np.where(near, 0.5 * errors**2, delta * (np.abs(errors) - 0.5 * delta))
        if self.loss == "poisson":
            # Half the deviance; a linear model may predict below 0.
            safe = np.maximum(predictions, np.finfo(np.float64).tiny)
            logs = np.log(np.where(values > 0, values, safe) / safe)
            return np.asarray(values * logs - values + safe)
        return np.asarray(errors**2)

    def score(self, predictions: Array, values: Values) -> float:
        """R squared."""
        total = float(np.sum((values - values.mean()) ** 2))
        left = float(np.sum((values - predictions) ** 2))
        return 1.0 - left / total if total > 0.0 else 0.0

    def labels(self, values: Values) -> Values:
        """The numbers themselves."""
        return values

    def model(self, network: NetworkSpec, parameters: Array, scale: Scale) -> Any:
        """A regressor with ``predict``."""
        return TrainedRegressor(network, parameters, self, scale)


class TrainedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Just enough of a fitted classifier for a scikit-learn scorer."""

    def __init__(self, network: NetworkSpec, parameters: Array, classes: NDArray[Any]) -> None:
        self.network = network
        self.parameters = parameters
        self.classes = classes
        self.classes_ = classes

    def predict_proba(self, X: Array) -> Array:
        """Probability of each class for each row."""
        outputs = engine.predict(self.network, self.parameters, X)
        return class_probabilities(outputs, len(self.classes))

    def predict(self, X: Array) -> NDArray[Any]:
        """Name the class of highest probability for each row."""
        return np.asarray(self.classes[self.predict_proba(X).argmax(axis=1)])


class TrainedRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Just enough of a fitted regressor for a scikit-learn scorer."""

    def __init__(
        self, network: NetworkSpec, parameters: Array, target: Numbers, scale: Scale
    ) -> None:
        self.network = network
        self.parameters = parameters
        self.target = target
        self.scale = scale
        self.fitted_ = True

    def predict(self, X: Array) -> Array:
        """Number for each row."""
        outputs = engine.predict(self.network, self.parameters, X)
        return self.target.predictions(outputs, self.scale)
