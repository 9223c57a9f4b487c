"""What the networks of a study make of the data, size by size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from moonlet.displays import BoundaryGridDisplay
from moonlet.report.importance import two_that_matter
from moonlet.report.picture import Picture, sample
from moonlet.study import CapacityStudy
from moonlet.study.enough import Contender
from moonlet.study.final import fit_again
from moonlet.study.plan import Size, size_label
from moonlet.study.rows import take
from moonlet.study.words import size_in_words

_MOST_PANELS = 12
# A study of a large table took long to train its networks; its report must not train them again.
_MOST_SECONDS = 5.0


def draw_boundaries(study: CapacityStudy) -> Picture | None:
    """Draw what a network of each size makes of the plane; None if there is no plane."""
    if not hasattr(study, "classes_"):
        return None
    test = study.test_indices_
    rest = np.setdiff1d(np.arange(len(study.y_)), test)
    features = two_that_matter(
        study.tested_estimator_, take(study.X_, test), study.y_[test], study.classes_, study.seed_
    )
    if features is None:
        return None
    shown = sample(rest, study.seed_), sample(test, study.seed_)
    sizes = _sizes_to_draw(study)
    n_columns = 4 if len(sizes) > 4 else len(sizes)
    display = BoundaryGridDisplay.from_estimators(
        {_title(size): one for size, one in zip(sizes, _networks(study, sizes), strict=True)},
        take(study.X_, shown[0]),
        study.y_[shown[0]],
        X_test=take(study.X_, shown[1]),
        y_test=study.y_[shown[1]],
        straight_line=study.baseline_,
        features=features,
        padding=None,
        n_columns=n_columns,
    )
    delivered = study.verdict_.delivered.hidden
    framed = [at for at, size in enumerate(sizes) if size.hidden == delivered]
    for at in framed:
        for spine in display.axes_[at].spines.values():
            spine.set_linewidth(3)
    plane = f"the plane of {' and '.join(filter(None, display.feature_names)) or 'the two columns'}"
    notes = [
        f"What a network of each size makes of {plane}, above each its "
        f"{study.verdict_.measure.name}{'; the one you get is framed' if framed else ''}. Filled "
        "points were trained on, hollow ones are the test rows. The shade says how certain the "
        "network is; the dashed line is logistic regression's."
    ]
    if display.n_held:
        others = (
            "one stands still at its"
            if display.n_held == 1
            else f"{display.n_held} stand still at their"
        )
        notes.append(
            f"These two columns matter most to what you get: shuffling them among the "
            f"test rows costs it most. The other {others} median "
            "(or most frequent value), so points can lie on the wrong side here and be put right "
            "all the same."
        )
    n_shown, n_rows = len(shown[0]) + len(shown[1]), len(study.y_)
    if n_shown < n_rows:
        notes.append(f"{n_shown:,} of the {n_rows:,} rows are shown, drawn at random.")
    if len(sizes) < len(study.verdict_.sizes):
        notes.append(
            f"{len(sizes):,} of the {len(study.verdict_.sizes):,} sizes are shown; the others are "
            "left out for want of room, or because they take long to train again."
        )
    return Picture.of(
        "boundaries",
        display,
        alt=f"Decision boundaries on {plane}: " + ", ".join(size_in_words(s.hidden) for s in sizes),
        caption=" ".join(notes),
    )


def _sizes_to_draw(study: CapacityStudy) -> list[Contender]:
    """Choose the sizes that can be trained again in a few seconds, and the delivered one."""
    verdict, summary = study.verdict_, study.summary_
    seconds: dict[Size, float] = {}
    for hidden, spent, n in zip(
        summary["hidden"], summary["seconds"], summary["n_networks"], strict=True
    ):
        seconds[hidden] = max(seconds.get(hidden, 0.0), spent / max(n, 1) * verdict.n_starts)
    seconds[verdict.delivered.hidden] = seconds[0] = 0.0  # They are there already, or quick.
    quick: set[Size] = set()
    total = 0.0
    for size in sorted(verdict.sizes, key=lambda size: seconds[size.hidden]):
        total += seconds[size.hidden]
        if total <= _MOST_SECONDS and np.isfinite(size.mean):
            quick.add(size.hidden)
    sizes = [size for size in verdict.sizes if size.hidden in quick]
    if len(sizes) <= _MOST_PANELS:
        return sizes
    # The first, the last, and as many between them as there is room for; one is the delivered.
    places = np.linspace(0, len(sizes) - 1, _MOST_PANELS).round().astype(int)
    delivered = [at for at, size in enumerate(sizes) if size.hidden == verdict.delivered.hidden]
    for at in delivered:
        places[np.abs(places - at).argmin()] = at
    return [sizes[place] for place in places]


def _networks(study: CapacityStudy, sizes: Sequence[Contender]) -> list[Any]:
    delivered = study.verdict_.delivered.hidden
    others = [(size.hidden, size.alpha) for size in sizes if size.hidden != delivered]
    again = iter(fit_again(study, others))
    return [study.tested_estimator_ if size.hidden == delivered else next(again) for size in sizes]


def _title(size: Contender) -> str:
    units = f"{size_label(size.hidden)} hidden unit{'s' * (size.hidden != 1)}"
    return f"{units}\n{size.mean:.3f} ± {size.standard_error:.3f}"
