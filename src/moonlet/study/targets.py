"""What a study predicts: classes or numbers. The rest of the study need not know which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from moonlet import engine
from moonlet.estimators.targets import class_probabilities
from moonlet.names import LOSSES, LossFacts
from moonlet.reference import number_losses
from moonlet.specs import Array, Loss, NetworkSpec, Output

Values: TypeAlias = NDArray[Any]


def raw_outputs(network: NetworkSpec, parameters: Array, X: Array) -> Array:
    """What a network gives for each row before its output function.

    Of several networks these can be averaged, and the average is again what a network gives.
    """
    return np.asarray(engine.predict(_linear(network), parameters, X), dtype=np.float64)


@lru_cache(maxsize=64)
def _linear(network: NetworkSpec) -> NetworkSpec:
    return replace(network, output="identity", loss="squared_error", loss_parameter=0.0)


def mean(values: Array, weight: Array | None) -> float:
    """Mean over rows, by their weights where they have some."""
    return float(values.mean() if weight is None else np.average(values, weights=weight))


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

    def predictions(self, raw: Array, scale: Scale) -> Array:
        """Turn `raw_outputs` into what losses are taken of."""

    def row_losses(self, predictions: Array, values: Values) -> Array:
        """Loss of each row."""

    def score(self, predictions: Array, values: Values, weight: Array | None = None) -> float:
        """Score where no scorer is given."""

    def labels(self, values: Values) -> Values:
        """Targets as the caller gave them."""

    def model(self, network: NetworkSpec, parameters: Array, scale: Scale) -> Any:
        """Just enough of a fitted estimator for a scikit-learn scorer."""

    def answering(self, X: Array, predictions: Array) -> Any:
        """The same where the answers are known already."""


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

    def predictions(self, raw: Array, scale: Scale) -> Array:
        """Probability of each class."""
        outputs = expit(raw) if raw.shape[1] == 1 else softmax(raw, axis=1)
        return class_probabilities(outputs, len(self.names))

    def row_losses(self, predictions: Array, values: Values) -> Array:
        """−log(probability of the true class) of each row, in nats."""
        return engine.log_losses(predictions[np.arange(len(values)), values])

    def score(self, predictions: Array, values: Values, weight: Array | None = None) -> float:
        """Share of the rows that are put right."""
        return mean(predictions.argmax(axis=1) == values, weight)

    def labels(self, values: Values) -> Values:
        """Names of the classes."""
        return np.asarray(self.names[values])

    def model(self, network: NetworkSpec, parameters: Array, scale: Scale) -> Any:
        """A classifier with ``predict`` and ``predict_proba``."""
        return TrainedClassifier(network, parameters, self)

    def answering(self, X: Array, predictions: Array) -> Any:
        """A classifier of known answers."""
        return AnsweringClassifier(X, predictions, self.names)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers to predict.

    Parameters
    ----------
    loss : str
        Of the estimator; "squared_error" is told without the half that is trained on.
    parameter : float
        Of the losses that have one; 0 for the others.
    """

    loss: Loss = "squared_error"
    parameter: float = 0.0
    is_numeric: ClassVar[bool] = True

    @property
    def facts(self) -> LossFacts:
        """What is true of the loss."""
        return LOSSES[self.loss]

    @property
    def output(self) -> Output:
        """What turns a network's values into predictions."""
        return self.facts.outputs[0]

    @property
    def is_scaled(self) -> bool:
        """Whether targets are standardised before training.

        A strength of weight decay then means the same whatever the unit of y. A Poisson
        loss needs counts as they are, and huber's turning point is in units of y.
        """
        return self.facts.unit is not None

    def scale(self, values: Values) -> Scale:
        """Mean and standard deviation, where the loss allows it."""
        if not self.is_scaled:
            return Scale()
        spread = float(values.std())
        return Scale(float(values.mean()), spread if spread > 0.0 else 1.0)

    def unit_of_loss(self, scale: Scale) -> float:
        """The unit of y; its square for squared errors, of which the engine takes half."""
        unit = self.facts.unit
        return self.facts.told * (1.0 if unit is None else scale.spread**unit)

    def predictions(self, raw: Array, scale: Scale) -> Array:
        """Predicted numbers, in units of y."""
        values = np.exp(raw) if self.output == "exp" else raw
        return np.asarray(values.ravel() * scale.spread + scale.center)

    def row_losses(self, predictions: Array, values: Values) -> Array:
        """Loss of each row, in units of y (or their square)."""
        sums = predictions
        if self.output == "exp":  # a linear model may predict below 0
            sums = np.log(np.maximum(predictions, np.finfo(np.float64).tiny))
        return self.facts.told * number_losses(self.loss, sums, values, self.parameter)

    def score(self, predictions: Array, values: Values, weight: Array | None = None) -> float:
        """R squared."""
        total = mean((values - mean(values, weight)) ** 2, weight)
        left = mean((values - predictions) ** 2, weight)
        return 1.0 - left / total if total > 0.0 else 0.0

    def labels(self, values: Values) -> Values:
        """The numbers themselves."""
        return values

    def model(self, network: NetworkSpec, parameters: Array, scale: Scale) -> Any:
        """A regressor with ``predict``."""
        return TrainedRegressor(network, parameters, self, scale)

    def answering(self, X: Array, predictions: Array) -> Any:
        """A regressor of known answers."""
        return AnsweringRegressor(X, predictions)


class TrainedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Just enough of a fitted classifier for a scikit-learn scorer."""

    def __init__(self, network: NetworkSpec, parameters: Array, target: Classes) -> None:
        self.network = network
        self.parameters = parameters
        self.target = target
        self.classes_ = target.names

    def predict_proba(self, X: Array) -> Array:
        """Probability of each class for each row."""
        raw = raw_outputs(self.network, self.parameters, X)
        return self.target.predictions(raw, Scale())

    def predict(self, X: Array) -> NDArray[Any]:
        """Name the class of highest probability for each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


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
        raw = raw_outputs(self.network, self.parameters, X)
        return self.target.predictions(raw, self.scale)


class AnsweringClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that knows its answers for one table already, for a scikit-learn scorer."""

    def __init__(self, X: Array, predictions: Array, names: NDArray[Any]) -> None:
        self.X = X
        self.predictions = predictions
        self.names = names
        self.classes_ = names

    def predict_proba(self, X: Array) -> Array:
        """Probability of each class for each row."""
        _expect_the_same(X, self.X)
        return self.predictions

    def predict(self, X: Array) -> NDArray[Any]:
        """Name the class of highest probability for each row."""
        return np.asarray(self.names[self.predict_proba(X).argmax(axis=1)])


class AnsweringRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A regressor that knows its answers for one table already, for a scikit-learn scorer."""

    def __init__(self, X: Array, predictions: Array) -> None:
        self.X = X
        self.predictions = predictions
        self.fitted_ = True

    def predict(self, X: Array) -> Array:
        """Number for each row."""
        _expect_the_same(X, self.X)
        return self.predictions


def _expect_the_same(X: Array, known: Array) -> None:
    if X is not known and not np.array_equal(X, known):
        raise ValueError(
            "A study's scorer must ask for the rows that it is given, all of them and as they are."
        )
