from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from moonlet import MLPClassifier
from moonlet.study.cuts import split_rows
from moonlet.study.identity import study_identity, study_seed
from moonlet.study.store import StudyStore


def identity(moons: tuple[Any, Any], cv: Any = 3, **settings: object) -> dict[str, str]:
    X, y = moons
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=cv, seed=0)
    return study_identity(settings, X, y, split)


def test_a_study_is_the_same_however_often_it_is_described(moons: tuple[Any, Any]) -> None:
    def accuracy(estimator: Any, X: Any, y: Any) -> float:
        return float(estimator.score(X, y))

    settings = {"estimator": MLPClassifier(), "scoring": accuracy, "cv": StratifiedKFold(3)}
    described = identity(moons, **settings)
    assert described == identity(moons, **settings)
    assert not any(" at 0x" in text for text in described.values())  # Addresses change.


def test_a_parameter_left_at_its_default_is_written_down(moons: tuple[Any, Any]) -> None:
    assert "max_iter=200" in identity(moons, estimator=MLPClassifier())["estimator"]


def test_folds_cut_differently_are_told_apart(moons: tuple[Any, Any]) -> None:
    first, second = (
        identity(moons, StratifiedKFold(3, shuffle=True, random_state=seed)) for seed in (0, 1)
    )
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"fingerprint of the folds"}


def test_the_versions_that_decide_the_bits_are_written_down(moons: tuple[Any, Any]) -> None:
    assert identity(moons)["numpy's version"] == np.__version__


@pytest.mark.parametrize("given", [7, np.int64(7)])
def test_a_given_seed_is_the_seed(given: Any, tmp_path: Path) -> None:
    StudyStore(tmp_path / "study.db", {"seed": "3"}).close()
    assert study_seed(given, tmp_path / "study.db") == 7


def test_a_generator_gives_a_seed_that_repeats_with_it() -> None:
    first, second = (study_seed(np.random.RandomState(5), None) for _ in range(2))
    assert first == second


def test_without_seed_and_store_every_study_has_another() -> None:
    assert len({study_seed(None, None) for _ in range(5)}) == 5
