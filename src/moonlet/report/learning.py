"""Learning curves of what is delivered: by passes over the rows, and by their number."""

from __future__ import annotations

from moonlet.displays import LearningCurveDisplay, LossCurveDisplay
from moonlet.report.picture import Picture
from moonlet.study import CapacityStudy, LearningCurve, learning_curve
from moonlet.study.words import LEVEL, number, p_in_words, size_in_words


def draw_loss_curve(study: CapacityStudy) -> Picture:
    """Draw how the delivered model learned, pass by pass."""
    network = study.tested_estimator_[-1]
    n_starts = study.verdict_.n_starts if len(network.coefs_) > 1 else 1
    losses = network.loss_curve_
    return Picture.of(
        "loss_curve",
        LossCurveDisplay.from_estimator(network),
        alt=(
            f"Training of what is delivered: its loss goes from {losses[0]:.4g} to "
            f"{losses[-1]:.4g} in {network.n_iter_:,} iterations."
        ),
        caption=(
            f"The loss that was trained on, penalty included{_of_which(n_starts)}, and below "
            "it the norm of its gradient, which is near 0 where training has converged."
        ),
    )


def _of_which(n_starts: int) -> str:
    return f", of the best of the {n_starts} random starts" if n_starts > 1 else ""


def draw_learning_curve(study: CapacityStudy) -> Picture | None:
    """Draw how the delivered model fares by the number of rows; None if that is not known."""
    curve = learning_curve(study)
    if curve is None:
        return None
    measure = study.verdict_.measure
    means = curve.held_out.mean(axis=1)
    told = "; ".join(
        f"{rows:,.0f} rows {number(mean)}" for rows, mean in zip(curve.n_rows, means, strict=True)
    )
    notes = [
        f"{size_in_words(study.verdict_.delivered.hidden).capitalize()}, trained on ever larger "
        "parts of the rows and always judged on the same held-out ones; the band is one standard "
        f"error over {len(study.folds_)} folds. {_last_step(curve, measure.name)}"
    ]
    if not measure.greater_is_better:
        notes.append(
            "Where the two curves have met, more rows bring little; a wide gap between them is "
            "what more rows, or more weight decay, may close."
        )
    n_starts = study.verdict_.n_starts
    if curve.n_restarts < n_starts and study.verdict_.delivered.hidden != 0:
        notes.append(f"To save time {curve.n_restarts} of the {n_starts} random starts were tried.")
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
