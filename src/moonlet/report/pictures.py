"""All pictures of a study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib.style

from moonlet.atomic import replace_file
from moonlet.displays import CapacityDisplay
from moonlet.report.boundaries import draw_boundaries
from moonlet.report.facts import folds_in_words
from moonlet.report.learning import draw_learning_curve, draw_loss_curve
from moonlet.report.on_test_rows import draw_test_rows
from moonlet.report.picture import Picture
from moonlet.study import CapacityStudy
from moonlet.study.words import size_in_words


def draw_pictures(study: CapacityStudy) -> list[Picture]:
    """Draw everything that can be seen of a study.

    Parameters
    ----------
    study : CapacityStudy
        Fitted.

    Returns
    -------
    pictures : list of Picture
        "capacity"; "boundaries", unless numbers are predicted or the table has fewer than
        two columns of numbers; "loss_curve"; "learning_curve", if it can be had in a few
        seconds; "calibration" and "roc", or "residuals" where numbers are predicted.
    """
    # The page is white, whatever style its writer likes.
    with matplotlib.style.context("default"):
        pictures = [
            _capacity(study),
            draw_boundaries(study),
            draw_loss_curve(study),
            draw_learning_curve(study),
            *draw_test_rows(study),
        ]
    return [picture for picture in pictures if picture is not None]


def write_figures(
    study: CapacityStudy, folder: str | Path, *, pictures: Sequence[Picture] | None = None
) -> list[Path]:
    """Write the pictures of a study as PNG files.

    Parameters
    ----------
    study : CapacityStudy
        Fitted.
    folder : str or Path
        Made if it is not there.
    pictures : sequence of Picture, optional
        From `draw_pictures`, if they have been drawn already.

    Returns
    -------
    paths : list of Path
        The files that were written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for picture in draw_pictures(study) if pictures is None else pictures:
        path = folder / f"{picture.name}.png"
        replace_file(path, picture.png)
        paths.append(path)
    return paths


def _capacity(study: CapacityStudy) -> Picture:
    verdict = study.verdict_
    told = "; ".join(f"{size_in_words(size.hidden)} {size.mean:.3f}" for size in verdict.sizes)
    return Picture.of(
        "capacity",
        CapacityDisplay.from_study(study),
        alt=(
            f"{verdict.measure.name.capitalize()} by number of hidden units: {told}; "
            f"{verdict.measure.line} {verdict.line.mean:.3f}. "
            f"You get {size_in_words(verdict.delivered.hidden)}."
        ),
        caption=(
            "Each size at its own best weight decay, so the dotted curve of the rows trained on "
            "may go up and down. The points are means over rows that the networks had not seen (of "
            f"{folds_in_words(verdict)}), the bands one standard error to "
            "either side. Folds are harder or easier for all models alike, so the bands overstate "
            "how uncertain a difference is: the verdict compares fold by fold."
        ),
    )
