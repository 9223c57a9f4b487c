"""Small neural networks from scratch, at the speed of the hardware.

`MLPClassifier` and `MLPRegressor` train one network; `CapacityStudy` trains
thousands and says how large a network the problem needs, and whether it beats
a straight line. Everything heavy is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from moonlet.version import __version__

if TYPE_CHECKING:
    from moonlet.estimators import MLPClassifier, MLPRegressor
    from moonlet.study import CapacityStudy

__all__ = ["CapacityStudy", "MLPClassifier", "MLPRegressor", "__version__"]

_HOMES = {
    "CapacityStudy": "moonlet.study",
    "MLPClassifier": "moonlet.estimators",
    "MLPRegressor": "moonlet.estimators",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'moonlet' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
