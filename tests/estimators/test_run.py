"""Looking on between passes: scikit-learn's callbacks, and verbose."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.estimators import MLPClassifier, MLPRegressor

X, Y = load_iris(return_X_y=True)
SOLVERS = ["gd", "sgd", "adam", "lbfgs"]


def network(solver: str = "gd", **changes: object) -> MLPClassifier:
    settings = {"learning_rate_init": 0.05, "tol": 0, "max_iter": 12, "random_state": 0}
    return MLPClassifier((3,), "tanh", solver=solver, **(settings | changes))


class Recorder:
    """Counts tasks, keeps the networks between them, and may ask to stop."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.events: list[str] = []
        self.losses: list[float] = []
        self.predictions: list[np.ndarray] = []
        self._stop_after = stop_after

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context, *, X=None):
        self.events.append(f"begin {context.task_name}")
        assert X is not None

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.events.append(f"end {context.task_name}")
        assert fitted_estimator is not estimator
        if context.task_name == "iteration":
            self.losses.append(fitted_estimator.loss_curve_[-1])
            self.predictions.append(fitted_estimator.predict_proba(X))
            return len(self.losses) == self._stop_after
        return False


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_callback_hears_of_every_pass_and_changes_nothing(solver):
    recorder = Recorder()
    watched = network(solver).set_callbacks(recorder).fit(X, Y)
    alone = network(solver).fit(X, Y)
    passes = ["begin iteration", "end iteration"] * 12
    assert recorder.events == ["setup", "begin fit", *passes, "end fit", "teardown"]
    assert recorder.losses == alone.loss_curve_ == watched.loss_curve_
    np.testing.assert_array_equal(recorder.predictions[-1], alone.predict_proba(X))
    assert not np.array_equal(recorder.predictions[0], recorder.predictions[-1])


def test_a_callback_may_end_training():
    recorder = Recorder(stop_after=5)
    estimator = network().set_callbacks(recorder).fit(X, Y)
    assert (estimator.n_iter_, estimator.stop_reason_) == (5, "interrupted")
    five = network(max_iter=5).fit(X, Y)
    np.testing.assert_array_equal(estimator.coefs_[0], five.coefs_[0])


def test_early_stopping_keeps_the_best_weights_when_a_callback_ends_training():
    settings = {
        "solver": "sgd", "learning_rate_init": 2.0, "max_iter": 60, "early_stopping": True,
        "n_iter_no_change": 1000, "validation_fraction": 0.4, "batch_size": 10,
    }  # fmt: skip
    estimator = network(**settings).set_callbacks(Recorder(stop_after=40)).fit(X, Y)
    best = int(np.argmax(estimator.validation_scores_))
    assert best < 39
    until_best = network(**settings | {"max_iter": best + 1})
    with pytest.warns(UserWarning, match="Maximum iterations"):
        until_best.fit(X, Y)
    np.testing.assert_array_equal(estimator.coefs_[0], until_best.coefs_[0])


def test_a_scoring_monitor_sees_accuracy_rise():
    monitor = ScoringMonitor(scoring="accuracy")
    estimator = network("lbfgs", max_iter=2000, alpha=1.0, tol=1e-3).set_callbacks(monitor)
    estimator.fit(X, Y)
    log = monitor.get_logs().data_as_pandas
    scores = log.loc[log["task_name"] == "iteration", "accuracy"].to_numpy()
    assert len(scores) == estimator.n_iter_
    assert scores[-1] == estimator.score(X, Y) > scores[0]


def test_a_scoring_monitor_sees_a_regressors_error_fall():
    monitor = ScoringMonitor(scoring="neg_mean_squared_error")
    estimator = MLPRegressor("huber", (3,), solver="gd", max_iter=30, tol=0, random_state=0)
    estimator.set_callbacks(monitor).fit(X, X[:, 0] - 5.0)
    log = monitor.get_logs().data_as_pandas
    scores = log.loc[log["task_name"] == "iteration", "neg_mean_squared_error"].to_numpy()
    assert len(scores) == 30
    assert scores[-1] > scores[0]


def test_a_progress_bar_is_drawn(capsys):
    network().set_callbacks(ProgressBar()).fit(X, Y)
    assert "MLPClassifier - fit" in capsys.readouterr().out


def test_a_progress_bar_reaches_down_from_a_search(capsys):
    pipeline = make_pipeline(StandardScaler(), network(max_iter=5))
    search = GridSearchCV(pipeline, {"mlpclassifier__alpha": [0.1, 1.0]}, cv=2)
    search.set_callbacks(ProgressBar(max_propagation_depth=None)).fit(X, Y)
    assert "MLPClassifier - fit" in capsys.readouterr().out


def test_training_that_fails_tears_callbacks_down():
    recorder = Recorder()
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        network(learning_rate_init=1e300, alpha=1.0).set_callbacks(recorder).fit(X, Y)
    assert recorder.events[-1] == "teardown"


def test_verbose_writes_a_line_on_every_pass_of_every_solver(capsys):
    for solver in ("gd", "lbfgs"):
        estimator = network(solver, verbose=True, max_iter=300, alpha=1.0, tol=1e-3).fit(X, Y)
        lines = capsys.readouterr().out.splitlines()
        passes = [line for line in lines if line.startswith("Iteration")]
        assert len(passes) == estimator.n_iter_
        assert passes[-1] == (
            f"Iteration {estimator.n_iter_}, loss = {estimator.loss_curve_[-1]:.8f}"
        )


def test_nothing_is_printed_unless_asked_for(capsys):
    network().fit(X, Y)
    assert capsys.readouterr() == ("", "")
