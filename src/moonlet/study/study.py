"""`CapacityStudy`: the whole way from a table to a verdict, as a scikit-learn meta-estimator."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, is_regressor
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from sklearn.utils import RegressorTags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import ThreadpoolController

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.specs import Array
from moonlet.study.evidence import Evidence, Repeats
from moonlet.study.final import fit_baseline, fit_network
from moonlet.study.grid import Grid, numbers_of, read_grid
from moonlet.study.identity import study_identity, study_seed
from moonlet.study.plan import Size, Split, plan_jobs, read_sizes, split_rows
from moonlet.study.problem import Problem
from moonlet.study.progress import StudyProgress, Tally, progress_callable
from moonlet.study.rows import read_classes, read_features, read_numbers, reads_numbers, take
from moonlet.study.scores import score_on_test_rows
from moonlet.study.store import NETWORKS, REPEATS, StudyStore, run_missing
from moonlet.study.straight_line import fit_straight_line
from moonlet.study.targets import Classes, Target, Values
from moonlet.study.training import NetworkResult
from moonlet.study.verdict import choose, judge

if TYPE_CHECKING:
    from distributed import Client

_COLUMNS = [field.name for field in fields(NetworkResult)]


def _predicts_classes(study: CapacityStudy) -> bool:
    if study.__sklearn_is_fitted__():
        return hasattr(study, "classes_")
    given = study.estimator
    return not (isinstance(given, BaseEstimator) and is_regressor(given))


class CapacityStudy(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Find out how large a network a problem needs, and whether it beats a straight line.

    Trains a network for every size, alpha, fold and random start, compares what
    they do on the held-out folds, recommends the smallest size within one
    standard error of the best, tests it against logistic regression on the same
    folds and on those of two further cuts, and scores both once on a test set
    that nothing has looked at before.
    Preprocessing (gaps, categories, standardising) is fitted inside the folds.

    Predictions are those of `best_estimator_`.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor, optional
        The network to vary; its size, alpha and seed are replaced. When None,
        ``MLPClassifier(activation="tanh", solver="lbfgs", max_iter=5000)``, or such an
        `MLPRegressor` if y holds floats with a fraction or of more than 20 values:
        trained to convergence, so that size is not mixed up with an optimiser
        that was stopped. For a regression y is standardised inside the folds as well
        (but for the losses "huber" and "poisson"); losses are told in units of y.
    hidden : sequence of int or tuple of int, default=(0, 1, 2, 3, 4, 5, 20, 50)
        Units of the hidden layer, or of each of several; 0 is the straight
        line (no hidden layer).
    alpha : sequence of float, default=(1e-4, 1e-2, 1.0)
        Strengths of weight decay. Each size is judged at its best.
    n_restarts : int, default=5
        Random starts of every network.
    cv : int or scikit-learn splitter, default=5
        Folds, stratified and shuffled; made of the rows that are not test rows.
        With an int, the network that may beat the straight line is trained on the
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

    Attributes
    ----------
    results_ : DataFrame
        One row a network, in the order of the grid: hidden, alpha, fold,
        restart, seed, status (why training stopped; "failed" where it killed its
        worker three times), n_iter, train_loss and valid_loss (mean over rows, in nats
        for log loss, without the penalty), valid_score (accuracy or R squared, or the
        chosen scorer's),
        gradient_norm (Euclidean, at the end of training), seconds.
    summary_ : DataFrame
        One row a (hidden, alpha): n_parameters, n_networks, n_converged;
        train_loss, valid_loss, valid_score (means over folds, each told by the
        start with the lowest training loss, which is the one that would be
        delivered); valid_loss_se, valid_score_se (standard errors over folds);
        valid_loss_restart_sd, valid_score_restart_sd (spread over all starts of
        a fold); gap (valid_loss - train_loss); seconds (summed).
    recommended_ : int or tuple of int
        The smallest size within one standard error of the best, as in `hidden`.
    verdict_ : Verdict
        The decision and its numbers; ``str(verdict_)`` is the paragraph to read.
    baseline_ : Pipeline
        Preprocessing and `LogisticRegressionCV` (`RidgeCV`), fitted on all rows but the
        test rows. Its penalty was chosen on the same folds as the networks' alpha.
    best_estimator_ : Pipeline
        Preprocessing ("preprocess") and the network ("network") of the
        recommended size and alpha, fitted on all rows but the test rows: of
        `n_restarts` starts the one with the lowest training loss.
    test_scores_ : dict
        n_test, accuracy, log_loss and their 95 % intervals (accuracy_interval,
        log_loss_interval), baseline_accuracy, baseline_log_loss, and by how much
        the network's log loss is lower row by row (log_loss_gain,
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
    >>> print(study.verdict_)  # doctest: +ELLIPSIS
    3 hidden units are enough (alpha 0.1): held-out log loss ...
    """

    def __init__(
        self,
        estimator: MLPClassifier | MLPRegressor | None = None,
        *,
        hidden: Sequence[Size] = (0, 1, 2, 3, 4, 5, 20, 50),
        alpha: Sequence[float] = (1e-4, 1e-2, 1.0),
        n_restarts: int = 5,
        cv: Any = 5,
        test_size: float = 0.25,
        scoring: str | Callable[[Any, Any, Any], float] | None = None,
        store: str | os.PathLike[str] | None = None,
        executor: Client | None = None,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        progress: bool | Callable[[StudyProgress], None] = False,
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

    def fit(self, X: Any, y: Any) -> Self:
        """Run the study.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n_samples, n_features)
            Numbers, categories and gaps.
        y : array-like of shape (n_samples,)
            Class labels, or numbers.

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
            trained again.
        """
        X = read_features(X)
        is_numeric = reads_numbers(self.estimator, y)
        grid = read_grid(self, is_numeric=is_numeric)
        values, target = self._read_target(X, y, grid)
        validate_data(self, X, skip_check_array=True)
        self.X_, self.y_ = X, target.labels(values)
        self.seed_ = study_seed(self.random_state, self.store)
        split = split_rows(
            values,
            target.names if isinstance(target, Classes) else None,
            test_size=self.test_size,
            cv=self.cv,
            seed=self.seed_,
        )
        self.test_indices_ = split.test
        self.folds_ = [(fold.train, fold.valid) for fold in split.folds]
        problem = Problem(X, values, target, grid.template, split.numbered(), grid.scorer)
        # Threads of BLAS cost more than they save on matrices of a table's width, and on a busy
        # machine many times more. The networks are trained without it.
        with ThreadpoolController().limit(limits=1, user_api="blas"):
            self._learn(problem, grid, split, *self._train(problem, grid, split))
        return self

    def _read_target(self, X: Any, y: Any, grid: Grid) -> tuple[Values, Target]:
        if isinstance(grid.template, MLPRegressor):
            self.__dict__.pop("classes_", None)
            return read_numbers(X, y), numbers_of(grid.template)
        self.classes_, class_indices = read_classes(X, y)
        return class_indices, Classes(self.classes_)

    def fit_size(self, hidden: Size, alpha: float | None = None) -> Pipeline:
        """Train a network of another size as `best_estimator_` was trained.

        Parameters
        ----------
        hidden : int or tuple of int
        alpha : float, optional
            When None, the best one for this size if the study tried it; else
            that of the recommended size.

        Returns
        -------
        pipeline : Pipeline
            Fitted on all rows but the test rows.
        """
        check_is_fitted(self)
        (size,) = read_sizes([hidden])
        if alpha is None:
            best_alphas = {contender.hidden: contender.alpha for contender in self.verdict_.sizes}
            alpha = best_alphas.get(size, self.verdict_.recommended.alpha)
        grid = read_grid(self, is_numeric=not hasattr(self, "classes_"))
        values, target = self._read_target(self.X_, self.y_, grid)
        rest = np.setdiff1d(np.arange(len(self.y_)), self.test_indices_)
        return fit_network(grid, self.X_, values, target, rest, size, alpha, self.seed_)

    def predict(self, X: Any) -> NDArray[Any]:
        """Most probable class (or number) of each row, by `best_estimator_`."""
        return np.asarray(self._best().predict(X))

    @available_if(_predicts_classes)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """Probability of each class (a column, as in `classes_`) for each row, likewise."""
        return np.asarray(self._best().predict_proba(X))

    def score(self, X: Any, y: Any) -> float:
        """Score the predictions by `scoring`; when None by accuracy, or by R squared."""
        best = self._best()
        if self.scoring is None:
            return float(best.score(X, y))
        return float(get_scorer(self.scoring)(best, X, y))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "verdict_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        if not _predicts_classes(self):
            tags.estimator_type = "regressor"
            tags.classifier_tags, tags.regressor_tags = None, RegressorTags()
        return tags

    def _best(self) -> Pipeline:
        check_is_fitted(self)
        return self.best_estimator_

    def _train(
        self, problem: Problem, grid: Grid, split: Split
    ) -> tuple[list[NetworkResult], Evidence, Repeats | None]:
        """Train the grid; then the network to be compared with the line on the further cuts."""
        n_folds = len(split.folds)
        jobs = plan_jobs(grid.sizes, grid.alphas, range(n_folds), grid.n_restarts, self.seed_)
        tell = progress_callable(self.progress)
        tally = Tally(len(jobs), n_folds * grid.n_restarts, grid.measure)
        with ExitStack() as stack:
            store = None
            if self.store is not None:
                identity = study_identity(self._identity(grid), self.X_, self.y_, split)
                store = stack.enter_context(StudyStore(self.store, identity))

            def heard(results: Iterable[NetworkResult]) -> None:
                tally.add(results)
                tell(tally.progress())

            results = run_missing(grid.executor, problem, jobs, store, NETWORKS, heard)
            n_parameters = tuple(map(problem.n_parameters, grid.sizes))
            evidence = Evidence.from_results(
                results, grid.sizes, grid.alphas, n_parameters, grid.n_restarts
            )
            choice = choose(evidence, grid.measure)
            if choice.compared is None or not split.repeats:
                return results, evidence, None
            again = plan_jobs(
                [grid.sizes[choice.compared]],
                [choice.alphas[choice.compared]],
                range(n_folds, n_folds + len(split.repeats)),
                grid.n_restarts,
                self.seed_,
            )
            repeated = run_missing(grid.executor, problem, again, store, REPEATS)
        return results, evidence, Repeats.from_results(repeated, grid.n_restarts)

    def _identity(self, grid: Grid) -> dict[str, object]:
        return {
            "estimator": grid.template,
            "hidden": grid.sizes,
            "alpha": grid.alphas,
            "n_restarts": grid.n_restarts,
            "cv": self.cv,
            "test_size": self.test_size,
            "scoring": self.scoring,
            "seed": self.seed_,
        }

    def _learn(
        self,
        problem: Problem,
        grid: Grid,
        split: Split,
        results: list[NetworkResult],
        evidence: Evidence,
        repeats: Repeats | None,
    ) -> None:
        import pandas as pd

        rows = list(map(attrgetter(*_COLUMNS), results))
        self.results_ = pd.DataFrame(rows, columns=_COLUMNS)
        self.summary_ = evidence.summary()
        n_folds = len(split.folds)
        further = range(n_folds, n_folds + len(split.repeats))
        line = fit_straight_line(problem, range(n_folds), self.scoring, further, grid.n_threads)
        verdict = judge(
            evidence,
            line,
            n_train=float(np.mean([len(fold.train) for fold in split.folds])),
            n_valid=float(np.mean([len(fold.valid) for fold in split.folds])),
            measure=grid.measure,
            repeats=repeats,
        )
        self.recommended_ = verdict.recommended.hidden
        self.best_estimator_ = fit_network(
            grid,
            self.X_,
            problem.coded,
            problem.target,
            split.rest,
            self.recommended_,
            verdict.recommended.alpha,
            self.seed_,
        )
        self.baseline_ = fit_baseline(problem, split, line.alpha, self.scoring)
        # Nothing above has seen the test rows; nothing below decides.
        self.test_scores_ = score_on_test_rows(
            problem.target,
            self.best_estimator_,
            self.baseline_,
            take(self.X_, split.test),
            problem.coded[split.test],
        )
        self.verdict_ = replace(verdict, test_scores=self.test_scores_)
