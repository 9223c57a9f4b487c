"""What the networks of a study are trained on: rows, folds, and the network to vary."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import joblib
import numpy as np
from sklearn.base import clone

from moonlet import engine
from moonlet.data import make_preprocessor
from moonlet.estimators.base import BaseMLP
from moonlet.estimators.coding import Coding, LabelCoding, ValueCoding
from moonlet.estimators.plan import laid_out, plan_training
from moonlet.estimators.rows import Rows
from moonlet.estimators.settings import Settings, output_of_loss, settings_of
from moonlet.specs import Array, NetworkSpec, TrainingSpec
from moonlet.study.plan import Fold, Job, Size, layer_sizes
from moonlet.study.rows import take
from moonlet.study.targets import Classes, Target, Values

Scorer: TypeAlias = Callable[[Any, Any, Any], float]

# Prepared folds are kept up to this: of a large table only some at a time.
_MOST_BYTES = 256 * 2**20


class Problem:
    """The rows, the folds and the network to vary: all that a job needs beside its key.

    It can be pickled, and is small then: what was prepared is prepared again elsewhere.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_samples, n_features)
    values : ndarray of shape (n_samples,)
        Coded targets: positions of classes, or numbers.
    target : Target
    estimator : MLPClassifier or MLPRegressor
        Unfitted; size, alpha and seed are put in.
    folds : mapping of int to Fold
    scorer : callable, optional
        A scikit-learn scorer; the target's own score when None.
    """

    def __init__(
        self,
        X: Any,
        values: Values,
        target: Target,
        estimator: BaseMLP,
        folds: Mapping[int, Fold],
        scorer: Scorer | None = None,
    ) -> None:
        self.X = X
        self.coded = values
        self.target = target
        self.estimator: BaseMLP = clone(estimator)
        self.folds = dict(folds)
        self.scorer = scorer
        self._forget()

    def _forget(self) -> None:
        self._prepared: OrderedDict[int, PreparedFold] = OrderedDict()
        self._settings: dict[tuple[Size, float], Settings] = {}
        self._coding: Coding | None = None

    @property
    def coding(self) -> Coding:
        """What a network of this study makes of its targets."""
        if self._coding is None:
            estimator: Any = self.estimator
            if isinstance(self.target, Classes):
                self._coding = LabelCoding.of(estimator, np.arange(len(self.target.names)))
            else:
                self._coding = ValueCoding(output_of_loss(estimator.loss, 1))
        return self._coding

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._forget()

    def digest(self) -> str:
        """32 hexadecimal digits over everything that a result depends on beside its job."""
        return str(joblib.hash(self.__getstate__()))

    def folds_at_once(self) -> int:
        """How many folds may be prepared at the same time."""
        of_one = self.prepare(min(self.folds)).n_bytes
        return max(1, min(len(self.folds), _MOST_BYTES // of_one))

    def prepare(self, number: int) -> PreparedFold:
        """Rows of a fold, preprocessed by what its training part alone says."""
        if number in self._prepared:
            self._prepared.move_to_end(number)
            return self._prepared[number]
        prepared = PreparedFold(self, self.folds[number])
        most = max(1, _MOST_BYTES // prepared.n_bytes)
        while len(self._prepared) >= most:
            self._prepared.popitem(last=False)
        self._prepared[number] = prepared
        return prepared

    def settings(self, hidden: Size, alpha: float) -> Settings:
        """The estimator's parameters, with this size and penalty."""
        wanted = (hidden, alpha)
        if wanted not in self._settings:
            estimator = clone(self.estimator)
            estimator.set_params(hidden_layer_sizes=layer_sizes(hidden), alpha=alpha)
            self._settings[wanted] = settings_of(estimator)
        return self._settings[wanted]

    def spec(self, hidden: Size, alpha: float, n_features: int) -> TrainingSpec:
        """Tell in the engine's words what a network of this size is."""
        coding = self.coding
        return self.settings(hidden, alpha).spec(n_features, coding.n_outputs, coding.output)

    def trainer(self, job: Job) -> engine.Trainer:
        """One network, ready to train as `estimator.fit` would train it alone."""
        fold, settings = self.prepare(job.fold), self.settings(job.hidden, job.alpha)
        plan = plan_training(settings, self.coding, fold.rows, random_state=job.seed)
        # The rows lie in memory once, whatever the number of networks.
        trainer = plan.trainer(fold.training_data if plan.rows is fold.rows else None)
        trainer.judge_by(fold.training_data, fold.own_data, fold.valid_data)
        return trainer

    def score(self, model: Any, X: Array, values: Values, predictions: Array) -> float:
        """Score a fitted model; by the target's own score when there is no scorer."""
        if self.scorer is None:
            return self.target.score(predictions, values)
        return float(self.scorer(model, X, self.target.labels(values)))

    def measure_held_out(
        self, fold: PreparedFold, network: NetworkSpec, parameters: Array
    ) -> tuple[float, float]:
        """Mean loss and score of a network on the rows that a fold holds out."""
        outputs = engine.predict(network, parameters, fold.X_valid)
        predictions = self.target.predictions(outputs, fold.scale)
        loss = float(self.target.row_losses(predictions, fold.valid_values).mean())
        model = self.target.model(network, parameters, fold.scale)
        return loss, self.score(model, fold.X_valid, fold.valid_values, predictions)

    def n_parameters(self, hidden: Size) -> int:
        """Weights and biases of a network of this size, for the rows of the first fold."""
        n_features = self.prepare(min(self.folds)).X_train.shape[1]
        return self.spec(hidden, 0.0, n_features).network.n_parameters


class PreparedFold:
    """A fold's rows after preprocessing, laid out for the engine once."""

    def __init__(self, problem: Problem, fold: Fold) -> None:
        preprocessor = make_preprocessor(take(problem.X, fold.train))
        self.X_train: Array = preprocessor.fit_transform(take(problem.X, fold.train))
        self.X_valid: Array = np.empty((0, self.X_train.shape[1]))
        if len(fold.valid):
            self.X_valid = preprocessor.transform(take(problem.X, fold.valid))
        self.train_values = problem.coded[fold.train]
        self.valid_values = problem.coded[fold.valid]
        self.scale = problem.target.scale(self.train_values)
        rows, coding = Rows(self.X_train, self._coded(problem, self.train_values)), problem.coding
        self.rows = coding.weighted(rows, rows)
        self.training_data = laid_out(self.rows, coding)
        # Networks are judged by rows as they are: without weights, each of one class.
        plain = coding
        if isinstance(coding, LabelCoding) and coding.label_smoothing:
            plain = replace(coding, label_smoothing=0.0)
        self.own_data, self.valid_data = self.training_data, None
        if self.rows.weight is not None or plain is not coding:
            self.own_data = laid_out(rows, plain)
        if len(fold.valid):
            valid = Rows(self.X_valid, self._coded(problem, self.valid_values))
            self.valid_data = laid_out(valid, plain)
        of_targets = len(self.X_train) * coding.n_outputs * self.X_train.itemsize
        # The engine keeps the rows once more, feature by feature.
        self.n_bytes: int = max(1, 2 * (self.X_train.nbytes + self.X_valid.nbytes) + 4 * of_targets)

    def _coded(self, problem: Problem, values: Values) -> Values:
        if not problem.target.is_numeric:
            return values
        scaled = (values - self.scale.center) / self.scale.spread
        return np.asarray(scaled.astype(self.X_train.dtype).reshape(-1, 1))
