"""Pickles that say which moonlet wrote them, in scikit-learn's manner."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.exceptions import InconsistentVersionWarning

from moonlet.version import __version__

__all__ = ["MoonletVersionWarning", "VersionedPickles"]

_KEY = "_moonlet_version"


class MoonletVersionWarning(InconsistentVersionWarning):  # type: ignore[misc]  # has no types
    """A pickle of another version of moonlet than this one.

    Parameters
    ----------
    estimator_name : str
    original_version : str
        That wrote it.
    """

    def __init__(self, estimator_name: str, original_version: str) -> None:
        super().__init__(
            estimator_name=estimator_name,
            current_sklearn_version=__version__,
            original_sklearn_version=original_version,
        )
        self.current_version, self.original_version = __version__, original_version

    def __str__(self) -> str:
        return (
            f"Trying to unpickle {self.estimator_name} from moonlet {self.original_version} when "
            f"using moonlet {__version__}. It may not work, or give other answers. Fit it again, "
            "or keep models as ONNX files (moonlet.export.to_onnx), which outlast versions."
        )


class VersionedPickles:
    """Mixin of estimators; stands before `BaseEstimator`."""

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())  # type: ignore[call-overload]
        return state | {_KEY: __version__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        original = state.get(_KEY, "0.1.0 or older")
        if original != __version__:
            warnings.warn(MoonletVersionWarning(type(self).__name__, original), stacklevel=2)
        rest = {name: value for name, value in state.items() if name != _KEY}
        super().__setstate__(rest)  # type: ignore[misc]
        self._come_back()

    def _come_back(self) -> None:
        """Do what is to be done when all attributes are there again."""
