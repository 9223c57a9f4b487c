from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import LabelBinarizer

from moonlet.estimators import MLPClassifier
from moonlet.estimators.targets import (
    class_probabilities,
    class_targets,
    most_likely,
    network_output,
)
from moonlet.specs import NetworkSpec


@pytest.mark.parametrize(
    ("output", "n_classes", "expected"),
    [
        ("auto", 1, ("sigmoid", 1)),
        ("auto", 2, ("sigmoid", 1)),
        ("auto", 3, ("softmax", 3)),
        ("softmax", 1, ("sigmoid", 1)),
        ("softmax", 2, ("softmax", 2)),
        ("softmax", 3, ("softmax", 3)),
    ],
)
def test_the_output_follows_the_number_of_classes(output, n_classes, expected):
    assert network_output(MLPClassifier(output=output), n_classes) == expected


@pytest.mark.parametrize("n_classes", [2, 5])
def test_targets_are_those_of_scikit_learns_label_binarizer(n_classes):
    indices = np.random.RandomState(0).randint(n_classes, size=40)
    _, n_outputs = network_output(MLPClassifier(), n_classes)
    output = "sigmoid" if n_outputs == 1 else "softmax"
    targets = class_targets(indices, n_classes, NetworkSpec((3, n_outputs), (), output))
    np.testing.assert_array_equal(targets, LabelBinarizer().fit_transform(indices))


def test_a_softmax_for_two_classes_has_one_hot_targets():
    targets = class_targets(np.array([1, 0, 1]), 2, NetworkSpec((3, 2), (), "softmax"))
    np.testing.assert_array_equal(targets, [[0, 1], [1, 0], [0, 1]])


def test_one_sigmoid_output_is_the_probability_of_the_second_class():
    probabilities = class_probabilities(np.array([[0.25], [1.0]]), 2)
    np.testing.assert_array_equal(probabilities, [[0.75, 0.25], [0.0, 1.0]])


def test_softmax_outputs_are_the_probabilities():
    outputs = np.array([[0.2, 0.3, 0.5]])
    np.testing.assert_array_equal(class_probabilities(outputs, 3), outputs)


def test_a_single_class_is_certain():
    np.testing.assert_array_equal(class_probabilities(np.array([[0.1], [0.2]]), 1), [[1.0], [1.0]])


@pytest.mark.parametrize("n_classes", [1, 2, 3])
def test_the_most_likely_class_is_the_first_of_the_largest(n_classes):
    probabilities = np.random.RandomState(0).randint(3, size=(200, n_classes)) / 2.0
    probabilities[::50] = np.nan
    np.testing.assert_array_equal(most_likely(probabilities), probabilities.argmax(axis=1))
