"""What the networks of a study are trained on: rows, folds, and the network to vary."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, TypeAlias

import joblib
import numpy as np
from scipy import sparse
from sklearn.base import clone

from moonlet import engine
from moonlet.data import make_preprocessor
from moonlet.estimators.base import BaseMLP
from moonlet.estimators.coding import Coding, LabelCoding, ValueCoding
from moonlet.estimators.plan import laid_out, plan_training
from moonlet.estimators.rows import Rows
from moonlet.estimators.settings import Settings, output_of_loss, settings_of
from moonlet.exceptions import DataError
from moonlet.specs import Array, NetworkSpec, TrainingSpec
from moonlet.study.cuts import Fold
from moonlet.study.plan import Job, Size, layer_sizes
from moonlet.study.rows import take
from moonlet.study.targets import Classes, Target, Values, mean, raw_outputs

Scorer: TypeAlias = Callable[[Any, Any, Any], float]

# Prepared folds are kept up to this: of a large table only some at a time.
_MOST_BYTES = 256 * 2**20


class Problem:
    """The rows, the folds and the network to vary: all that a job needs beside its key.

    It can be pickled, and is small then: what was prepared is prepared again elsewhere.

    Parameters
    ----------
    X : DataFrame, ndarray or CSR matrix of shape (n_samples, n_features)
    values : ndarray of shape (n_samples,)
        Coded targets: positions of classes, or numbers.
    target : Target
    estimator : MLPClassifier or MLPRegressor
        Unfitted; size, alpha and seed are put in.
    folds : mapping of int to Fold
    scorer : callable, optional
        A scikit-learn scorer; the target's own score when None.
    weight : ndarray of shape (n_samples,), optional
        Of the rows: in training, in every mean over held-out rows, and for scorers that take it.
    in_32_bit : bool
        Train in float32: half the time, for tables of many rows.
    keeps_raw : bool
        Whether a result carries the network's `raw_outputs` for the held-out rows, so that
        several starts can be averaged.
    """

    def __init__(
        self,
        X: Any,
        values: Values,
        target: Target,
        estimator: BaseMLP,
        folds: Mapping[int, Fold],
        scorer: Scorer | None = None,
        *,
        weight: Array | None = None,
        in_32_bit: bool = False,
        keeps_raw: bool = True,
    ) -> None:
        self.X = X
        self.coded = values
        self.target = target
        self.estimator: BaseMLP = clone(estimator)
        # By name, as the caller gave it; the estimator here knows classes by their positions.
        self.class_weight = getattr(estimator, "class_weight", None)
        if isinstance(target, Classes) and isinstance(self.class_weight, dict):
            places = {name: at for at, name in enumerate(target.names.tolist())}
            by_place = {places.get(name, name): one for name, one in self.class_weight.items()}
            self.estimator.set_params(class_weight=by_place)
        self.folds = dict(folds)
        self.scorer = scorer
        self.weight = weight
        self.in_32_bit = in_32_bit
        self.keeps_raw = keeps_raw
        self._forget()

    def _forget(self) -> None:
        self._prepared: OrderedDict[int, PreparedFold] = OrderedDict()
        self._settings: dict[tuple[Size, float], Settings] = {}
        self._coding: Coding | None = None
        # Found out once: the rows as an array, if they are nothing but numbers.
        self._plain: tuple[Array | None] | None = None

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

    def on(self, folds: Mapping[int, Fold]) -> Problem:
        """The same on other folds."""
        problem = copy(self)
        problem.folds = dict(folds)
        return problem

    def digest(self) -> str:
        """32 hexadecimal digits over everything that a result depends on beside its job."""
        return str(joblib.hash(self.__getstate__()))

    def preprocessing(self, fold: Fold) -> tuple[Any, Any]:
        """The rows, and what is to be fitted to turn them into numbers inside a fold."""
        if self._plain is None:
            self._plain = (_plain_numbers(self.X),)
        (plain,) = self._plain
        if plain is None:
            return self.X, make_preprocessor(take(self.X, fold.train))
        # Nothing is to be read, and no gap to be filled: looking for some takes longer than
        # all the rest.
        return plain, make_preprocessor(plain)["scale"]

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
            layers = layer_sizes(hidden)
            estimator.set_params(hidden_layer_sizes=layers, alpha=alpha)
            if not layers:
                estimator.set_params(activation="identity")  # One a layer would not fit.
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

    def score(self, model: Any, fold: PreparedFold, predictions: Array) -> float:
        """Score a fitted model on held-out rows; by the target's own score without a scorer."""
        if self.scorer is None:
            return self.target.score(predictions, fold.valid_values, fold.valid_weight)
        options = {}
        # Only scikit-learn's own scorers are known to pass weights on.
        if fold.valid_weight is not None and hasattr(self.scorer, "_score_func"):
            options = {"sample_weight": fold.valid_weight}
        labels = self.target.labels(fold.valid_values)
        try:
            return float(self.scorer(model, fold.X_valid, labels, **options))
        except (AttributeError, TypeError, ValueError) as error:
            kind = "numbers, such as 'r2'" if self.target.is_numeric else "these classes"
            raise ValueError(
                f"scoring cannot judge held-out rows: {error} Choose one that is for {kind}."
            ) from error

    def measure_held_out(
        self, fold: PreparedFold, network: NetworkSpec, parameters: Array
    ) -> tuple[float, float, Array]:
        """Mean loss and score of a network on the rows that a fold holds out; its raw outputs.

        A scorer is given the network itself, of which it may ask whatever it likes.
        """
        raw = raw_outputs(network, parameters, fold.X_valid)
        predictions = self.target.predictions(raw, fold.scale)
        losses = self.target.row_losses(predictions, fold.valid_values)
        model = self.target.model(network, parameters, fold.scale)
        return mean(losses, fold.loss_weight), self.score(model, fold, predictions), raw

    def measure_raw(self, fold: PreparedFold, raw: Array) -> tuple[float, float, Array]:
        """Mean loss and score of raw outputs for the rows that a fold holds out; all losses."""
        predictions = self.target.predictions(raw, fold.scale)
        losses = self.target.row_losses(predictions, fold.valid_values)
        model = self.target.answering(fold.X_valid, predictions)
        return mean(losses, fold.loss_weight), self.score(model, fold, predictions), losses

    def n_parameters(self, hidden: Size) -> int:
        """Weights and biases of a network of this size, for the rows of the first fold."""
        n_features = self.prepare(min(self.folds)).X_train.shape[1]
        return self.spec(hidden, 0.0, n_features).network.n_parameters


def _plain_numbers(X: Any) -> Array | None:
    """A table as an array, if all its cells are finite numbers of one type."""
    if not isinstance(X, np.ndarray):
        dtypes = getattr(X, "dtypes", None)
        if dtypes is None or not all(dtype == np.float64 for dtype in dtypes):
            return None
        X = np.ascontiguousarray(X.to_numpy())
    return X if X.dtype.kind == "f" and engine.all_finite(X) else None


def _n_bytes(X: Any) -> int:
    parts = (X.data, X.indices, X.indptr) if sparse.issparse(X) else (X,)
    return sum(part.nbytes for part in parts)


class PreparedFold:
    """A fold's rows after preprocessing, laid out for the engine once."""

    def __init__(self, problem: Problem, fold: Fold) -> None:
        X, preprocessor = problem.preprocessing(fold)
        dtype = np.float32 if problem.in_32_bit else None
        self.X_train: Array = preprocessor.fit_transform(take(X, fold.train))
        self.X_train = self.X_train.astype(dtype or self.X_train.dtype, copy=False)
        self.X_valid: Array = np.empty((0, self.X_train.shape[1]))
        if len(fold.valid):
            self.X_valid = preprocessor.transform(take(X, fold.valid))
            self.X_valid = self.X_valid.astype(self.X_train.dtype, copy=False)
        self.train_values = problem.coded[fold.train]
        self.valid_values = problem.coded[fold.valid]
        self.scale = problem.target.scale(self.train_values)
        weight, self.valid_weight = (
            None if problem.weight is None else problem.weight[positions]
            for positions in (fold.train, fold.valid)
        )
        coded, coding = self._coded(problem, self.train_values), problem.coding
        rows = Rows(self.X_train, coded, weight)
        self.rows = coding.weighted(rows, rows)
        # What is trained on is what counts: weights of classes are a part of the loss.
        held = Rows(self.X_valid, self._coded(problem, self.valid_values), self.valid_weight)
        held = coding.weighted(held, rows)
        self.loss_weight = held.weight
        self.training_data = laid_out(self.rows, coding)
        # Networks are judged by rows of one class each.
        plain = coding
        if isinstance(coding, LabelCoding) and coding.label_smoothing:
            plain = replace(coding, label_smoothing=0.0)
        self.own_data = self.training_data if plain is coding else laid_out(self.rows, plain)
        self.valid_data = None
        if len(fold.valid):
            if held.weight is not None and not held.weight.any():
                raise DataError(
                    "Rows that are held out together all have a weight of 0. Use fewer folds, or "
                    "leave rows without weight away."
                )
            self.valid_data = laid_out(held, plain)
        of_targets = coding.n_outputs * self.train_values.size * self.X_train.dtype.itemsize
        # The engine keeps the rows once more, feature by feature.
        self.n_bytes: int = max(
            1, 2 * sum(map(_n_bytes, (self.X_train, self.X_valid))) + 4 * of_targets
        )

    def _coded(self, problem: Problem, values: Values) -> Values:
        if not problem.target.is_numeric:
            return values
        scaled = (values - self.scale.center) / self.scale.spread
        return np.asarray(scaled.astype(self.X_train.dtype).reshape(-1, 1))
