from __future__ import annotations

import numpy as np
import pytest
from numpy.random import RandomState
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from moonlet.data import load
from moonlet.data.toy import draw
from moonlet.exceptions import DataError
from moonlet.names import TOYS

OF_CLASSES = [name for name, facts in TOYS.items() if not facts.is_numeric]
A_FEW_ROUNDINGS = 1e-15  # of points near 1: a sine and a cosine of two libraries, and sums


def test_moons_are_the_tutorials_points():
    state = np.random.get_state()  # noqa: NPY002 - the tutorial seeds the global state
    np.random.seed(0)  # noqa: NPY002
    points, classes = make_moons(200, noise=0.20)
    np.random.set_state(state)  # noqa: NPY002
    for X, y in (load("moons"), load("moons", n_samples=200, noise=0.2, random_state=0)):
        np.testing.assert_allclose(X.to_numpy(), points, rtol=0, atol=A_FEW_ROUNDINGS)
        np.testing.assert_array_equal(y, classes)


@pytest.mark.parametrize("n_samples", [2, 3, 50, 201, 1000])
@pytest.mark.parametrize("random_state", [0, 7, 2**32 - 1])
def test_moons_circles_and_blobs_are_scikit_learns(n_samples, random_state):
    drawn = {"noise": 0.3, "random_state": random_state}
    pairs = [
        (draw("moons", n_samples, **drawn), make_moons(n_samples, **drawn)),
        (draw("circles", n_samples, **drawn), make_circles(n_samples, factor=0.5, **drawn)),
        (
            draw("blobs", n_samples, n_classes=2, **drawn),
            make_blobs(n_samples, centers=2, cluster_std=0.3, random_state=random_state),
        ),
    ]
    for (X, y), (points, classes) in pairs:
        np.testing.assert_allclose(X, points, rtol=0, atol=A_FEW_ROUNDINGS)
        np.testing.assert_array_equal(y, classes)


@pytest.mark.parametrize("name", TOYS)
@pytest.mark.parametrize("before", [0, 1, 623, 624, 625, 1000])
def test_a_random_state_goes_on_where_the_points_left_it(name, before):
    ours, whole = RandomState(3), RandomState(3)
    ours.standard_normal(3)  # one is left over
    whole.standard_normal(3)
    ours.randint(9, size=before)
    whole.randint(9, size=before)
    first, second = draw(name, 31, random_state=ours), draw(name, 31, random_state=ours)
    assert not np.array_equal(first[0], second[0])
    again = RandomState(3)
    again.set_state(whole.get_state())
    draw(name, 31, random_state=again)
    np.testing.assert_array_equal(draw(name, 31, random_state=again)[0], second[0])
    np.testing.assert_array_equal(ours.standard_normal(5), again.standard_normal(5))


@pytest.mark.parametrize("before", [0, 1, 300, 623, 624, 1247])
def test_after_moons_numpy_draws_what_it_draws_after_scikit_learns(before):
    ours, theirs = RandomState(5), RandomState(5)
    for random in (ours, theirs):
        random.standard_normal(7)
        random.randint(2**31, size=before)
    draw("moons", 101, random_state=ours)
    make_moons(101, noise=0.2, random_state=theirs)
    np.testing.assert_array_equal(ours.uniform(size=2000), theirs.uniform(size=2000))
    np.testing.assert_array_equal(ours.standard_normal(3), theirs.standard_normal(3))


@pytest.mark.parametrize("name", OF_CLASSES)
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


@pytest.mark.parametrize("name", ["parabola", "cubic", "corner", "sine"])
def test_a_border_is_where_it_is_said_to_be(name):
    X, y = load(name, n_samples=500, noise=0)
    x0, x1 = X["x0"].to_numpy(), X["x1"].to_numpy()
    borders = {
        "parabola": 1.4 * x0**2 - 0.7,
        "cubic": 1.8 * x0**3 - 1.1 * x0,
        "corner": 1.4 * np.abs(x0) - 0.7,
        "sine": 0.6 * np.sin(np.pi * x0),
    }
    np.testing.assert_array_equal(y, x1 > borders[name])
    assert np.abs(X.to_numpy()).max() <= 1


def test_numbers_to_predict_are_those_of_their_surfaces():
    for name, height in {
        "plane": lambda x0, x1: x0 + x1,
        "wave": lambda x0, x1: np.sin(np.pi * (x0 + x1)),
        "hills": lambda x0, x1: (
            np.sign(x0 * x1) * np.maximum(0, 1 - np.hypot(np.abs(x0) - 0.5, np.abs(x1) - 0.5) / 0.5)
        ),
    }.items():
        data = load(name, n_samples=300, noise=0)
        x0, x1 = data.X.to_numpy().T
        np.testing.assert_allclose(data.y, height(x0, x1), rtol=0, atol=1e-14)
        assert data.task == "regression"
        assert load(name, n_samples=6).task == "regression"
        assert np.std(load(name, noise=0.3).y - load(name, noise=0).y) == pytest.approx(
            0.3, rel=0.2
        )


@pytest.mark.parametrize("name", OF_CLASSES)
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
