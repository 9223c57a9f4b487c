from __future__ import annotations

import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_classification, make_friedman1, make_moons
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.metrics import brier_score_loss, f1_score, log_loss, mean_squared_error, r2_score
from sklearn.model_selection import KFold, RepeatedStratifiedKFold, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import CapacityStudy, MLPClassifier, MLPRegressor
from moonlet.exceptions import DataError, StudyStoreError
from moonlet.study import StudyProgress, training
from moonlet.study.executors import LocalExecutor
from moonlet.study.plan import derived_seed, network_seed, read_size_label
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
    # The grid; then two more cuts of three folds, two starts of each of the short list.
    assert trained[0] == 36 - kept
    assert len(trained) == 2
    assert trained[1] % 12 == 0 < trained[1]
    CapacityStudy(**SMALL, store=store).fit(*moons)
    assert trained[2:] == [0, 0]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
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


@pytest.mark.parametrize(
    "more",
    [
        {"hidden": (0, 2, 5, 9)},
        {"alpha": (0.01, 0.1, 1.0)},
        {"n_restarts": 3},
        {"hidden": "auto", "alpha": "auto", "n_restarts": 5},
    ],
)
def test_a_study_that_is_given_more_trains_only_what_is_new(
    moons: tuple[Any, Any], stored: Path, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[Any] = []
    really_run = LocalExecutor.run

    def note(self: LocalExecutor, problem: Problem, jobs: Any, report: Any) -> None:
        trained.extend(job.key for job in jobs)
        really_run(self, problem, jobs, report)

    before = set(keys_in(stored))
    settings = {**SMALL, **more}
    at_once = CapacityStudy(**settings).fit(*moons)
    monkeypatch.setattr(LocalExecutor, "run", note)
    later = CapacityStudy(**settings, store=stored).fit(*moons)
    assert trained
    assert not set(trained) & before
    pd.testing.assert_frame_equal(without_time(later), without_time(at_once), check_exact=True)
    assert str(later.verdict_) == str(at_once.verdict_)


def keys_in(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        rows = [
            row
            for table in ("networks", "repeats")
            for row in connection.execute(f"SELECT hidden, alpha, fold, restart FROM {table}")  # noqa: S608
        ]
    return [(read_size_label(hidden), alpha, fold, start) for hidden, alpha, fold, start in rows]


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
    monkeypatch.setattr("moonlet.study.identity.__version__", "99.0")
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
        study.tested_estimator_[-1].coefs_, small_study.tested_estimator_[-1].coefs_, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(study.baseline_[-1].coef_, small_study.baseline_[-1].coef_)
    assert study.test_scores_ != small_study.test_scores_


def test_the_test_scores_are_those_of_the_estimators_without_the_test_rows(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    X, y = (part[small_study.test_indices_] for part in moons)
    scores, tested = small_study.test_scores_, small_study.tested_estimator_
    assert scores["n_test"] == len(y) == 30
    probabilities = tested.predict_proba(X)
    assert scores["log_loss"] == pytest.approx(log_loss(y, probabilities))
    assert scores["brier"] == pytest.approx(brier_score_loss(y, probabilities[:, 1]))
    assert scores["accuracy"] == tested.score(X, y)
    assert scores["baseline_accuracy"] == (small_study.baseline_.predict(X) == y).mean()


def test_what_is_delivered_is_one_network_whose_output_is_the_mean_of_the_starts(
    small_study: CapacityStudy, moons: tuple[Any, Any]
) -> None:
    X, y = moons
    best, verdict = small_study.best_estimator_, small_study.verdict_
    assert isinstance(best, Pipeline)
    assert list(best.named_steps) == ["preprocess", "network"]
    assert isinstance(best[-1], MLPClassifier)
    assert verdict.delivered.hidden != 0
    assert best[-1].hidden_layer_sizes == (2 * verdict.delivered.hidden,)
    scaled = StandardScaler().fit_transform(X)
    logits = []
    for start in range(2):
        key = (verdict.delivered.hidden, verdict.delivered.alpha, -1, start)
        network = MLPClassifier(
            (verdict.delivered.hidden,), "tanh", solver="lbfgs", max_iter=500,
            alpha=verdict.delivered.alpha, random_state=network_seed(0, key),
        )  # fmt: skip
        right = network.fit(scaled, y).predict_proba(scaled)[:, 1]
        logits.append(np.log(right / (1 - right)))
    expected = 1 / (1 + np.exp(-np.mean(logits, axis=0)))
    # atol: the logit of a probability near 1 has lost some digits.
    np.testing.assert_allclose(best.predict_proba(X)[:, 1], expected, rtol=0, atol=1e-7)


def test_without_refit_the_test_rows_stay_unseen(moons: tuple[Any, Any]) -> None:
    study = CapacityStudy(**SMALL, refit=False).fit(*moons)
    assert study.best_estimator_ is study.tested_estimator_
    whole = CapacityStudy(**SMALL).fit(*moons)
    mean, wholes = (one.best_estimator_[0][-1].mean_ for one in (study, whole))
    rest = np.setdiff1d(np.arange(120), study.test_indices_)
    np.testing.assert_allclose(mean, moons[0][rest].mean(axis=0))
    np.testing.assert_allclose(wholes, moons[0].mean(axis=0))


def test_the_baseline_is_logistic_regression_cv_on_the_rows_that_are_not_test_rows(
    small_study: CapacityStudy,
) -> None:
    line = small_study.baseline_[-1]
    assert isinstance(line, LogisticRegressionCV)
    chosen = float(line.C_)
    assert chosen == pytest.approx(1.0 / small_study.verdict_.line.alpha)
    assert [len(valid) for _, valid in line.cv] == [30, 30, 30]
    # What its own `score` tells is the measure of the study.
    assert line.scoring == "neg_log_loss"


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
    delivered = small_study.verdict_.delivered
    same = small_study.fit_size(delivered.hidden, delivered.alpha)
    tested = small_study.tested_estimator_
    np.testing.assert_array_equal(same.predict_proba(moons[0]), tested.predict_proba(moons[0]))
    other = small_study.fit_size((4, 2), alpha=0.5)
    assert other[-1].hidden_layer_sizes == (8, 4)  # Two starts, side by side.
    assert other[-1].alpha == 0.5
    assert small_study.fit_size(0)[-1].hidden_layer_sizes == ()


def test_a_scorer_decides_in_place_of_the_log_loss(moons: tuple[Any, Any]) -> None:
    X, y = moons
    study = CapacityStudy(**SMALL, scoring="f1").fit(X, y)
    assert study.verdict_.measure.name == "held-out f1"
    best = max(study.verdict_.sizes[1:], key=lambda size: size.mean)
    at_best = study.summary_.set_index(["hidden", "alpha"]).loc[[(best.hidden, best.alpha)]]
    assert best.mean == pytest.approx(at_best["valid_score"].item(), abs=0.1)
    assert study.verdict_.best == best
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
    assert 0 < stopped <= study.verdict_.n_not_converged  # Those of further cuts are counted too.
    told = f"{study.verdict_.n_not_converged} of {study.verdict_.n_networks} networks stopped"
    assert told in str(study.verdict_)


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
        ({"max_seconds": 0}, "max_seconds must be a number in"),
        ({"refit": "yes"}, "refit must be True or False"),
        ({"trees": 1}, "trees must be True or False"),
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
    assert "ridge regression, which is the straight line" in str(regression.verdict_)
    assert "in units of the target" in regression.verdict_.answer
    assert "held-out squared error" in str(regression.verdict_)
    test = regression.test_indices_
    tested = regression.tested_estimator_
    ours = tested.predict(X[test])
    scores = regression.test_scores_
    assert scores["loss"] == pytest.approx(mean_squared_error(y[test], ours))
    assert scores["r2"] == pytest.approx(r2_score(y[test], ours)) == tested.score(X[test], y[test])
    line = regression.baseline_.predict(X[test])
    # rtol: of the solver's tolerance; the line is the engine's, the baseline scikit-learn's.
    assert scores["baseline_loss"] == pytest.approx(mean_squared_error(y[test], line), rel=1e-4)
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
            max_iter=500,
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
    X, y = make_moons(400, noise=0.2, random_state=0)
    study = CapacityStudy(random_state=0).fit(X, y)
    assert study.recommended_ >= 2
    assert study.verdict_.beats_line
    assert study.verdict_.warnings == ()
    assert study.test_scores_["log_loss"] < study.test_scores_["baseline_log_loss"]
    assert study.trees_ is not None


def test_on_linear_data_no_gain_is_claimed() -> None:
    rng = np.random.RandomState(0)
    X = rng.normal(size=(200, 3))
    y = (rng.rand(200) < 1 / (1 + np.exp(-X @ [2.0, -1.0, 0.5]))).astype(int)
    study = CapacityStudy(random_state=0).fit(X, y)
    assert study.recommended_ == 0
    assert not study.verdict_.beats_line


def test_on_pure_noise_no_gain_is_claimed_and_overfitting_is_seen() -> None:
    rng = np.random.RandomState(0)
    sizes = {"hidden": (1, 2, 5, 20), "alpha": (1e-4, 1e-2, 1.0), "n_restarts": 2}
    study = CapacityStudy(**sizes, random_state=0)
    study.fit(rng.normal(size=(200, 3)), rng.randint(2, size=200))
    assert not study.verdict_.beats_line
    assert study.recommended_ == 0
    assert study.verdict_.overfitting is not None
    assert "over-fit" in str(study.verdict_)


def coins_for_persons(seed: int) -> tuple[Any, Any, Any]:
    """Thirty persons of ten rows each; a person's rows are alike, and have one coin's face."""
    random = np.random.RandomState(seed)
    persons = np.repeat(np.arange(30), 10)
    X = random.normal(size=(30, 4))[persons] + 0.1 * random.normal(size=(300, 4))
    return X, random.randint(2, size=30)[persons], persons


def test_rows_of_persons_claim_nothing_where_the_person_is_named_and_are_asked_about_else() -> None:
    X, y, persons = coins_for_persons(0)
    named = CapacityStudy(random_state=0, trees=False).fit(X, y, groups=persons)
    assert not named.verdict_.beats_line
    assert named.verdict_.warnings == () or "belong" not in " ".join(named.verdict_.warnings)
    blind = CapacityStudy(random_state=0, trees=False).fit(X, y)
    assert blind.verdict_.beats_line  # Wrongly so: which is why it asks.
    assert "name the group" in str(blind.verdict_)
    assert not set(persons[named.test_indices_]) & set(np.delete(persons, named.test_indices_))


def test_weights_weigh_in_training_folds_and_test_rows(moons: tuple[Any, Any]) -> None:
    X, y = moons
    weight = np.random.RandomState(0).uniform(0.1, 3.0, size=120)
    study = CapacityStudy(**{**SMALL, "n_restarts": 1}).fit(X, y, sample_weight=weight)
    train, valid = study.folds_[0]
    row = study.results_.query("hidden == 5 and fold == 0").iloc[0]
    scaler = StandardScaler().fit(X[train])
    alone = MLPClassifier(
        (5,), "tanh", solver="lbfgs", max_iter=500, alpha=row.alpha, random_state=int(row.seed)
    ).fit(scaler.transform(X[train]), y[train], sample_weight=weight[train])
    probabilities = alone.predict_proba(scaler.transform(X[valid]))
    expected = log_loss(y[valid], probabilities, sample_weight=weight[valid])
    assert row.valid_loss == pytest.approx(expected, rel=1e-9)
    test = study.test_indices_
    expected = log_loss(
        y[test], study.tested_estimator_.predict_proba(X[test]), sample_weight=weight[test]
    )
    assert study.test_scores_["log_loss"] == pytest.approx(expected, rel=1e-9)
    with pytest.raises(DataError, match="sample_weight must"):
        CapacityStudy(**SMALL).fit(X, y, sample_weight=weight[:-1])


def test_whole_weights_are_rows_that_stand_so_often(moons: tuple[Any, Any]) -> None:
    X, y = moons
    times = np.random.RandomState(0).randint(1, 4, size=120)
    line = CapacityStudy(**{**SMALL, "hidden": (2,)}).fit(X, y, sample_weight=times).verdict_.line
    folds = CapacityStudy(**{**SMALL, "hidden": (2,)}).fit(X, y).folds_
    scaler = StandardScaler()
    costs = []
    for train, valid in folds:
        train, valid = (np.repeat(part, times[part]) for part in (train, valid))
        scaler.fit(X[np.unique(train)])
        model = LogisticRegression(C=1 / line.alpha, tol=1e-8)
        model.fit(scaler.transform(X[train]), y[train])
        costs.append(log_loss(y[valid], model.predict_proba(scaler.transform(X[valid]))))
    # The line's mean is over three cuts; that of the first is near it.
    assert np.mean(costs) == pytest.approx(line.mean, rel=0.1)


def test_when_time_is_up_there_is_a_verdict_that_says_so() -> None:
    X, y = make_moons(400, noise=0.2, random_state=0)
    study = CapacityStudy(random_state=0, n_jobs=1, max_seconds=0.3).fit(X, y)
    whole = CapacityStudy(random_state=0, n_jobs=1).fit(X, y)
    assert len(study.results_) < len(whole.results_)
    assert "The study did not come to its end: time was up" in str(study.verdict_)
    assert study.predict(X).shape == y.shape


def test_ctrl_c_raises_and_leaves_a_verdict_from_what_was_there(moons: tuple[Any, Any]) -> None:
    def interrupt(progress: StudyProgress) -> None:
        if progress.done > 150:
            raise KeyboardInterrupt

    study = CapacityStudy(random_state=0, n_jobs=1, progress=interrupt)
    with pytest.raises(KeyboardInterrupt):
        study.fit(*moons)
    assert "it was interrupted" in str(study.verdict_)
    assert study.predict(moons[0]).shape == (120,)


def test_ctrl_c_before_anything_can_be_judged_leaves_no_verdict(moons: tuple[Any, Any]) -> None:
    def interrupt(progress: StudyProgress) -> None:
        raise KeyboardInterrupt

    study = CapacityStudy(random_state=0, progress=interrupt)
    with pytest.raises(KeyboardInterrupt):
        study.fit(*moons)
    with pytest.raises(NotFittedError):
        study.predict(moons[0])


def test_the_edge_of_what_was_tried_is_told(moons: tuple[Any, Any]) -> None:
    study = CapacityStudy(hidden=(2, 3), alpha=(3.0, 10.0), n_restarts=1, random_state=0)
    said = " ".join(study.fit(*moons).verdict_.warnings)
    assert "The best alpha, 3, is the smallest that was tried" in said


def test_the_search_drops_what_is_clearly_behind_but_never_a_size(moons: tuple[Any, Any]) -> None:
    study = CapacityStudy(random_state=0).fit(*moons)
    summary = study.summary_
    assert set(summary["n_folds"]) == {2, 5}
    assert summary.query("n_folds == 5")["hidden"].nunique() == summary["hidden"].nunique()
    assert study.verdict_.n_dropped == (summary["n_folds"] == 2).sum() > 0
    assert "dropped after the first folds" in str(study.verdict_)


def test_of_many_rows_the_search_takes_one_start_and_fewer_folds_of_all_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("moonlet.study.effort._VERY_MANY", 5000)
    X, y = make_moons(600, noise=0.2, random_state=0)
    study = CapacityStudy(random_state=0).fit(X, y)
    assert len(study.folds_) == 3
    assert sum(len(valid) for _, valid in study.folds_) == 450
    assert study.results_["restart"].max() == 0
    verdict = study.verdict_
    assert verdict.gain > 0.0
    assert study.best_estimator_[-1].coefs_[0].dtype == np.float32
    assert any(said.startswith("Of so many rows one random start") for said in verdict.warnings)
    # The first fold alone tried other alphas.
    whole = study.summary_[study.summary_["n_folds"] == 3]
    assert whole["hidden"].is_unique
    assert verdict.n_dropped == 0


def test_of_many_rows_the_search_takes_one_cut_and_averages_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("moonlet.study.effort._MANY", 5000)
    X, y = make_moons(600, noise=0.2, random_state=0)
    study = CapacityStudy(random_state=0).fit(X, y)
    assert len(study.folds_) == study.verdict_.n_compared == 5
    assert study.results_["restart"].max() == 2
    network = study.best_estimator_[-1]
    assert network.coefs_[0].shape[1] == 5 * study.verdict_.delivered.hidden
    assert network.coefs_[0].dtype == np.float64
    assert study.verdict_.beats_line
    assert any(said.startswith("Of so many rows 3 starts were") for said in study.verdict_.warnings)


@pytest.mark.parametrize("is_numeric", [True, False])
def test_columns_that_tell_nothing_are_said_to_and_others_are_not(is_numeric: bool) -> None:
    random = np.random.RandomState(0)
    X = random.normal(size=(160, 3))
    for signal in (0.0, 2.0):
        y: Any = signal * X[:, 0] + random.normal(size=160)
        y = y if is_numeric else y > 0.0
        study = CapacityStudy(hidden=(2,), alpha=(1.0,), n_restarts=1, cv=3, random_state=0)
        said = " ".join(study.fit(X, y).verdict_.warnings)
        assert ("may tell nothing of the target" in said) == (signal == 0.0)
        assert (("all of them, the mean." if is_numeric else "shares of the classes") in said) == (
            signal == 0.0
        )


def test_sparse_rows_are_studied_as_they_are_and_without_trees() -> None:
    random = np.random.RandomState(0)
    dense = np.where(random.rand(240, 60) < 0.1, random.rand(240, 60), 0.0)
    dense[200:] = dense[:40]  # as texts that were sent twice are
    y = np.where(dense[:, :30].sum(axis=1) > dense[:, 30:].sum(axis=1), "first", "second")
    studies = [
        CapacityStudy(
            hidden=(0, 2), alpha=(0.01, 1.0), n_restarts=1, cv=3, random_state=0, trees=trees
        ).fit(X, y)
        for X, trees in ((sparse.csr_array(dense), True), (sparse.coo_array(dense), False))
    ]
    study = studies[0]
    assert study.trees_ is None
    assert any("boosted trees" in warning for warning in study.verdict_.warnings)
    assert not any("boosted trees" in warning for warning in studies[1].verdict_.warnings)
    assert any("80 of 240 rows stand more than once" in w for w in study.verdict_.warnings)
    pd.testing.assert_frame_equal(
        study.results_.drop(columns="seconds"), studies[1].results_.drop(columns="seconds")
    )
    assert study.n_features_in_ == 60
    assert not set(study.test_indices_ % 200) & set(np.concatenate(study.folds_[0]) % 200)
    X = sparse.csr_array(dense)
    np.testing.assert_array_equal(study.predict(X), study.predict(X.tocsc()))
    assert study.score(X, y) > 0.8
    assert study.fit_size(2, 0.01).predict(X).shape == (240,)


def test_gaps_in_sparse_rows_are_refused() -> None:
    X = sparse.csr_array(np.eye(30))
    X.data[3] = np.nan
    with pytest.raises(ValueError, match="contains NaN"):
        CapacityStudy(hidden=(0, 1)).fit(X, np.arange(30) % 2)
