"""`CapacityStudy`: the whole way from a table to a verdict, as a scikit-learn meta-estimator."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import fields
from numbers import Integral
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import ThreadpoolController

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.versions import VersionedPickles
from moonlet.study.answers import AnswersByBest
from moonlet.study.course import hold
from moonlet.study.cuts import split_rows
from moonlet.study.dependence import questions, read_belonging
from moonlet.study.final import fit_again
from moonlet.study.given import read_given
from moonlet.study.identity import study_seed
from moonlet.study.plan import Size, read_sizes
from moonlet.study.progress import StudyProgress
from moonlet.study.rows import read_features, reads_numbers
from moonlet.study.targets import Classes

if TYPE_CHECKING:
    from distributed import Client


class CapacityStudy(
    AnswersByBest,
    VersionedPickles,
    MetaEstimatorMixin,  # type: ignore[misc]  # scikit-learn has no types
    ClassifierMixin,  # type: ignore[misc]
    BaseEstimator,  # type: ignore[misc]
):
    """Find out how large a network a problem needs, and whether it beats a straight line.

    Trains networks of many sizes and strengths of weight decay on folds of the rows, and a
    straight line with the same freedom; judges each fold by a choice that it had no part in;
    says whether a network beats the line, which sizes are enough, and how certain that is;
    and delivers the best network, or the line, trained on all rows.
    Preprocessing (gaps, categories, standardising) is fitted inside the folds.

    Predictions are those of `best_estimator_`.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor, optional
        The network to vary; its size, alpha and seed are replaced. When None,
        ``MLPClassifier(activation="tanh", solver="lbfgs", max_iter=500)``, or such an
        `MLPRegressor` if y holds floats with a fraction or of more than 20 values. For a
        regression y is standardised inside the folds as well (but for the losses "huber" and
        "poisson"); losses are told in units of y.
    hidden : "auto" or sequence of int or tuple of int, default="auto"
        Units of the hidden layer, or of each of several; 0 is the straight
        line (no hidden layer), which is there in any case. "auto" is 1, 2, 3, 4, 5, 10, 20
        and 50, doubled while the largest is measurably the best and rows allow it.
    alpha : "auto" or sequence of float, default="auto"
        Strengths of weight decay. Each size is judged at its best. "auto" begins with 1
        and 10 and goes on from there, see `moonlet.study.contest`.
    n_restarts : int, default=5
        Random starts of what is delivered, averaged before the output function. Every
        network that is judged has as many, but in a search ("auto") three at most.
    cv : int, scikit-learn splitter or list of (train, valid), default=5
        Folds, stratified and shuffled; made of the rows that are not test rows.
        With an int, the settings that may be the best are trained on the
        folds of two further cuts as well; a splitter is taken as it is.
    test_size : float, default=0.25
        Share of the rows kept, stratified, for the final score.
    scoring : str, callable or None, default=None
        A scikit-learn scorer to decide by in place of held-out log loss (for a
        regression, of the estimator's loss). It is then also what `score` gives;
        accuracy, or R squared, when None.
    store : path-like, optional
        An SQLite file that every network is committed to as it finishes. If it
        holds this very study, only the missing networks are trained.
    executor : distributed.Client or None, default=None
        Where to train: None is all cores, in this process; a Dask client is the workers
        of its cluster. The results are the same bits.
    n_jobs : int, optional
        Threads, as joblib counts them, but that None means all cores. The
        results do not depend on it.
    random_state : int, RandomState instance or None, default=None
        Decides test set, folds and starting weights: an int makes the study
        repeatable. With None the seed of the study in `store`, if any, is used.
    progress : bool or callable, default=False
        True shows a line on stderr if that is a terminal; a callable is given a
        `StudyProgress` now and then.
    max_seconds : float, optional
        Time after which the verdict is given from what is there. Where it is short the straight
        line has fewer penalties, and there are no boosted trees; what has begun is ended, and
        what is delivered is fitted, so that it may take longer by a few fits.
    refit : bool, default=True
        Whether `best_estimator_` is fitted again on all rows, the test rows too.
    trees : bool, default=True
        Whether boosted trees are fitted on the same folds, as a second reference.

    Attributes
    ----------
    results_ : DataFrame
        One row a network of the first cut, by size and alpha: hidden, alpha, fold,
        restart, seed, status (why training stopped; "failed" where it killed its
        worker three times), n_iter, train_loss and valid_loss (mean over rows, in nats
        for log loss, without the penalty), valid_score (accuracy or R squared, or the
        chosen scorer's),
        gradient_norm (Euclidean, at the end of training), seconds.
    summary_ : DataFrame
        One row a (hidden, alpha): n_parameters, n_folds (fewer where it was dropped),
        n_networks, n_converged; train_loss (mean over networks); valid_loss, valid_score
        (means over folds, the starts of a fold averaged before the output function);
        valid_loss_se, valid_score_se (standard errors over folds);
        valid_loss_restart_sd, valid_score_restart_sd (spread over all starts of
        a fold); gap (valid_loss - train_loss, mean over networks); seconds (summed).
    recommended_ : int or tuple of int
        The smallest size that is enough; 0 where no gain is shown.
    verdict_ : Verdict
        The decision and its numbers; ``str(verdict_)`` is what to read.
    baseline_ : Pipeline
        Preprocessing and `LogisticRegressionCV` (`RidgeCV`), fitted on all rows but the
        test rows. Its penalty was chosen on the same folds as the networks' alpha.
    best_estimator_ : Pipeline
        What is delivered: preprocessing ("preprocess") and one `MLPClassifier` or
        `MLPRegressor` ("network"), in which the starts stand side by side; without hidden
        units where it is the straight line (the mean of the lines whose penalties may be
        the best; `alpha` is the most frequent). Fitted on all rows.
    tested_estimator_ : Pipeline
        The same, fitted on all rows but the test rows: what `test_scores_` are of.
    trees_ : Pipeline or None
        Preprocessing and boosted trees, fitted on the same rows as `best_estimator_`.
    test_scores_ : dict
        n_test, accuracy, log_loss, brier and their 95 % intervals (accuracy_interval,
        log_loss_interval, brier_interval), baseline_accuracy, baseline_log_loss,
        baseline_brier, and by how much the log loss is lower row by row (log_loss_gain,
        log_loss_gain_interval). For a regression r2 and loss in place of accuracy and
        log_loss.
    test_indices_ : ndarray of shape (n_test,)
        Positions of the test rows.
    folds_ : list of (ndarray, ndarray)
        Positions of the rows trained on and of those held out, fold by fold.
    X_, y_ : DataFrame or ndarray, ndarray
        What was given to `fit`, for displays and `fit_size`.
    classes_ : ndarray of shape (n_classes,)
        Of a classification.
    seed_ : int
        The study's seed, with which it can be repeated.
    named_ : tuple of str
        Which of groups, time and sample_weight `fit` was given.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        If X has names that are all text.

    Examples
    --------
    >>> from moonlet import CapacityStudy
    >>> from moonlet.data import load
    >>> X, y = load("moons", n_samples=200, noise=0.2, random_state=0)
    >>> study = CapacityStudy(hidden=(0, 3), alpha=(0.1,), n_restarts=2, random_state=0)
    >>> study.fit(X, y).recommended_
    3
    >>> print(study.verdict_.answer)  # doctest: +ELLIPSIS
    A network predicts better than a straight line.
    The network's log loss, on rows not trained on, is ...
    You get a network of 2 × 3 hidden units...
    """

    def __init__(
        self,
        estimator: MLPClassifier | MLPRegressor | None = None,
        *,
        hidden: Sequence[Size] | Literal["auto"] = "auto",
        alpha: Sequence[float] | Literal["auto"] = "auto",
        n_restarts: int = 5,
        cv: Any = 5,
        test_size: float = 0.25,
        scoring: str | Callable[[Any, Any, Any], float] | None = None,
        store: str | os.PathLike[str] | None = None,
        executor: Client | None = None,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        progress: bool | Callable[[StudyProgress], None] = False,
        max_seconds: float | None = None,
        refit: bool = True,
        trees: bool = True,
    ) -> None:
        self.estimator = estimator
        self.hidden = hidden
        self.alpha = alpha
        self.n_restarts = n_restarts
        self.cv = cv
        self.test_size = test_size
        self.scoring = scoring
        self.store = store
        self.executor = executor
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.progress = progress
        self.max_seconds = max_seconds
        self.refit = refit
        self.trees = trees

    def fit(
        self, X: Any, y: Any, *, groups: Any = None, time: Any = None, sample_weight: Any = None
    ) -> Self:
        """Run the study.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            Numbers, categories and gaps.
        y : array-like of shape (n_samples,)
            Class labels, or numbers.
        groups : array-like of shape (n_samples,), optional
            To which person, place or thing each row belongs: rows of one group stay on
            one side of every cut.
        time : array-like of shape (n_samples,), optional
            When each row came: the test rows are the last, and every fold is held out by
            rows before it.
        sample_weight : array-like of shape (n_samples,), optional
            Weights of the rows, in training and in every mean over held-out rows.

        Returns
        -------
        self : CapacityStudy

        Raises
        ------
        ValueError
            If a parameter is not allowed.
        DataError
            If y has gaps, a single value, a class too rare for the folds, or, for a
            classifier, real numbers.
        StudyStoreError
            If `store` holds another study, or is no study's file.
        KeyboardInterrupt
            On Ctrl-C. What was trained is in the store, if there is one, and need not be
            trained again; where some setting had been through all folds, the study is fitted
            and has a verdict from what was there.
        """
        begun = monotonic()
        X = read_features(X)
        is_numeric = reads_numbers(self.estimator, y)
        given = read_given(self, X, y, sample_weight, is_numeric=is_numeric)
        values, target, grid = given.values, given.target, given.grid
        validate_data(self, X, skip_check_array=True)
        belonging = read_belonging(X, values, groups, time)
        self.X_, self.y_, self.sample_weight_ = X, target.labels(values), given.weight
        self.__dict__.pop("classes_", None)
        if isinstance(target, Classes):
            self.classes_ = target.names
        self.seed_ = study_seed(self.random_state, self.store)
        split = split_rows(
            values,
            target.names if isinstance(target, Classes) else None,
            test_size=self.test_size,
            cv=grid.effort.folds_of(self.cv),
            seed=self.seed_,
            X=X,
            belonging=belonging,
            n_cuts=grid.effort.n_cuts,
        )
        self.test_indices_ = split.test
        self.folds_ = [(fold.train, fold.valid) for fold in split.folds]
        told = {"groups": groups, "time": time, "sample_weight": sample_weight}
        # For those who want to run it again.
        self.named_ = tuple(name for name, value in told.items() if value is not None)
        named = groups is not None or time is not None or not isinstance(self.cv, Integral)
        asked = questions(X, values, is_numeric=target.is_numeric, named=named)
        # Threads of BLAS cost more than they save on matrices of a table's width, and on a busy
        # machine many times more. The networks are trained without it.
        with ThreadpoolController().limit(limits=1, user_api="blas"):
            outcome, stopped = hold(self, given, split, asked, begun)
        for name in (field.name for field in fields(outcome)):
            setattr(self, f"{name}_", getattr(outcome, name))
        self.recommended_ = self.verdict_.recommended.hidden
        if stopped == "interrupted":
            raise KeyboardInterrupt
        return self

    def fit_size(self, hidden: Size, alpha: float | None = None) -> Pipeline:
        """Train a network of another size as `tested_estimator_` was trained.

        Parameters
        ----------
        hidden : int or tuple of int
        alpha : float, optional
            When None, the best one for this size if the study tried it; else
            that of the best network.

        Returns
        -------
        pipeline : Pipeline
            Fitted on all rows but the test rows.
        """
        check_is_fitted(self)
        (size,) = read_sizes([hidden])
        if alpha is None:
            best_alphas = {contender.hidden: contender.alpha for contender in self.verdict_.sizes}
            alpha = best_alphas.get(size, self.verdict_.best.alpha)
        (pipeline,) = fit_again(self, [(size, alpha)])
        return pipeline
