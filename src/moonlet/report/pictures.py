"""The pictures of a study, each with the words that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
from numpy.typing import NDArray

from moonlet.atomic import replace_file
from moonlet.displays import BoundaryGridDisplay, CapacityDisplay, LossCurveDisplay
from moonlet.displays.base import Display
from moonlet.report.importance import two_that_matter
from moonlet.study import CapacityStudy
from moonlet.study.plan import Size, size_label
from moonlet.study.rows import take
from moonlet.study.verdict import Contender
from moonlet.study.words import size_in_words

# 8 inches wide: 1,200 pixels, sharp at the 800 that a page shows, and some 100 kB each.
_DPI = 150
_MOST_POINTS = 1000
_MOST_PANELS = 12
# A study of a large table took long to train its networks; its report must not train them again.
_MOST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and what to say of it.

    Parameters
    ----------
    name : str
        Of the file, without its ending.
    png : bytes
    width, height : int
        At which to show it, in CSS pixels.
    alt : str
        What it shows, for those who do not see it.
    caption : str
        How to read it.
    """

    name: str
    png: bytes
    width: int
    height: int
    alt: str
    caption: str

    @classmethod
    def of(cls, name: str, display: Display, *, alt: str, caption: str) -> Picture:
        """Take the picture that a Display has drawn."""
        width, height = display.figure_.get_size_inches() * 100
        return cls(name, display.to_png(dpi=_DPI), int(width), int(height), alt, caption)


def draw_pictures(study: CapacityStudy) -> list[Picture]:
    """Draw everything that can be seen of a study.

    Parameters
    ----------
    study : CapacityStudy
        Fitted.

    Returns
    -------
    pictures : list of Picture
        "capacity"; "boundaries", unless the table has fewer than two columns of
        numbers; "loss_curve".
    """
    # The page is white, whatever style its writer likes.
    with matplotlib.style.context("default"):
        pictures = [_capacity(study), _boundaries(study), _loss_curve(study)]
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
            f"Recommended: {size_in_words(verdict.recommended.hidden)}."
        ),
        caption=(
            f"Each size at its best weight decay. The points are means over {verdict.n_folds} "
            "folds of rows that the networks had not seen, the bands one standard error to "
            "either side. Folds are harder or easier for all models alike, so the bands overstate "
            "how uncertain a difference is: the verdict compares fold by fold."
        ),
    )


def _boundaries(study: CapacityStudy) -> Picture | None:
    if not hasattr(study, "classes_"):
        return None
    test = study.test_indices_
    rest = np.setdiff1d(np.arange(len(study.y_)), test)
    features = two_that_matter(
        study.best_estimator_, take(study.X_, test), study.y_[test], study.classes_, study.seed_
    )
    if features is None:
        return None
    shown = _sample(rest, study.seed_), _sample(test, study.seed_)
    sizes = _sizes_to_draw(study)
    n_columns = 4 if len(sizes) > 4 else len(sizes)
    display = BoundaryGridDisplay.from_estimators(
        {_title(size): _network(study, size) for size in sizes},
        take(study.X_, shown[0]),
        study.y_[shown[0]],
        X_test=take(study.X_, shown[1]),
        y_test=study.y_[shown[1]],
        straight_line=study.baseline_,
        features=features,
        padding=None,
        n_columns=n_columns,
    )
    hidden = [size.hidden for size in sizes]
    for spine in display.axes_[hidden.index(study.recommended_)].spines.values():
        spine.set_linewidth(3)
    plane = f"the plane of {' and '.join(filter(None, display.feature_names)) or 'the two columns'}"
    notes = [
        f"What a network of each size makes of {plane}, above each its "
        f"{study.verdict_.measure.name}; the recommended one is framed. Filled points were trained "
        "on, hollow ones are the test rows. The shade says how certain the network is; the dashed "
        "line is logistic regression's."
    ]
    if display.n_held:
        notes.append(
            f"These two columns matter most to the recommended network: shuffling them among the "
            f"test rows costs it most. The other {display.n_held} stand still at their median "
            "(or most frequent value), so points can lie on the wrong side here and be put right "
            "all the same."
        )
    n_shown, n_rows = len(shown[0]) + len(shown[1]), len(study.y_)
    if n_shown < n_rows:
        notes.append(f"{n_shown:,} of the {n_rows:,} rows are shown, drawn at random.")
    if len(sizes) < len(study.verdict_.sizes):
        notes.append("Sizes that take long to train again are left out.")
    return Picture.of(
        "boundaries",
        display,
        alt=f"Decision boundaries on {plane}: " + ", ".join(size_in_words(s.hidden) for s in sizes),
        caption=" ".join(notes),
    )


def _loss_curve(study: CapacityStudy) -> Picture:
    network = study.best_estimator_[-1]
    losses = network.loss_curve_
    return Picture.of(
        "loss_curve",
        LossCurveDisplay.from_estimator(network),
        alt=(
            f"Training of the recommended network: its loss goes from {losses[0]:.4g} to "
            f"{losses[-1]:.4g} in {network.n_iter_:,} iterations."
        ),
        caption=(
            "The loss that the recommended network was trained on, penalty included, and below "
            "it the norm of its gradient, which is near 0 where training has converged."
        ),
    )


def _sizes_to_draw(study: CapacityStudy) -> list[Contender]:
    """Choose the sizes that can be trained again in a few seconds, and the recommended one."""
    verdict, summary = study.verdict_, study.summary_
    seconds: dict[Size, float] = {}
    for hidden, spent, n in zip(
        summary["hidden"], summary["seconds"], summary["n_networks"], strict=True
    ):
        seconds[hidden] = max(seconds.get(hidden, 0.0), spent / n * study.n_restarts)
    seconds[verdict.recommended.hidden] = 0.0  # It is there already.
    drawn: set[Size] = set()
    total = 0.0
    for size in sorted(verdict.sizes, key=lambda size: seconds[size.hidden]):
        total += seconds[size.hidden]
        if total <= _MOST_SECONDS and len(drawn) < _MOST_PANELS and np.isfinite(size.mean):
            drawn.add(size.hidden)
    return [size for size in verdict.sizes if size.hidden in drawn]


def _network(study: CapacityStudy, size: Contender) -> Any:
    if size.hidden == study.recommended_:
        return study.best_estimator_
    return study.fit_size(size.hidden, size.alpha)


def _title(size: Contender) -> str:
    units = f"{size_label(size.hidden)} hidden unit{'s' * (size.hidden != 1)}"
    return f"{units}\n{size.mean:.3f} ± {size.standard_error:.3f}"


def _sample(positions: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    if len(positions) <= _MOST_POINTS:
        return positions
    chosen = np.random.default_rng(seed).choice(positions, _MOST_POINTS, replace=False)
    return np.sort(chosen)
