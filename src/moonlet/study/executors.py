"""Jobs in, results out: who trains the networks of a study.

An executor is given the problem once and then hands over results as networks
finish. A result depends on nothing but the problem and the job's key.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from moonlet import engine
from moonlet.data import make_preprocessor
from moonlet.estimators.base import (
    class_targets,
    initial_parameters,
    network_output,
    training_spec,
)
from moonlet.estimators.targets import class_probabilities
from moonlet.specs import Array, NetworkSpec, TrainingSpec
from moonlet.study.plan import Fold, Indices, Job, Key, Size, layer_sizes
from moonlet.study.rows import take

Scorer = Callable[[Any, Any, Any], float]
Report = Callable[[list["NetworkResult"]], None]

# A chunk of trainers ends before the next begins, so that memory stays bounded: some tens of MB
# for L-BFGS, which keeps about 25 vectors as long as the parameters.
_CHUNK_NETWORKS = 1024
_CHUNK_PARAMETERS = 500_000


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """What is kept of a trained network: one row of the table of results.

    Losses are means over rows in nats, without the penalty, so that training
    and held-out rows can be compared. A diverged network has NaN for them.
    """

    hidden: Size
    alpha: float
    fold: int
    restart: int
    seed: int
    status: str
    n_iter: int
    train_loss: float
    valid_loss: float
    valid_score: float
    gradient_norm: float
    seconds: float

    @property
    def key(self) -> Key:
        """What names the network within its study."""
        return (self.hidden, self.alpha, self.fold, self.restart)


class Problem:
    """The rows, the folds and the network to vary: all that a job needs beside its key.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_samples, n_features)
    class_indices : ndarray of shape (n_samples,)
    classes : ndarray of shape (n_classes,)
    estimator : MLPClassifier
        Unfitted; size, alpha and seed are put in.
    folds : mapping of int to Fold
    scorer : callable, optional
        A scikit-learn scorer; accuracy when None.
    """

    def __init__(
        self,
        X: Any,
        class_indices: Indices,
        classes: NDArray[Any],
        estimator: Any,
        folds: dict[int, Fold],
        scorer: Scorer | None = None,
    ) -> None:
        self.X = X
        self.class_indices = class_indices
        self.classes = classes
        self.estimator = estimator
        self.folds = folds
        self.scorer = scorer
        self._prepared: dict[int, PreparedFold] = {}
        self._specs: dict[tuple[Size, float, int], TrainingSpec] = {}

    def prepare(self, fold: int) -> PreparedFold:
        """Rows of a fold, preprocessed by what its training part alone says."""
        if fold not in self._prepared:
            self._prepared[fold] = PreparedFold(self, self.folds[fold])
        return self._prepared[fold]

    def spec(self, hidden: Size, alpha: float, n_features: int) -> TrainingSpec:
        """Tell in the engine's words what a network of this size is."""
        wanted = (hidden, alpha, n_features)
        if wanted not in self._specs:
            estimator = clone(self.estimator)
            estimator.set_params(hidden_layer_sizes=layer_sizes(hidden), alpha=alpha)
            _, n_outputs = network_output(estimator, len(self.classes))
            self._specs[wanted] = training_spec(estimator, n_features, n_outputs)
        return self._specs[wanted]

    def trainer(self, job: Job) -> engine.Trainer:
        """One network, ready to train."""
        data = self.prepare(job.fold).training_data
        spec = self.spec(job.hidden, job.alpha, data.n_features)
        random_state = np.random.RandomState(job.seed)
        start = initial_parameters(spec.network, self.estimator.init, random_state)
        return engine.Trainer(spec, data, start)

    def score(self, model: Any, X: Array, class_indices: Indices, probabilities: Array) -> float:
        """Score a fitted model; by the share of rows put right when there is no scorer."""
        if self.scorer is None:
            return float(np.mean(probabilities.argmax(axis=1) == class_indices))
        return float(self.scorer(model, X, self.classes[class_indices]))

    def n_parameters(self, hidden: Size) -> int:
        """Weights and biases of a network of this size, for the rows of the first fold."""
        n_features = self.prepare(min(self.folds)).training_data.n_features
        return self.spec(hidden, 0.0, n_features).network.n_parameters


class PreparedFold:
    """A fold's rows after preprocessing, laid out for the engine once."""

    def __init__(self, problem: Problem, fold: Fold) -> None:
        preprocessor = make_preprocessor(take(problem.X, fold.train))
        self.X_train: Array = preprocessor.fit_transform(take(problem.X, fold.train))
        self.X_valid: Array = np.empty((0, self.X_train.shape[1]))
        if len(fold.valid):
            self.X_valid = preprocessor.transform(take(problem.X, fold.valid))
        self.train_classes = problem.class_indices[fold.train]
        self.valid_classes = problem.class_indices[fold.valid]
        network = problem.spec(0, 0.0, self.X_train.shape[1]).network
        targets = class_targets(self.train_classes, len(problem.classes), network)
        self.training_data = engine.TrainingData(self.X_train, targets)


class Executor(Protocol):
    """Trains jobs and reports their results, in any order, each once."""

    def run(self, problem: Problem, jobs: Sequence[Job], report: Report) -> None:
        """Train all jobs; `report` is called on this thread as they finish."""


class LocalExecutor:
    """The cores of this machine, in this process.

    Parameters
    ----------
    n_threads : int, optional
        All cores that this process may use, when None. Results do not depend on it.
    """

    def __init__(self, n_threads: int | None = None) -> None:
        self.n_threads = n_threads

    def run(self, problem: Problem, jobs: Sequence[Job], report: Report) -> None:
        """Train all jobs; on an interruption, what had finished is reported before it goes on."""
        for chunk in _chunks(problem, jobs):
            self._train_chunk(problem, chunk, report)

    def _train_chunk(self, problem: Problem, jobs: list[Job], report: Report) -> None:
        trainers = [problem.trainer(job) for job in jobs]
        reported: set[int] = set()

        def hand_over(finished: Sequence[int]) -> None:
            reported.update(finished)
            if finished:
                report([measure(problem, jobs[at], trainers[at]) for at in finished])

        try:
            engine.train(trainers, n_threads=self.n_threads, on_finished=hand_over)
        except BaseException:
            ended = {at for at, trainer in enumerate(trainers) if _has_ended(trainer)}
            hand_over(sorted(ended - reported))
            raise


def measure(problem: Problem, job: Job, trainer: engine.Trainer) -> NetworkResult:
    """Measure a trained network, on the rows it saw and on those held out."""
    fold = problem.prepare(job.fold)
    network, parameters = trainer.spec.network, trainer.parameters
    train_loss = valid_loss = valid_score = gradient_norm = math.nan
    if trainer.stop_reason != "diverged":
        train_loss, gradient_norm = measure_training(trainer, fold.training_data)
        probabilities = class_probabilities(
            engine.predict(network, parameters, fold.X_valid), len(problem.classes)
        )
        valid_loss = log_loss(probabilities, fold.valid_classes)
        trained = TrainedNetwork(network, parameters, problem.classes)
        valid_score = problem.score(trained, fold.X_valid, fold.valid_classes, probabilities)
    return NetworkResult(
        *job.key,
        seed=job.seed,
        status=str(trainer.stop_reason),
        n_iter=trainer.n_iter,
        train_loss=train_loss,
        valid_loss=valid_loss,
        valid_score=valid_score,
        gradient_norm=gradient_norm,
        seconds=trainer.seconds,
    )


def measure_training(trainer: engine.Trainer, data: engine.TrainingData) -> tuple[float, float]:
    """Loss without the penalty, and norm of the gradient, on the rows trained on."""
    # The trainer's own loss may be that of the step before: ask at the final parameters.
    loss, gradient = engine.loss_and_gradient(
        trainer.spec.network, trainer.parameters, data, trainer.spec.alpha
    )
    penalty = _penalty(trainer.spec, trainer.parameters, data.n_samples)
    return loss - penalty, math.sqrt(gradient @ gradient)


def row_log_losses(probabilities: Array, class_indices: Indices) -> Array:
    """−log(probability of the true class) of each row, in nats.

    Probabilities are kept one machine epsilon away from 0 and 1, as
    scikit-learn's log loss does: a single row cannot cost more than 36.04.
    """
    of_truth = probabilities[np.arange(len(class_indices)), class_indices]
    epsilon = np.finfo(np.float64).eps
    return np.asarray(-np.log(np.clip(of_truth, epsilon, 1.0 - epsilon)))


def log_loss(probabilities: Array, class_indices: Indices) -> float:
    """Mean of `row_log_losses`."""
    return float(row_log_losses(probabilities, class_indices).mean())


class TrainedNetwork(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
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


def _chunks(problem: Problem, jobs: Sequence[Job]) -> Iterator[list[Job]]:
    # Longest first: a large network that is begun last keeps one core busy alone.
    sizes = {job.hidden: problem.n_parameters(job.hidden) for job in jobs}
    chunk: list[Job] = []
    n_parameters = 0
    for job in sorted(jobs, key=lambda job: (-sizes[job.hidden], job.alpha)):
        n_parameters += sizes[job.hidden]
        if chunk and (len(chunk) == _CHUNK_NETWORKS or n_parameters > _CHUNK_PARAMETERS):
            yield chunk
            chunk, n_parameters = [], sizes[job.hidden]
        chunk.append(job)
    if chunk:
        yield chunk


def _has_ended(trainer: engine.Trainer) -> bool:
    return trainer.stop_reason not in (None, "interrupted")


def _penalty(spec: TrainingSpec, parameters: Array, n_samples: int) -> float:
    weights = (parameters[layer.weights] for layer in spec.network.layers())
    return spec.alpha / (2 * n_samples) * sum(float(W @ W) for W in weights)
