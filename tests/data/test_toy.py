from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from moonlet.data import load
from moonlet.data.toy import TOYS
from moonlet.exceptions import DataError


def test_moons_are_exactly_the_tutorials_points():
    state = np.random.get_state()  # noqa: NPY002 - the tutorial seeds the global state
    np.random.seed(0)  # noqa: NPY002
    points, classes = make_moons(200, noise=0.20)
    np.random.set_state(state)  # noqa: NPY002
    for X, y in (load("moons"), load("moons", n_samples=200, noise=0.2, random_state=0)):
        np.testing.assert_array_equal(X.to_numpy(), points)
        np.testing.assert_array_equal(y, classes)


@pytest.mark.parametrize("name", TOYS)
def test_a_toy_set_has_as_many_points_as_asked_for_in_classes_of_one_size(name):
    X, y = load(name, n_samples=60, random_state=1)
    assert X.shape == (60, 2)
    assert set(np.bincount(y)) == {60 // len(np.unique(y))}


@pytest.mark.parametrize("name", TOYS)
def test_the_same_random_state_gives_the_same_points(name):
    assert load(name).fingerprint() == load(name).fingerprint()
    assert load(name).fingerprint() != load(name, random_state=1).fingerprint()


@pytest.mark.parametrize("name", ["circles", "spirals", "xor"])
def test_a_toy_set_is_learnable_but_not_by_a_straight_line(name):
    X, y = load(name, n_samples=400)
    assert LogisticRegression().fit(X, y).score(X, y) < 0.65
    X_new, y_new = load(name, n_samples=400, random_state=1)
    assert KNeighborsClassifier(5).fit(X, y).score(X_new, y_new) > 0.85


@pytest.mark.parametrize("name", ["blobs", "spirals"])
def test_the_number_of_classes_can_be_chosen(name):
    assert len(np.unique(load(name, n_classes=5).y)) == 5


@pytest.mark.parametrize("name", TOYS)
def test_a_handful_of_points_is_still_a_classification(name):
    assert load(name, n_samples=6).task == "classification"


def test_without_noise_xor_is_a_matter_of_signs():
    X, y = load("xor", noise=0)
    np.testing.assert_array_equal(y, (X["x0"] * X["x1"] < 0).astype(int))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("moons", {"n_samples": -1}, "n_samples"),
        ("moons", {"noise": "much"}, "noise"),
        ("circles", {"noise": float("inf")}, "'noise' parameter must be a number of 0 or more"),
        ("circles", {"random_state": "today"}, "random_state"),
        (
            "blobs",
            {"n_classes": 1},
            "'n_classes' parameter must be a whole number of 2 or more. Got 1 ",
        ),
        ("spirals", {"n_samples": 1}, "'n_samples' parameter must be a whole number of 2"),
        ("spirals", {"noise": -1.0}, "'noise' parameter must be a number of 0 or more"),
        ("xor", {"noise": float("nan")}, "'noise' parameter must be a number of 0 or more"),
        ("xor", {"n_samples": "many"}, "n_samples"),
        ("xor", {"n_samples": 10.5}, "n_samples"),
        ("xor", {"n_classes": 3}, "xor has no option 'n_classes'. Its options are n_samples"),
        ("moons", {"n_sample": 3}, "moons has no option 'n_sample'. Did you mean 'n_samples'?"),
    ],
)
def test_an_impossible_option_is_refused_by_name(name, options, words):
    with pytest.raises(DataError) as caught:
        load(name, **options)
    assert words in str(caught.value)
