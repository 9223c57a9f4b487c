"""What the page says in numbers, as rows ready to be printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from moonlet.study import CapacityStudy
from moonlet.study.plan import size_label
from moonlet.study.rows import take
from moonlet.study.verdict import Verdict
from moonlet.study.words import number, share, size_in_words
from moonlet.words import say

# Of classes, in a matrix that fits a printed page; and of mistakes, in the list in its place.
_MOST_CLASSES = 12
_MOST_MISTAKES = 20
# Above this share of one class, being right often says little.
_COMMON = 0.75
# Letters of all classes side by side.
_WIDEST = 72


@dataclass(frozen=True, slots=True)
class Spoken:
    """The verdict: what to do, in three lines, and what that rests on."""

    lines: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A line of the table of sizes; every entry is text."""

    size: str
    n_parameters: str
    alpha: str
    train_loss: str
    held_out: str
    restarts: str
    converged: str
    recommended: bool


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """What became of the test rows of one class.

    Parameters
    ----------
    name : str
    counts : tuple of int
        By predicted class.
    shares : tuple of float
        The same, of the rows of this class.
    """

    name: str
    counts: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """How often rows of one class were put into another.

    Parameters
    ----------
    truth, predicted : str
    count : int
    share : float
        Of the rows of the true class.
    """

    truth: str
    predicted: str
    count: int
    share: float


def spoken(study: CapacityStudy) -> Spoken:
    """Take the verdict apart where it begins to give its reasons."""
    verdict = study.verdict_
    return Spoken(tuple(verdict.answer.splitlines()), verdict.evidence)


def folds_in_words(verdict: Verdict) -> str:
    """Say on which folds each size was measured."""
    if verdict.n_compared <= verdict.n_folds:
        return f"the same {verdict.n_folds} folds"
    return (
        f"all {verdict.n_compared} folds if it came near the best, else on the {verdict.n_folds} "
        "of the first cut, as many times the line's as it was there"
    )


def size_rows(study: CapacityStudy) -> list[SizeRow]:
    """List each size at its best alpha, as the verdict compares them."""
    summary = study.summary_
    verdict = study.verdict_
    at = {
        key: position
        for position, key in enumerate(zip(summary["hidden"], summary["alpha"], strict=True))
    }
    rows = []
    for size in verdict.sizes:
        if (size.hidden, size.alpha) not in at:  # The straight line has a row of its own.
            continue
        found = summary.iloc[at[size.hidden, size.alpha]]
        spread = found[
            "valid_score_restart_sd"
            if verdict.measure.greater_is_better
            else "valid_loss_restart_sd"
        ]
        rows.append(
            SizeRow(
                size=size_label(size.hidden),
                n_parameters=f"{int(found['n_parameters']):,}",
                alpha=f"{size.alpha:g}",
                train_loss=decimal(found["train_loss"]),
                held_out=f"{decimal(size.mean)} ± {decimal(size.standard_error)}",
                restarts=decimal(spread),
                converged=f"{int(found['n_converged']):,} of {int(found['n_networks']):,}",
                recommended=size.hidden == verdict.recommended.hidden,
            )
        )
    return rows


def confusion_rows(study: CapacityStudy) -> list[ConfusionRow]:
    """Count how the delivered model puts the test rows, class by class; none for numbers."""
    if not hasattr(study, "classes_"):
        return []
    test = study.test_indices_
    truth = np.searchsorted(study.classes_, study.y_[test])
    predicted = np.searchsorted(
        study.classes_, study.tested_estimator_.predict(take(study.X_, test))
    )
    n_classes = len(study.classes_)
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (truth, predicted), 1)
    totals = np.maximum(counts.sum(axis=1), 1)
    return [
        ConfusionRow(str(name), tuple(map(int, row)), tuple(row / total))
        for name, row, total in zip(study.classes_, counts, totals, strict=True)
    ]


def fits_a_page(confusion: list[ConfusionRow]) -> bool:
    """Whether a confusion matrix can be printed; else its mistakes are listed."""
    return len(confusion) <= _MOST_CLASSES


def needs_numbers(confusion: list[ConfusionRow]) -> bool:
    """Whether the names of the classes are too long to stand side by side."""
    return sum(len(row.name) for row in confusion) > _WIDEST


def mistakes(confusion: list[ConfusionRow]) -> list[Mistake]:
    """List the most frequent mistakes of a confusion matrix."""
    found = [
        Mistake(row.name, other.name, count, share)
        for row in confusion
        for other, count, share in zip(confusion, row.counts, row.shares, strict=True)
        if count and other is not row
    ]
    return sorted(found, key=lambda mistake: -mistake.count)[:_MOST_MISTAKES]


def key_figures(study: CapacityStudy) -> list[tuple[str, str]]:
    """List the few numbers to know, each with its name."""
    verdict, test = study.verdict_, study.test_scores_
    line, delivered = verdict.line, verdict.delivered
    times = f"{verdict.n_starts} × " if verdict.n_starts > 1 and delivered.hidden != 0 else ""
    figures = [("You get", f"{times}{size_in_words(delivered.hidden)}")]
    if verdict.beats_line:
        figures.append(("Enough", size_in_words(verdict.recommended.hidden)))
    measure, lines = verdict.measure, f"{decimal(line.mean)} ± {decimal(line.standard_error)}"
    if verdict.was_compared:
        # What the headline compares: the best of all on the same folds would be praised too much.
        gain = verdict.gain if measure.greater_is_better else -verdict.gain
        figures.append(
            (f"{measure.name.capitalize()} of a network", decimal(verdict.line_mean + gain))
        )
        lines = decimal(verdict.line_mean)
    figures.append((f"The same of {measure.line}", lines))
    if "accuracy" in test:
        low, high = test["accuracy_interval"]
        told = f"{share(test['accuracy'])} (95 %: {share(low)} to {share(high)})"
        lines = share(test["baseline_accuracy"])
        kind = f"Right of {test['n_test']:,} test rows"
    else:
        low, high = test["r2_interval"]
        told = f"{test['r2']:.3f} (95 %: {low:.3f} to {high:.3f})"
        lines = f"{test['baseline_r2']:.3f}"
        kind = f"R² on {test['n_test']:,} test rows"
    if tested_differs(study):
        told = f"the network {told}; the line {lines}"
    figures.append((kind, told))
    if verdict.base_rate > _COMMON:
        figures.append(("Most frequent class", f"{share(verdict.base_rate)} of all rows"))
    return figures


def tested_differs(study: CapacityStudy) -> bool:
    """Whether it was a network that the test rows judged, and not the line itself."""
    return len(study.tested_estimator_[-1].coefs_) > 1


def vocabulary(study: CapacityStudy) -> list[tuple[str, str]]:
    """Explain the words that the page takes for granted."""
    measure = study.verdict_.measure
    n_classes = len(study.classes_) if hasattr(study, "classes_") else 0
    words = [
        (f"Straight line ({measure.line})", _meaning("straight_line")),
        ("Hidden units", f"{_meaning('unit')} {say('report.merged')}"),
        (
            "Held-out rows",
            f"{_meaning('held_out')} {say('report.folds', {'n': len(study.folds_)})}",
        ),
        ("95 % interval (95 %: … to …)", _meaning("interval")),
        ("± (standard error)", _meaning("standard_error")),
        ("p", _meaning("p_value")),
        ("Weight decay (alpha)", _meaning("l2")),
        ("Boosted trees", _meaning("boosted_trees")),
    ]
    if n_classes:
        words += [("Right (accuracy)", _meaning("accuracy")), ("ROC", _meaning("roc"))]
    else:
        words.append(("R²", _meaning("r2")))
    if measure.loss == "log loss":
        guess = say("report.guess", {"n": n_classes, "loss": math.log(n_classes)})
        words.insert(0, ("Log loss", f"{_meaning('log_loss')} {guess}"))
    elif measure.loss == "squared error":
        words.insert(0, ("Squared error", _meaning("squared_error")))
    return words


def _meaning(word: str) -> str:
    return say(f"glossary.{word}.meaning")


def scope(study: CapacityStudy) -> str:
    """Say in a sentence how much was looked at."""
    (n_rows, n_columns), n = study.X_.shape, study.verdict_.n_networks
    kinds = f"{len(study.classes_)} classes" if hasattr(study, "classes_") else "numbers to predict"
    return (
        f"{n_rows:,} rows, {n_columns:,} column{'s' * (n_columns != 1)}, "
        f"{kinds}; {n:,} network{'s' * (n != 1)} trained."
    )


def decimal(value: float) -> str:
    """Write a number to four decimals, large ones to fewer; a dash for one that is not known."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 10.0:
        return number(value)
    return f"{value:.1e}" if 0.0 < abs(value) < 0.00005 else f"{value:.4f}"
