"""Networks as scikit-learn estimators.

May import everything below: `moonlet.diagnosis`, the engine, the specs; and
scikit-learn, from here on upwards.
"""

from __future__ import annotations

from threadpoolctl import register

from moonlet.estimators.classifier import MLPClassifier
from moonlet.estimators.regressor import MLPRegressor
from moonlet.estimators.thread_limit import EngineThreads

__all__ = ["MLPClassifier", "MLPRegressor"]

register(EngineThreads)
