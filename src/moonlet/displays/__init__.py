"""Pictures in scikit-learn's manner: a Display takes what was computed and draws it.

Each has a class method that computes (`from_estimator`, `from_estimators`,
`from_study`, `from_predictions`) and draws at once; `plot` draws again, on axes that are given
or in a figure of its own; `save` writes a file; a notebook shows the Display
itself. No picture touches pyplot, so that nothing needs a screen and nothing is
left open; to see one in a window give it pyplot's axes::

    figure, ax = plt.subplots()
    LossCurveDisplay.from_estimator(network, ax=ax)
    plt.show()

Begin with `base`, what all of them can do, then `capacity`. May import matplotlib and every
layer from `moonlet.exceptions` to `moonlet.study`.
"""

from __future__ import annotations

from moonlet.displays.boundary_grid import BoundaryGridDisplay
from moonlet.displays.calibration import CalibrationDisplay
from moonlet.displays.capacity import CapacityDisplay
from moonlet.displays.hidden_units import HiddenUnitsDisplay
from moonlet.displays.learning_curve import LearningCurveDisplay
from moonlet.displays.loss_curve import LossCurveDisplay
from moonlet.displays.network import NetworkDisplay
from moonlet.displays.residuals import ResidualsDisplay
from moonlet.displays.roc import RocCurveDisplay
from moonlet.displays.training import TrainingDisplay

__all__ = [
    "BoundaryGridDisplay",
    "CalibrationDisplay",
    "CapacityDisplay",
    "HiddenUnitsDisplay",
    "LearningCurveDisplay",
    "LossCurveDisplay",
    "NetworkDisplay",
    "ResidualsDisplay",
    "RocCurveDisplay",
    "TrainingDisplay",
]
