"""Learning curves of the recommended network: by passes over the rows, and by their number."""

from __future__ import annotations

from moonlet.displays import LearningCurveDisplay, LossCurveDisplay
from moonlet.report.picture import Picture
from moonlet.study import CapacityStudy, LearningCurve, learning_curve
from moonlet.study.words import LEVEL, number, p_in_words, size_in_words


def draw_loss_curve(study: CapacityStudy) -> Picture:
    """Draw how the recommended network learned, pass by pass."""
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


def draw_learning_curve(study: CapacityStudy) -> Picture | None:
    """Draw how the recommended network fares by the number of rows; None if that is not known."""
    curve = learning_curve(study)
    if curve is None:
        return None
    measure = study.verdict_.measure
    means = curve.held_out.mean(axis=1)
    told = "; ".join(
        f"{rows:,.0f} rows {number(mean)}" for rows, mean in zip(curve.n_rows, means, strict=True)
    )
    notes = [
        f"{size_in_words(study.recommended_).capitalize()}, trained on ever larger parts of the "
        f"rows and always judged on the same held-out ones; the band is one standard error over "
        f"{len(study.folds_)} folds. {_last_step(curve, measure.name)}"
    ]
    if not measure.greater_is_better:
        notes.append(
            "Where the two curves have met, more rows bring little; a wide gap between them is "
            "what more rows, or more weight decay, may close."
        )
    if curve.n_restarts < study.n_restarts:
        notes.append(
            f"To save time {curve.n_restarts} of the {study.n_restarts} random starts were tried."
        )
    return Picture.of(
        "learning_curve",
        LearningCurveDisplay.from_curve(
            curve, measure=measure.name, with_train=not measure.greater_is_better
        ),
        alt=f"{measure.name.capitalize()} by number of rows trained on: {told}.",
        caption=" ".join(notes),
    )


def _last_step(curve: LearningCurve, measure: str) -> str:
    before, after = curve.n_rows[-2:]
    step = curve.last_step
    rows = f"From {before:,.0f} to {after:,.0f} rows the {measure}"
    test = f"corrected resampled t-test, one-sided, {p_in_words(step.p_value)}"
    if step.difference <= 0.0:
        return f"{rows} did not improve: there is no sign that still more rows would help."
    improved = f"{rows} improved by {number(step.difference)} ({test})"
    if step.p_value < LEVEL:
        return f"{improved}: still more rows would probably improve it further."
    return f"{improved}: still more rows may help, but these folds cannot tell it from chance."
