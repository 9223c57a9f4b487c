from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import sklearn

import moonlet
from moonlet.estimators import scikit_learns_own
from moonlet.exceptions import UnknownLibraryError

PACKAGE = Path(moonlet.__file__).parent


def test_a_scikit_learn_that_has_renamed_one_is_told_with_the_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newer = ModuleType("sklearn.utils._param_validation")
    monkeypatch.setitem(sys.modules, newer.__name__, newer)
    monkeypatch.setattr(sklearn, "__version__", "1.99")
    kept = dict(vars(scikit_learns_own))
    with pytest.raises(UnknownLibraryError, match=r"scikit-learn 1\.99 .*Interval.*pip install"):
        importlib.reload(scikit_learns_own)
    vars(scikit_learns_own).update(kept)


def private_imports(source: str) -> Iterator[str]:
    """The names that a module takes from scikit-learn and that begin with an underscore."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sklearn":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("sklearn")]
        else:
            continue
        yield from (name for name in names if "._" in name)


def test_no_other_module_takes_a_private_name_of_scikit_learn() -> None:
    home = Path(scikit_learns_own.__file__)
    assert list(private_imports(home.read_text(encoding="utf-8")))
    found = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        if path != home
        for name in private_imports(path.read_text(encoding="utf-8"))
    }
    assert found == set()
