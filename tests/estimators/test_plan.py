from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from moonlet import engine
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.coding import LabelCoding, ValueCoding
from moonlet.estimators.initial import initial_parameters
from moonlet.estimators.plan import draw, plan_training, seeded
from moonlet.estimators.rows import Rows
from moonlet.estimators.settings import settings_of
from moonlet.specs import NetworkSpec

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

random = np.random.RandomState(0)
X = random.uniform(-1.0, 1.0, (60, 3))
Y = (X[:, 0] > X[:, 1]).astype(np.int64)


def classifier(**changes: object) -> MLPClassifier:
    return MLPClassifier((4,), **({"solver": "adam", "max_iter": 12} | changes))


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_a_plan_trains_what_fit_trains(solver, early):
    estimator = classifier(solver=solver, early_stopping=early, random_state=5)
    coding = LabelCoding.of(estimator, np.array([0, 1]))
    plan = plan_training(settings_of(estimator), coding, Rows(X, Y), random_state=5)
    trainer = plan.trainer()
    engine.train([trainer])
    trainer.finish()
    fitted = estimator.fit(X, Y)
    expected = plan.spec.network.pack(fitted.coefs_, fitted.intercepts_)
    np.testing.assert_array_equal(trainer.parameters, expected)


def test_a_regressors_plan_trains_what_fit_trains():
    estimator = MLPRegressor("huber", (4,), max_iter=12, random_state=5)
    rows = Rows(X, X[:, :1].copy())
    plan = plan_training(settings_of(estimator), ValueCoding("identity"), rows, random_state=5)
    trainer = plan.trainer(plan.data())
    engine.train([trainer])
    fitted = estimator.fit(X, X[:, 0])
    np.testing.assert_array_equal(
        trainer.parameters, plan.spec.network.pack(fitted.coefs_, fitted.intercepts_)
    )


def test_rows_are_held_out_between_the_start_and_the_seed():
    estimator = classifier(early_stopping=True)
    coding = LabelCoding.of(estimator, np.array([0, 1]))
    plan = plan_training(settings_of(estimator), coding, Rows(X, Y), random_state=3)
    oracle = np.random.RandomState(3)
    start = initial_parameters(plan.spec.network, "glorot_uniform", oracle)
    kept, held = train_test_split(X, test_size=0.1, stratify=Y, random_state=oracle)
    np.testing.assert_array_equal(plan.start, start)
    np.testing.assert_array_equal(plan.rows.X, kept)
    np.testing.assert_array_equal(plan.held.X, held)
    assert plan.spec.solver.seed == oracle.randint(np.iinfo(np.int32).max)


@pytest.mark.parametrize("init", ["glorot_uniform", "he_normal", "lecun_normal"])
def test_a_number_draws_what_its_random_state_draws(init):
    network = NetworkSpec((3, 5, 2), ("tanh",), "softmax")
    by_number = draw(network, init, 11)
    by_instance = draw(network, init, np.random.RandomState(11))
    np.testing.assert_array_equal(by_number[0], by_instance[0])
    assert by_number[1] == by_instance[1]


def test_an_instance_goes_on_from_draw_to_draw():
    network = NetworkSpec((3, 5, 2), ("tanh",), "softmax")
    generator = np.random.RandomState(0)
    first, second = (draw(network, "glorot_uniform", generator) for _ in range(2))
    assert not np.array_equal(first[0], second[0])
    assert first[1] != second[1]


def test_lbfgs_has_no_use_for_a_seed():
    spec = settings_of(classifier(solver="lbfgs")).spec(3, 1, "sigmoid")
    assert seeded(spec, 9) is spec
    assert seeded(settings_of(classifier()).spec(3, 1, "sigmoid"), 9).solver.seed == 9


def test_going_on_from_other_layers_is_refused():
    estimator = classifier()
    coding = LabelCoding.of(estimator, np.array([0, 1]))
    plan = plan_training(settings_of(estimator), coding, Rows(X, Y), random_state=3)
    coefs, intercepts = plan.spec.network.unpack(np.ones(plan.spec.network.n_parameters))
    np.testing.assert_array_equal(plan.going_on(coefs, intercepts).start, 1.0)
    with pytest.raises(ValueError, match=r"cannot go on with layers of \[\(3, 4\), \(4, 1\)\]"):
        plan.going_on(coefs[:1], intercepts[:1])
