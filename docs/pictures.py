"""The pictures of README and front page: `python docs/pictures.py` draws them anew."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from sklearn.linear_model import LogisticRegression

from moonlet import CapacityStudy, MLPClassifier
from moonlet.data import load
from moonlet.displays import BoundaryGridDisplay, CapacityDisplay, TrainingDisplay
from moonlet.displays.base import Display

FOLDER = Path(__file__).parent / "images"


def tutorials_network(hidden: int) -> MLPClassifier:
    """Make the network of the tutorial, unfitted."""
    return MLPClassifier(
        (hidden,),
        activation="tanh",
        solver="gd",
        output="softmax",
        init="lecun_normal",
        learning_rate_init=2.0,
        alpha=0.01,
        max_iter=20_000,
        tol=0,
        random_state=0,
    )


def seven_sizes() -> Display:
    """Draw the boundaries of seven sizes, the straight line, and fresh points."""
    X, y = load("moons")
    networks = {
        f"{size} hidden unit{'s' * (size > 1)}": tutorials_network(size).fit(X, y)
        for size in (1, 2, 3, 4, 5, 20, 50)
    }
    line = LogisticRegression().fit(X, y)
    return BoundaryGridDisplay.from_estimators(networks, X, y, straight_line=line, score="accuracy")


def capacity() -> Display:
    """Draw the capacity curve of the moons."""
    return CapacityDisplay.from_study(CapacityStudy(random_state=0).fit(*load("moons")))


def training() -> TrainingDisplay:
    """Draw the descent that never converges."""
    return TrainingDisplay.from_estimator(tutorials_network(3), *load("moons"), n_frames=48)


def main() -> None:
    """Draw all three."""
    for draw in (seven_sizes, capacity):
        picture = Image.open(io.BytesIO(draw().to_png()))
        few_colors = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few_colors.save(FOLDER / f"{draw.__name__}.png", optimize=True)
    training().save(FOLDER / "training.gif", dpi=90, fps=6)


if __name__ == "__main__":
    main()
