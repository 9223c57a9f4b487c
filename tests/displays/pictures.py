"""One picture of every Display, drawn from fixed data, and the same as it should look.

After a change that is meant, draw the baselines anew and look at each of them::

    python -m tests.displays.pictures
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import matplotlib.style
import numpy as np
from PIL import Image
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression

from moonlet import MLPClassifier
from moonlet.diagnosis import Finding
from moonlet.displays import (
    BoundaryGridDisplay,
    CalibrationDisplay,
    CapacityDisplay,
    HiddenUnitsDisplay,
    LearningCurveDisplay,
    LossCurveDisplay,
    NetworkDisplay,
    ResidualsDisplay,
    RocCurveDisplay,
    TrainingDisplay,
)
from moonlet.displays.base import Display
from moonlet.displays.loss_curve import LossHistory

BASELINES = Path(__file__).parent / "baselines"
THEMES = {"light": "default", "dark": "dark_background"}
# A README shows pictures 800 wide.
DOTS_PER_INCH = 100
# Another release of matplotlib, FreeType or NumPy may move letters and edges by a fraction of a
# dot. Means over squares of this side hardly notice.
SQUARE = 4
# Root mean square of the squares' differences, in grey levels of 255. Redrawn by the same
# libraries it is about 1 (the baselines keep 96 colors); the smallest mistake in
# test_pictures.py makes it 4.8, most make it more than 7.
TOLERANCE = 2.0


def moons():
    return make_moons(200, noise=0.2, random_state=0)


def network(**changes) -> MLPClassifier:
    """Make the tutorial's network, with fewer passes and a rate at which it converges.

    At the tutorial's own rate rounding decides in which of two states it ends, and that
    may change with the engine.
    """
    parameters = {
        "activation": "tanh",
        "solver": "gd",
        "output": "softmax",
        "init": "lecun_normal",
        "learning_rate_init": 0.5,
        "alpha": 0.01,
        "max_iter": 4000,
        "tol": 0,
        "random_state": 0,
    }
    return MLPClassifier((3,), **{**parameters, **changes})


def boundary_grid(**changes) -> Display:
    X, y = moons()
    line = LogisticRegression().fit(X[:150], y[:150])
    fitted = {"points": None, "3 hidden units": network().fit(X[:150], y[:150])}
    options = {
        "X_test": X[150:],
        "y_test": y[150:],
        "straight_line": line,
        "score": "accuracy",
    }
    return BoundaryGridDisplay.from_estimators(
        {**fitted, "a line": line}, X[:150], y[:150], **{**options, **changes}
    )


def loss_curve() -> Display:
    """Draw two descents made by hand, one of which ends in a cycle of period two."""
    t = np.arange(2000.0)
    calm = 0.06 + 0.5 * np.exp(-t / 300)
    cycle = np.where(t % 2 == 0, 0.002, -0.002)
    swinging = 0.06 + 0.5 * np.exp(-t / 150) + np.where(t < 1200, 0.0, 0.01 + cycle)
    swings = Finding("oscillating", "The loss swings.", "Halve learning_rate_init.")
    return LossCurveDisplay(
        histories=[
            LossHistory("rate 2", swinging, 0.3 * np.exp(-t / 200) + 0.01, (swings,)),
            LossHistory("rate 1", calm, 0.2 * np.exp(-t / 300)),
        ]
    ).plot()


def capacity(**changes) -> Display:
    values = {
        "sizes": (0, 1, 2, 3, 4, 5, 20, 50),
        "held_out": [0.34, 0.35, 0.36, 0.28, 0.26, 0.22, 0.18, 0.19],
        "held_out_error": [0.06, 0.07, 0.07, 0.06, 0.08, 0.09, 0.09, 0.1],
        "train": [0.32, 0.31, 0.32, 0.11, 0.04, 0.03, 0.01, 0.01],
        "line": 0.34,
        "line_error": 0.07,
        "recommended": 4,
    }
    return CapacityDisplay(**{**values, **changes}).plot()


def learning_curve() -> Display:
    return LearningCurveDisplay(
        n_rows=[15, 30, 60, 120],
        held_out=[0.67, 0.4, 0.29, 0.22],
        held_out_error=[0.2, 0.13, 0.08, 0.07],
        train=[0.14, 0.18, 0.16, 0.15],
    ).plot()


def guesses() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Make truth and probabilities of five classes, some of which are hard to tell."""
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(5), 40)
    signal = np.eye(5)[truth] * np.linspace(1.0, 3.0, 5)
    odds = np.exp(2 * (random.normal(size=(200, 5)) + signal))
    return truth, odds / odds.sum(axis=1, keepdims=True), ["ash", "beech", "elm", "lime", "oak"]


def calibration() -> Display:
    truth, probabilities, names = guesses()
    return CalibrationDisplay.from_predictions(np.array(names)[truth], probabilities, names)


def roc() -> Display:
    truth, probabilities, names = guesses()
    return RocCurveDisplay.from_predictions(np.array(names)[truth], probabilities, names)


def residuals() -> Display:
    random = np.random.default_rng(0)
    truth = random.uniform(50, 350, 120)
    return ResidualsDisplay(truth=truth, predicted=truth + random.normal(0, 40, 120)).plot()


def hidden_units() -> Display:
    return HiddenUnitsDisplay.from_estimator(network().fit(*moons()), *moons())


def network_diagram(change: Callable[[MLPClassifier], None] | None = None) -> Display:
    fitted = network().fit(*moons())
    if change is not None:
        change(fitted)
    return NetworkDisplay.from_estimator(fitted)


def training() -> Display:
    return TrainingDisplay.from_estimator(network(), *moons(), n_frames=4)


PICTURES: dict[str, Callable[[], Display]] = {
    "boundary_grid": boundary_grid,
    "loss_curve": loss_curve,
    "capacity": capacity,
    "learning_curve": learning_curve,
    "calibration": calibration,
    "roc": roc,
    "residuals": residuals,
    "hidden_units": hidden_units,
    "network_diagram": network_diagram,
    "training": training,
}


def themed(theme: str):
    return matplotlib.style.context(["default", THEMES[theme]])


def baseline(name: str, theme: str) -> Path:
    return BASELINES / f"{name}_{theme}.png"


def difference(display: Display, name: str, theme: str) -> float:
    """How far a picture is from its baseline, in the unit of TOLERANCE."""
    drawn = Image.open(io.BytesIO(display.to_png(dpi=DOTS_PER_INCH))).convert("RGB")
    meant = Image.open(baseline(name, theme)).convert("RGB")
    if drawn.size != meant.size:
        return 255.0
    return float(np.sqrt(np.mean((_squares(drawn) - _squares(meant)) ** 2)))


def _squares(picture: Image.Image) -> np.ndarray:
    width, height = (side // SQUARE * SQUARE for side in picture.size)
    dots = np.asarray(picture, dtype=np.float64)[:height, :width]
    return dots.reshape(height // SQUARE, SQUARE, width // SQUARE, SQUARE, 3).mean(axis=(1, 3))


def draw_baselines() -> None:
    BASELINES.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        for theme in THEMES:
            with themed(theme):
                picture = Image.open(io.BytesIO(draw().to_png(dpi=DOTS_PER_INCH)))
            few_colors = picture.convert("RGB").quantize(96, dither=Image.Dither.NONE)
            few_colors.save(baseline(name, theme), optimize=True)


if __name__ == "__main__":
    draw_baselines()
