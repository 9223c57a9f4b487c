"""What a fitted study answers with: it predicts as the model that it delivers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, is_regressor
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from sklearn.utils import RegressorTags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from moonlet.specs import Array
from moonlet.study.base import BaseStudy


def _predicts_classes(study: BaseStudy) -> bool:
    if hasattr(study, "verdict_"):
        return hasattr(study, "classes_")
    given = study.estimator
    return not (isinstance(given, BaseEstimator) and is_regressor(given))


class AnswersByBest(BaseStudy):
    """The half of a `CapacityStudy` that scikit-learn asks once it is fitted."""

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the most probable class, or the number, of each row by `best_estimator_`.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            With the columns that `fit` was given.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Names of classes, or numbers in units of the target.

        Raises
        ------
        NotFittedError
            If the study has not been fitted.
        """
        return np.asarray(self._best().predict(X))

    @available_if(_predicts_classes)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """Predict the probability of each class for each row by `best_estimator_`.

        There is no such method where the target is a number.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            With the columns that `fit` was given.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            A column for each class, in the order of `classes_`.

        Raises
        ------
        NotFittedError
            If the study has not been fitted.
        """
        return np.asarray(self._best().predict_proba(X))

    def score(self, X: Any, y: Any) -> float:
        """Score the predictions of `best_estimator_`.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            With the columns that `fit` was given.
        y : array-like of shape (n_samples,)
            What is true of these rows.

        Returns
        -------
        score : float
            By `scoring`; when that is None accuracy, or R squared of numbers.

        Raises
        ------
        NotFittedError
            If the study has not been fitted.
        """
        best = self._best()
        if self.scoring is None:
            return float(best.score(X, y))
        return float(get_scorer(self.scoring)(best, X, y))

    def _best(self) -> Pipeline:
        check_is_fitted(self)
        return self.best_estimator_

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "verdict_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]  # of the classes behind this one
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        if not _predicts_classes(self):
            tags.estimator_type = "regressor"
            tags.classifier_tags, tags.regressor_tags = None, RegressorTags()
        return tags
