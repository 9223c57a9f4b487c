from __future__ import annotations

from typing import Any

import numpy as np

from moonlet import CapacityStudy, MLPClassifier
from moonlet.study.given import read_again, read_given
from moonlet.study.targets import Classes, Numbers


def test_a_fitted_study_is_given_again_what_it_was_given(small_study: CapacityStudy) -> None:
    given = read_again(small_study)
    assert isinstance(given.target, Classes)
    np.testing.assert_array_equal(given.target.labels(given.values), small_study.y_)
    assert given.problem().digest() == read_again(small_study).problem().digest()


def test_text_labels_are_positions_of_their_names(moons: tuple[Any, Any]) -> None:
    X, y = moons
    given = read_given(CapacityStudy(), X, np.array(["no", "yes"])[y], None, is_numeric=False)
    assert list(given.target.names) == ["no", "yes"]  # type: ignore[attr-defined]
    np.testing.assert_array_equal(given.values, y)


def test_what_a_target_is_follows_from_the_network_that_is_varied() -> None:
    X = np.arange(40.0).reshape(20, 2)
    numbers = read_given(CapacityStudy(), X, X[:, 0] + 0.5, np.ones(20), is_numeric=True)
    assert numbers.target == Numbers()
    assert numbers.weight is not None
    classes = read_given(
        CapacityStudy(MLPClassifier()), X, np.arange(20) % 2, None, is_numeric=False
    )
    assert isinstance(classes.target, Classes)
