"""How what is delivered fares on the test rows, trained on all others."""

from __future__ import annotations

from typing import Any

import numpy as np

from moonlet.displays import CalibrationDisplay, ResidualsDisplay, RocCurveDisplay
from moonlet.displays.answers import class_probabilities
from moonlet.report.picture import Picture, sample
from moonlet.specs import Array
from moonlet.study import CapacityStudy
from moonlet.study.intervals import proportion_interval
from moonlet.study.rows import take
from moonlet.study.words import number, share
from moonlet.words import written


def draw_test_rows(study: CapacityStudy) -> list[Picture]:
    """Draw calibration and ROC curves; for predicted numbers what is left over."""
    truth, rows = study.y_[study.test_indices_], take(study.X_, study.test_indices_)
    if not hasattr(study, "classes_"):
        return [_residuals(study, truth, study.tested_estimator_.predict(rows))]
    probabilities = class_probabilities(study.tested_estimator_, rows, study.classes_)
    return [_calibration(study, truth, probabilities), _roc(study, truth, probabilities)]


def _calibration(study: CapacityStudy, truth: Any, probabilities: Array) -> Picture:
    display = CalibrationDisplay.from_predictions(truth, probabilities, study.classes_)
    n_rows = len(truth)
    certain = float(probabilities.max(axis=1).mean())
    right = sum(one.share_right * one.n_rows for one in display.bins) / n_rows
    low, high = proportion_interval(right, n_rows)
    if certain > high:
        verdict = "it is too certain"
    elif certain < low:
        verdict = "it is right more often than it says"
    else:
        verdict = "on average, these rows do not show it to be too certain or too cautious"
    told = "; ".join(
        f"{written(one.confidence, '.0%')} certain of {one.n_rows:,}, "
        f"right in {written(one.share_right, '.0%')}"
        for one in display.bins
    )
    return Picture.of(
        "calibration",
        display,
        alt=f"How often what is delivered is right, by how certain it is: {told}.",
        caption=(
            "For every test row the model says which class it is and how certain it is of that. "
            "Each point stands for rows of about the same certainty, as many as the number below "
            "says; its bar is a 95 % interval, long where few rows tell. On the dashed line the "
            "model is right as often as it says; below it, it is too certain. Over all "
            f"{n_rows:,} test rows it was {share(certain)} certain and {share(right)} right (95 % "
            f"interval {share(low)} to {share(high)}): {verdict}."
        ),
    )


def _roc(study: CapacityStudy, truth: Any, probabilities: Array) -> Picture:
    display = RocCurveDisplay.from_predictions(truth, probabilities, study.classes_)
    n_classes, curves = len(study.classes_), display.hardest_first
    hardest = curves[0]
    low, high = hardest.interval
    meaning = (
        "The area is how often, of a row of the class and another, the row of the class is given "
        "the higher probability of it: 1 is perfect, 0.5 no better than a guess."
    )
    if n_classes == 2:
        caption = (
            f"How many rows of class “{hardest.name}” are found, and how many others are taken for "
            "it, as the probability that is asked for goes from 1 down to 0. " + meaning
        )
        alt = (
            f"ROC curve of class {hardest.name}: area {hardest.area:.3f} ({low:.3f} to {high:.3f})."
        )
    else:
        caption = (
            "Each class against all others: how many of its rows are found, and how many others "
            "are taken for it, as the probability that is asked for goes from 1 down to 0. "
            + meaning
        )
        if len(curves) > 3:
            caption += " The three classes that are hardest to tell are in color."
        areas = "; ".join(f"{curve.name} {curve.area:.3f}" for curve in curves[:10])
        alt = f"ROC curves, one class against the others, areas from the lowest: {areas}"
        alt += f"; and {len(curves) - 10:,} more." if len(curves) > 10 else "."
        if len(curves) < n_classes:
            caption += f" {n_classes - len(curves):,} classes have no test row."
    return Picture.of("roc", display, alt=alt, caption=caption)


def _residuals(study: CapacityStudy, truth: Array, predicted: Array) -> Picture:
    errors = np.abs(truth - predicted)
    half, most = np.quantile(errors, [0.5, 0.9])
    shown = sample(np.arange(len(truth)), study.seed_)
    off = f"Half of the predictions are off by no more than {number(half)}"
    caption = (
        "Each point is a test row. On the dashed lines the prediction is exact; points should "
        "scatter about them alike everywhere. A bend means that something was not learned, a "
        "funnel that some predictions are less certain than others. "
        f"{off}, nine in ten by no more than {number(most)}, in units of the target."
    )
    if len(shown) < len(truth):
        caption += f" {len(shown):,} of the {len(truth):,} test rows are shown, drawn at random."
    return Picture.of(
        "residuals",
        ResidualsDisplay(truth=truth[shown], predicted=predicted[shown]).plot(),
        alt=f"True against predicted numbers of the test rows, and what is left over. {off}.",
        caption=caption,
    )
