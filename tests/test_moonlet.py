"""`import moonlet` stays quick: what is heavy is imported where it is used."""

from __future__ import annotations

import pytest

import moonlet
from tests.engine.programs import run_python

HEAVY = ["numpy", "scipy", "sklearn", "pandas", "matplotlib", "joblib", "asyncio", "moonlet.engine"]


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh Python has after a statement."""
    return set(run_python("-c", f"{statement}\nimport sys\nprint(*sys.modules)").split())


def test_importing_moonlet_imports_nothing_heavy() -> None:
    assert loaded_by("import moonlet").isdisjoint(HEAVY)


@pytest.mark.parametrize("module", ["reference", "engine"])
def test_the_mathematics_and_the_engine_need_numpy_alone(module: str) -> None:
    heavy = {*HEAVY, "threadpoolctl"} - {"numpy", "moonlet.engine"}
    assert loaded_by(f"import moonlet.{module}").isdisjoint(heavy)


def test_public_names_are_there_when_asked_for_and_an_unknown_one_is_an_error() -> None:
    assert moonlet.MLPClassifier.__name__ == "MLPClassifier"
    assert set(moonlet.__all__) <= set(dir(moonlet))
    with pytest.raises(AttributeError, match="'moonlet' has no attribute 'Perceptron'"):
        _ = moonlet.Perceptron
