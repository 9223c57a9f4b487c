"""
What do activations change?
===========================

The same twelve units, the same start, nine ways to bend a sum. Rectified units make boundaries of
straight pieces, the others of curves; identity bends nothing, and is a straight line whatever the
size.
"""

from moonlet import MLPClassifier
from moonlet.data import load
from moonlet.displays import BoundaryGridDisplay
from moonlet.specs import ACTIVATIONS

X, y = load("circles", n_samples=200, noise=0.15, random_state=0)
networks = {
    activation: MLPClassifier(
        (12,), activation=activation, solver="lbfgs", alpha=0.1, max_iter=2_000, random_state=0
    ).fit(X, y)
    for activation in ACTIVATIONS
}
BoundaryGridDisplay.from_estimators(networks, X, y, score="accuracy", n_columns=3)
