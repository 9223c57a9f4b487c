from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_classification, make_friedman1, make_moons
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import f1_score, log_loss, mean_squared_error, r2_score
from sklearn.model_selection import KFold, RepeatedStratifiedKFold, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import CapacityStudy, MLPClassifier, MLPRegressor
from moonlet.exceptions import DataError, StudyStoreError
from moonlet.study import StudyProgress, training
from moonlet.study.executors import LocalExecutor
from moonlet.study.plan import derived_seed, plan_jobs
from moonlet.study.problem import Problem
from tests.study.conftest import SMALL


def without_time(study: CapacityStudy) -> pd.DataFrame:
    return study.results_.drop(columns="seconds")


def test_the_table_has_a_row_for_every_network_of_the_grid(small_study: CapacityStudy) -> None:
    results = small_study.results_
    assert list(results.columns) == [
        "hidden", "alpha", "fold", "restart", "seed", "status",
        "n_iter", "train_loss", "valid_loss", "valid_score", "gradient_norm", "seconds",
    ]  # fmt: skip
    assert len(results) == 3 * 2 * 3 * 2
    assert not results.duplicated(["hidden", "alpha", "fold", "restart"]).any()
    assert not results.isna().any(axis=None)


def test_the_same_seed_gives_the_same_table_on_one_thread_and_on_two(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    for n_jobs in (1, 2):
        again = CapacityStudy(**SMALL, n_jobs=n_jobs).fit(*moons)
        pd.testing.assert_frame_equal(
            without_time(again), without_time(small_study), check_exact=True
        )
        assert str(again.verdict_) == str(small_study.verdict_)


def test_a_resumed_study_gives_the_table_of_an_uninterrupted_one(
    small_study: CapacityStudy,
    moons: tuple[Any, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "_CHUNK_NETWORKS", 5)

    def stop_half_way(progress: StudyProgress) -> None:
        if progress.done >= 15:
            raise RuntimeError

    store = tmp_path / "study.db"
    with pytest.raises(RuntimeError):
        CapacityStudy(**SMALL, store=store, n_jobs=1, progress=stop_half_way).fit(*moons)
    resumed = CapacityStudy(**SMALL, store=store).fit(*moons)
    pd.testing.assert_frame_equal(
        without_time(resumed), without_time(small_study), check_exact=True
    )
    assert str(resumed.verdict_) == str(small_study.verdict_)


def test_an_interrupted_study_keeps_what_had_finished_and_does_not_train_it_again(
    moons: tuple[Any, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "_CHUNK_NETWORKS", 5)
    heard: list[StudyProgress] = []

    def interrupt(progress: StudyProgress) -> None:
        heard.append(progress)
        if progress.done >= 10:
            raise KeyboardInterrupt

    store = tmp_path / "study.db"
    with pytest.raises(KeyboardInterrupt):
        CapacityStudy(**SMALL, store=store, n_jobs=1, progress=interrupt).fit(*moons)
    kept = heard[-1].done
    assert 10 <= kept <= 15

    trained: list[int] = []

    def count(self: LocalExecutor, problem: Problem, jobs: Any, report: Any) -> None:
        trained.append(len(jobs))
        really_run(self, problem, jobs, report)

    really_run = LocalExecutor.run
    monkeypatch.setattr(LocalExecutor, "run", count)
    first: list[StudyProgress] = []
    CapacityStudy(**SMALL, store=store, progress=first.append).fit(*moons)
    assert first[0].done == kept
    assert trained == [36 - kept, 12]  # The grid, then two more cuts for the one compared.
    CapacityStudy(**SMALL, store=store).fit(*moons)
    assert trained == [36 - kept, 12, 0, 0]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"alpha": (0.01,)}, r"alpha was \(0\.01, 0\.1\), is \(0\.01,\)"),
        ({"hidden": (0, 2)}, r"hidden was \(0, 2, 5\), is \(0, 2\)"),
        ({"n_restarts": 3}, "n_restarts was 2, is 3"),
        ({"cv": 4}, "cv was 3, is 4"),
        ({"test_size": 0.3}, r"test_size was 0\.25, is 0\.3"),
        ({"scoring": "f1"}, "scoring was None, is 'f1'"),
        ({"random_state": 1}, "seed was 0, is 1"),
        ({"estimator": MLPClassifier(activation="relu")}, "activation='relu'"),
    ],
)
def test_a_store_of_another_study_is_refused_naming_what_differs(
    moons: tuple[Any, Any], stored: Path, changed: dict[str, Any], named: str
) -> None:
    with pytest.raises(StudyStoreError, match=named):
        CapacityStudy(**{**SMALL, **changed}, store=stored).fit(*moons)


def test_a_store_of_other_data_is_refused(moons: tuple[Any, Any], stored: Path) -> None:
    X, y = moons
    moved = X.copy()
    moved[7, 1] = np.nextafter(moved[7, 1], 9.0)
    with pytest.raises(StudyStoreError, match="fingerprint of the data was"):
        CapacityStudy(**SMALL, store=stored).fit(moved, y)
    with pytest.raises(StudyStoreError, match="fingerprint of the data was"):
        CapacityStudy(**SMALL, store=stored).fit(X, 1 - y)


def test_a_store_of_another_version_is_refused(
    moons: tuple[Any, Any], stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moonlet.__version__", "99.0")
    with pytest.raises(StudyStoreError, match=r"moonlet's version was .*, is 99\.0"):
        CapacityStudy(**SMALL, store=stored).fit(*moons)


@pytest.fixture(scope="module")
def finished(moons: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("finished") / "study.db"
    CapacityStudy(**SMALL, store=path).fit(*moons)
    return path


@pytest.fixture
def stored(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(finished, tmp_path / "study.db"))


def test_without_a_seed_the_one_in_the_store_is_used(moons: tuple[Any, Any], stored: Path) -> None:
    settings = {**SMALL, "random_state": None}
    assert CapacityStudy(**settings, store=stored).fit(*moons).seed_ == 0


def test_test_rows_are_looked_at_by_nothing_but_the_final_score(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    X, y = moons
    moved = X.copy()
    moved[small_study.test_indices_] = -1e3 * moved[small_study.test_indices_]
    study = CapacityStudy(**SMALL).fit(moved, y)
    pd.testing.assert_frame_equal(without_time(study), without_time(small_study), check_exact=True)
    assert study.recommended_ == small_study.recommended_
    assert study.verdict_.p_value == small_study.verdict_.p_value
    for ours, theirs in zip(
        study.best_estimator_[-1].coefs_, small_study.best_estimator_[-1].coefs_, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(study.baseline_[-1].coef_, small_study.baseline_[-1].coef_)
    assert study.test_scores_ != small_study.test_scores_


def test_the_test_scores_are_those_of_the_estimators_that_the_study_gives(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    X, y = (part[small_study.test_indices_] for part in moons)
    scores = small_study.test_scores_
    assert scores["n_test"] == len(y) == 30
    assert scores["log_loss"] == pytest.approx(
        log_loss(y, small_study.best_estimator_.predict_proba(X))
    )
    assert scores["accuracy"] == small_study.best_estimator_.score(X, y)
    assert scores["baseline_accuracy"] == (small_study.baseline_.predict(X) == y).mean()


def test_the_best_estimator_is_the_best_start_and_can_be_fitted_again_to_the_same_bits(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    rest = np.setdiff1d(np.arange(120), small_study.test_indices_)
    X, y = (part[rest] for part in moons)
    best = small_study.best_estimator_
    assert isinstance(best, Pipeline)
    assert list(best.named_steps) == ["preprocess", "network"]
    assert best[-1].hidden_layer_sizes == (small_study.recommended_,)
    again = clone(best).fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), best.predict_proba(X))
    for restart in range(2):
        seed = plan_jobs([small_study.recommended_], [best[-1].alpha], [-1], 2, small_study.seed_)[
            restart
        ].seed
        other = clone(best).set_params(network__random_state=seed).fit(X, y)
        assert best[-1].loss_ <= other[-1].loss_


def test_the_baseline_is_logistic_regression_cv_on_the_rows_that_are_not_test_rows(
    small_study: CapacityStudy,
) -> None:
    line = small_study.baseline_[-1]
    assert isinstance(line, LogisticRegressionCV)
    chosen = float(line.C_)
    assert chosen == pytest.approx(1.0 / small_study.verdict_.line.alpha)
    assert [len(valid) for _, valid in line.cv] == [30, 30, 30]


def test_predictions_are_those_of_the_best_estimator(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    X, y = moons
    best = small_study.best_estimator_
    np.testing.assert_array_equal(small_study.predict(X), best.predict(X))
    np.testing.assert_array_equal(small_study.predict_proba(X), best.predict_proba(X))
    assert small_study.score(X, y) == best.score(X, y)


def test_a_network_of_another_size_can_be_had(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    same = small_study.fit_size(small_study.recommended_)
    np.testing.assert_array_equal(same.predict_proba(moons[0]), small_study.predict_proba(moons[0]))
    other = small_study.fit_size((4, 2), alpha=0.5)
    assert other[-1].hidden_layer_sizes == (4, 2)
    assert other[-1].alpha == 0.5


def test_a_scorer_decides_in_place_of_the_log_loss(moons: tuple[Any, Any]) -> None:
    X, y = moons
    study = CapacityStudy(**SMALL, scoring="f1").fit(X, y)
    assert study.verdict_.measure.name == "held-out f1"
    best = study.summary_["valid_score"].max()
    assert study.verdict_.best.mean == pytest.approx(best)
    assert study.score(X, y) == pytest.approx(f1_score(y, study.predict(X)))


def test_text_labels_gaps_and_categories_are_handled() -> None:
    rng = np.random.RandomState(0)
    y = np.array(["no", "yes"])[rng.randint(2, size=90)]
    X = pd.DataFrame(
        {
            "size": np.where(rng.rand(90) < 0.1, np.nan, rng.normal(size=90) + (y == "yes")),
            "colour": np.where(y == "yes", "red", rng.choice(["red", "blue"], 90)),
        }
    )
    study = CapacityStudy(hidden=(0, 2), alpha=0.1, n_restarts=1, cv=3, random_state=0).fit(X, y)
    assert study.classes_.tolist() == ["no", "yes"]
    assert set(study.predict(X)) <= {"no", "yes"}
    assert study.feature_names_in_.tolist() == ["size", "colour"]
    assert study.score(X, y) > 0.6


def test_three_classes_and_repeated_folds_and_two_layers_are_handled() -> None:
    X, y = make_classification(
        90, 4, n_informative=3, n_redundant=0, n_classes=3, n_clusters_per_class=1, random_state=0
    )
    folds = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    study = CapacityStudy(hidden=(0, (3, 2)), alpha=0.1, n_restarts=1, cv=folds, random_state=0)
    study.fit(X, y)
    assert study.results_["hidden"].tolist() == [0] * 6 + [(3, 2)] * 6
    assert study.predict_proba(X).shape == (90, 3)


def test_networks_that_were_stopped_early_are_counted_without_a_warning(
    moons: tuple[Any, Any],
) -> None:
    hasty = MLPClassifier(activation="tanh", solver="lbfgs", max_iter=3)
    study = CapacityStudy(hasty, **SMALL).fit(*moons)
    stopped = int((study.results_["status"] == "max_iter").sum())
    assert stopped == study.verdict_.n_not_converged > 0
    assert f"{stopped} of 36 networks stopped before they had converged" in str(study.verdict_)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"executor": "threads"}, "executor must be None or a distributed.Client. Got 'threads'"),
        ({"n_restarts": 0}, "n_restarts must be an int in"),
        (
            {"estimator": "mlp"},
            r"estimator must be a moonlet\.MLPClassifier, a moonlet\.MLPRegressor or None",
        ),
        ({"progress": "yes"}, "progress must be True, False or a callable"),
        ({"hidden": (-1,)}, "hidden must list ints"),
        ({"alpha": (-1,)}, "alpha must list floats"),
        ({"cv": 1}, "cv must be an int"),
        ({"scoring": "beauty"}, "scoring.*beauty|'beauty'"),
        ({"n_jobs": 0}, "n_jobs == 0"),
    ],
)
def test_a_parameter_that_is_not_allowed_is_named(
    moons: tuple[Any, Any], parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        CapacityStudy(**{**SMALL, **parameters}).fit(*moons)


@pytest.fixture(scope="module")
def numbers() -> tuple[Any, Any]:
    X, y = make_friedman1(160, 5, noise=0.5, random_state=0)
    return X, 1000.0 * y


@pytest.fixture(scope="module")
def regression(numbers: tuple[Any, Any]) -> CapacityStudy:
    return CapacityStudy(**SMALL).fit(*numbers)


def test_numbers_with_a_fraction_are_a_regression(
    regression: CapacityStudy, numbers: tuple[Any, Any]
) -> None:
    X, y = numbers
    assert is_regressor(regression)
    assert not hasattr(regression, "predict_proba")
    assert not hasattr(regression, "classes_")
    assert regression.verdict_.beats_line
    assert "ridge regression on the same folds" in str(regression.verdict_)
    assert "held-out squared error" in str(regression.verdict_)
    test = regression.test_indices_
    ours = regression.predict(X[test])
    scores = regression.test_scores_
    assert scores["loss"] == pytest.approx(mean_squared_error(y[test], ours))
    assert (
        scores["r2"] == pytest.approx(r2_score(y[test], ours)) == regression.score(X[test], y[test])
    )
    line = regression.baseline_.predict(X[test])
    assert scores["baseline_loss"] == pytest.approx(mean_squared_error(y[test], line))
    low, high = scores["r2_interval"]
    assert low < scores["r2"] < high


def test_a_network_of_a_regression_is_what_the_estimator_gives_on_standardised_targets(
    regression: CapacityStudy, numbers: tuple[Any, Any]
) -> None:
    X, y = numbers
    rest = np.setdiff1d(np.arange(len(y)), regression.test_indices_)
    splitter = KFold(3, shuffle=True, random_state=derived_seed(0, "folds"))
    train, valid = (rest[part] for part in next(splitter.split(rest)))
    row = regression.results_.query("hidden == 5 and fold == 0").iloc[1]
    alone = TransformedTargetRegressor(
        MLPRegressor(
            hidden_layer_sizes=(5,),
            activation="tanh",
            solver="lbfgs",
            max_iter=5000,
            alpha=row.alpha,
            random_state=int(row.seed),
        ),
        transformer=StandardScaler(),
    )
    alone = make_pipeline(StandardScaler(), alone).fit(X[train], y[train])
    # rtol: means and deviations are summed in another order than by StandardScaler.
    for rows, told in ((train, row.train_loss), (valid, row.valid_loss)):
        assert told == pytest.approx(mean_squared_error(y[rows], alone.predict(X[rows])), rel=1e-6)


def test_a_study_of_numbers_does_not_depend_on_their_unit(
    regression: CapacityStudy, numbers: tuple[Any, Any]
) -> None:
    X, y = numbers
    other = CapacityStudy(**SMALL).fit(X, 2.0**10 * y)  # Exact: no digit is lost.
    assert other.recommended_ == regression.recommended_
    assert other.verdict_.p_value == pytest.approx(regression.verdict_.p_value)
    np.testing.assert_allclose(
        other.results_["valid_loss"], 2.0**20 * regression.results_["valid_loss"], rtol=1e-6
    )


def test_whole_numbers_are_classes_unless_the_estimator_says_otherwise() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(90, 2)), np.arange(90) % 3
    assert is_classifier(CapacityStudy(**SMALL).fit(X, y))
    asked = CapacityStudy(MLPRegressor(solver="lbfgs", max_iter=500), **SMALL).fit(X, y)
    assert is_regressor(asked)
    assert asked.test_scores_["r2"] < 0.5


def test_a_classifier_is_not_given_real_numbers() -> None:
    rng = np.random.RandomState(0)
    with pytest.raises(DataError, match=r"MLPRegressor"):
        CapacityStudy(MLPClassifier(), **SMALL).fit(rng.normal(size=(60, 2)), rng.normal(size=60))


@pytest.mark.parametrize("loss", ["absolute_error", "huber", "quantile", "poisson"])
def test_other_losses_are_told_in_their_own_words(loss: str, numbers: tuple[Any, Any]) -> None:
    X, y = numbers
    network = MLPRegressor(loss, activation="tanh", solver="lbfgs", max_iter=2000)
    study = CapacityStudy(network, hidden=(0, 2), alpha=0.1, n_restarts=1, cv=3, random_state=0)
    study.fit(X, np.round(y / 1000))
    assert study.verdict_.measure.loss.split()[0].lower() in loss
    assert (study.results_["valid_loss"] > 0).all()


def test_a_stochastic_network_with_early_stopping_is_what_the_estimator_gives(
    moons: tuple[Any, Any],
) -> None:
    X, y = moons
    network = MLPClassifier(
        early_stopping=True, max_iter=30, batch_size=20, class_weight="balanced", dropout=0.1
    )
    settings = {**SMALL, "hidden": (4,), "n_restarts": 1}
    study = CapacityStudy(network, **settings).fit(X, y)
    rest = np.setdiff1d(np.arange(120), study.test_indices_)
    splitter = StratifiedKFold(3, shuffle=True, random_state=derived_seed(0, "folds"))
    train, valid = (rest[part] for part in next(splitter.split(rest, y[rest])))
    row = study.results_.iloc[0]
    alone = clone(network).set_params(
        hidden_layer_sizes=(4,), alpha=row.alpha, random_state=int(row.seed)
    )
    alone = make_pipeline(StandardScaler(), alone).fit(X[train], y[train])
    assert row.valid_loss == pytest.approx(log_loss(y[valid], alone.predict_proba(X[valid])))
    assert row.n_iter == alone[-1].n_iter_


def test_an_unfitted_study_says_so(moons: tuple[Any, Any]) -> None:
    with pytest.raises(NotFittedError):
        CapacityStudy().predict(moons[0])


def test_a_study_can_be_cloned_pickled_and_is_a_classifier(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    assert clone(small_study).get_params() == small_study.get_params()
    assert is_classifier(small_study)
    back = pickle.loads(pickle.dumps(small_study))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(back.predict(moons[0]), small_study.predict(moons[0]))


def test_on_the_moons_a_network_beats_the_line() -> None:
    X, y = make_moons(600, noise=0.2, random_state=0)
    study = CapacityStudy(n_restarts=2, random_state=0).fit(X, y)
    assert study.recommended_ >= 2
    assert study.verdict_.beats_line
    assert study.test_scores_["log_loss"] < study.test_scores_["baseline_log_loss"]


def test_on_linear_data_no_gain_is_claimed() -> None:
    rng = np.random.RandomState(0)
    X = rng.normal(size=(200, 3))
    y = (rng.rand(200) < 1 / (1 + np.exp(-X @ [2.0, -1.0, 0.5]))).astype(int)
    study = CapacityStudy(n_restarts=2, random_state=0).fit(X, y)
    assert study.recommended_ == 0
    assert not study.verdict_.beats_line


def test_on_pure_noise_no_gain_is_claimed_and_overfitting_is_seen() -> None:
    rng = np.random.RandomState(0)
    study = CapacityStudy(n_restarts=2, random_state=0)
    study.fit(rng.normal(size=(200, 3)), rng.randint(2, size=200))
    assert not study.verdict_.beats_line
    assert study.verdict_.overfitting is not None
    assert "over-fit" in str(study.verdict_)
