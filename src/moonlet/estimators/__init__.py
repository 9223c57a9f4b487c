"""Networks as scikit-learn estimators.

Begin with `network` (what an estimator is) and `base` (how it is trained), then in the order of a
`fit`: `settings`, `reading`, `plan`, `run`, `learned`.

May import everything below: `moonlet.diagnosis`, `moonlet.blocks`, the engine, the specs; and
scikit-learn, from here on upwards.
"""

from __future__ import annotations

from threadpoolctl import register

from moonlet.estimators.classifier import MLPClassifier
from moonlet.estimators.regressor import MLPRegressor
from moonlet.estimators.thread_limit import EngineThreads

__all__ = ["MLPClassifier", "MLPRegressor"]

register(EngineThreads)
