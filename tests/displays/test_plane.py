from __future__ import annotations

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from moonlet.displays.plane import plane_around, probabilities_on


def everywhere(plane, predict):
    x, y = np.meshgrid(plane.x, plane.y)
    answers = predict(np.column_stack([x.ravel(), y.ravel()]))
    return answers.reshape(*x.shape, -1)


@pytest.fixture
def plane(moons):
    return plane_around(moons[0])


def test_the_padding_is_the_tutorials(moons, plane):
    low, high = moons[0].min(axis=0), moons[0].max(axis=0)
    assert plane.extent == pytest.approx((low[0] - 0.5, high[0] + 0.5, low[1] - 0.5, high[1] + 0.5))


def test_without_padding_each_feature_gets_a_seventh_of_its_own_range():
    plane = plane_around(np.array([[0.0, 0.0], [7.0, 7000.0]]), padding=None)
    assert plane.extent == pytest.approx((-1.0, 8.0, -1000.0, 8000.0))


def test_a_feature_that_never_varies_still_spans_a_plane():
    left, right, bottom, top = plane_around(np.array([[1.0, 2.0]]), padding=None).extent
    assert left < 1 < right
    assert bottom < 2 < top


def test_gaps_do_not_widen_the_plane():
    points = np.array([[0.0, 0.0], [1.0, 1.0], [np.nan, 5.0]])
    assert plane_around(points[:2]).extent[:2] == plane_around(points).extent[:2]


def test_the_class_is_exact_at_every_point_of_a_smooth_classifier(plane, network):
    found = probabilities_on(plane, network.predict_proba)
    wanted = everywhere(plane, network.predict_proba)
    assert (found.argmax(axis=-1) == wanted.argmax(axis=-1)).all()


def test_probabilities_are_within_the_promised_tenth(plane, network):
    found = probabilities_on(plane, network.predict_proba)
    np.testing.assert_allclose(found, everywhere(plane, network.predict_proba), atol=0.1, rtol=0)


def test_steps_of_a_tree_are_where_they_are(moons, plane):
    tree = DecisionTreeClassifier(max_depth=2, random_state=0).fit(*moons)
    found = probabilities_on(plane, tree.predict_proba)
    wanted = everywhere(plane, tree.predict_proba)
    assert (found.argmax(axis=-1) == wanted.argmax(axis=-1)).all()


def test_a_linear_function_is_interpolated_without_error(plane):
    left, right, *_ = plane.extent

    def slope(points):
        share = (points[:, 0] - left) / (right - left)
        return np.column_stack([share, 1 - share])

    np.testing.assert_allclose(probabilities_on(plane, slope), everywhere(plane, slope), atol=1e-12)


def test_most_points_are_never_asked(plane, network):
    asked = 0

    def counting(points):
        nonlocal asked
        asked += len(points)
        return network.predict_proba(points)

    probabilities_on(plane, counting)
    assert asked < 0.2 * len(plane.x) * len(plane.y)


def test_no_point_is_asked_twice(plane, network):
    seen = []

    def remembering(points):
        seen.append(points)
        return network.predict_proba(points)

    probabilities_on(plane, remembering)
    points = np.vstack(seen)
    assert len(np.unique(points, axis=0)) == len(points)
