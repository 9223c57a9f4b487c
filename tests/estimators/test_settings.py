from __future__ import annotations

import sys

import numpy as np
import pytest
import sklearn
from sklearn.base import clone

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.settings import output_of_loss, settings_of, training_spec


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_equal_parameters_are_checked_once(kind):
    one = kind(hidden_layer_sizes=(4, 3), activation=("tanh", "relu"), alpha=0.5)
    assert (
        settings_of(one) is settings_of(clone(one)) is settings_of(one.set_params(random_state=7))
    )
    assert settings_of(one) is not settings_of(clone(one).set_params(alpha=0.25))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ({"hidden_layer_sizes": (1,)}, {"hidden_layer_sizes": (1.0,)}),
        ({"hidden_layer_sizes": 1}, {"hidden_layer_sizes": 1.0}),
        ({"max_iter": 1}, {"max_iter": 1.0}),
        ({"shuffle": True}, {"shuffle": 1.0}),
        ({"early_stopping": False}, {"early_stopping": 0.0}),
        ({"batch_size": 200}, {"batch_size": 200.0}),
        ({"random_state": 1}, {"random_state": 1.5}),
        ({"random_state": 1}, {"random_state": -1}),
        ({"class_weight": {0: 1.0}}, {"class_weight": [1.0]}),
        ({"class_weight": "balanced"}, {"class_weight": "even"}),
    ],
)
def test_what_equals_an_allowed_value_but_is_of_another_type_is_refused(right, wrong):
    for _ in range(2):
        settings_of(MLPClassifier(**right))
        with pytest.raises(ValueError, match=next(iter(wrong))):
            settings_of(MLPClassifier(**wrong))


def test_values_without_a_hash_take_the_full_way():
    sizes = np.array([4, 3])
    settings = settings_of(MLPClassifier(sizes))
    assert settings.hidden == (4, 3)
    sizes[0] = 9
    assert settings_of(MLPClassifier(sizes)).hidden == (9, 3)
    with pytest.raises(ValueError, match=r"hidden_layer_sizes must be > 0"):
        settings_of(MLPClassifier(np.array([0, 3])))


def test_a_list_that_was_changed_is_read_again():
    sizes = [4]
    estimator = MLPClassifier(sizes)
    assert settings_of(estimator).hidden == (4,)
    sizes.append(2)
    assert settings_of(estimator).hidden == (4, 2)


def test_checks_that_are_switched_off_are_not_made():
    with sklearn.config_context(skip_parameter_validation=True):
        assert settings_of(MLPClassifier(tol=-1.0)).stop.tol == -1.0
    with pytest.raises(ValueError, match="'tol' parameter"):
        settings_of(MLPClassifier(tol=-1.0))


class Few(MLPClassifier):
    """A subclass that has one of the parameters, and one of its own."""

    def __init__(self, alpha=1.0, extra=None):
        super().__init__((3,), alpha=alpha)
        self.extra = extra


def test_a_subclass_with_other_parameters_has_settings_of_its_own():
    assert settings_of(Few(alpha=2.0)).alpha == 2.0
    assert settings_of(Few(extra=[])).hidden == (3,)
    with pytest.raises(ValueError, match="'alpha' parameter of Few"):
        settings_of(Few(alpha=-1.0))


class Stricter(MLPClassifier):
    """A subclass that checks its parameters in a way of its own."""

    def _validate_params(self):
        super()._validate_params()
        if self.alpha > 1.0:
            raise ValueError("too strict")


def test_a_subclass_may_check_more():
    settings_of(Stricter(alpha=0.5))
    with pytest.raises(ValueError, match="too strict"):
        settings_of(Stricter(alpha=2.0))


def test_numbers_of_other_types_come_out_plain():
    settings = settings_of(MLPClassifier(np.int64(3), alpha=np.float32(0.5), tol=np.float16(0.25)))
    assert (settings.hidden, settings.alpha, settings.stop.tol) == ((3,), 0.5, 0.25)
    assert type(settings.hidden[0]) is int
    assert type(settings.alpha) is type(settings.stop.tol) is float


def test_a_spec_is_made_once_for_a_kind_of_rows():
    settings = settings_of(MLPClassifier((3,)))
    assert settings.spec(2, 1, "sigmoid") is settings.spec(2, 1, "sigmoid")
    assert settings.spec(2, 3, "softmax").network.layer_sizes == (2, 3, 3)


@pytest.mark.parametrize(
    ("loss", "n_outputs", "output"),
    [
        ("log_loss", 1, "sigmoid"),
        ("log_loss", 3, "softmax"),
        ("poisson", 2, "exp"),
        ("huber", 1, "identity"),
    ],
)
def test_the_output_follows_the_loss(loss, n_outputs, output):
    assert output_of_loss(loss, n_outputs) == output


def test_early_stopping_does_not_concern_lbfgs():
    assert settings_of(MLPClassifier(early_stopping=True)).early_stopping == "score"
    lbfgs = MLPClassifier(early_stopping=True, solver="lbfgs")
    assert training_spec(lbfgs, 2, 1).early_stopping is None


def test_what_was_kept_holds_no_estimator():
    estimator = MLPClassifier((3,), alpha=0.123)
    before = sys.getrefcount(estimator)
    settings_of(estimator)
    assert sys.getrefcount(estimator) == before
