"""What the page says in numbers, as rows ready to be printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from moonlet.study import CapacityStudy
from moonlet.study.plan import size_label
from moonlet.study.rows import take
from moonlet.study.words import number, size_in_words

# Of classes, in a matrix that fits a printed page; and of mistakes, in the list in its place.
_MOST_CLASSES = 12
_MOST_MISTAKES = 20
# Letters of all classes side by side.
_WIDEST = 72


@dataclass(frozen=True, slots=True)
class Spoken:
    """The verdict, with what it decides apart from what that rests on."""

    decision: str
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
    """Cut the verdict where it begins to give its reasons."""
    decision, colon, evidence = str(study.verdict_).partition(":")
    return Spoken(decision, colon + evidence)


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
    """Count how the recommended network puts the test rows, class by class; none for numbers."""
    if not hasattr(study, "classes_"):
        return []
    test = study.test_indices_
    truth = np.searchsorted(study.classes_, study.y_[test])
    predicted = np.searchsorted(study.classes_, study.predict(take(study.X_, test)))
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
    line, recommended = verdict.line, verdict.recommended
    if "accuracy" in test:
        low, high = test["accuracy_interval"]
        of_test = (
            f"Right of {test['n_test']:,} test rows",
            f"{test['accuracy']:.1%} (95 % interval {low:.1%} to {high:.1%})",
        )
    else:
        low, high = test["r2_interval"]
        of_test = (
            f"R² on {test['n_test']:,} test rows",
            f"{test['r2']:.3f} (95 % interval {low:.3f} to {high:.3f})",
        )
    return [
        ("Recommended", size_in_words(recommended.hidden)),
        (
            verdict.measure.name.capitalize(),
            f"{decimal(recommended.mean)} ± {decimal(recommended.standard_error)}",
        ),
        (
            verdict.measure.line.capitalize(),
            f"{decimal(line.mean)} ± {decimal(line.standard_error)}",
        ),
        of_test,
    ]


def vocabulary(study: CapacityStudy) -> list[tuple[str, str]]:
    """Explain the words that the page takes for granted."""
    measure = study.verdict_.measure
    words = [
        (
            "Held-out rows",
            "rows that a network was not trained on, so that what it learned by heart does not "
            f"count. The rows are cut into {len(study.folds_)} folds, each held out in turn. The "
            "test rows are others again: nothing is decided by them.",
        ),
        (
            "Standard error",
            "how far a mean over the folds would typically move if everything were done again "
            "with other rows.",
        ),
        (
            "Weight decay (alpha)",
            "a penalty on large weights: the larger alpha, the smoother what the network draws.",
        ),
        (
            measure.line.capitalize(),
            "the straight line: what can be had without any hidden unit, by a method that is "
            "older, simpler and quicker.",
        ),
    ]
    if measure.loss == "log loss":
        n_classes = len(study.classes_)
        words.insert(
            0,
            (
                "Log loss",
                "how surprised a network is by the true class: −log of the probability that it "
                f"gave it, averaged. 0 is perfect; always giving each of {n_classes} classes the "
                f"same probability costs {math.log(n_classes):.3f}.",
            ),
        )
    return words


def scope(study: CapacityStudy) -> str:
    """Say in a sentence how much was looked at."""
    n_rows, n_columns = study.X_.shape
    seconds = study.results_["seconds"].sum()
    kinds = f"{len(study.classes_)} classes" if hasattr(study, "classes_") else "numbers to predict"
    spent = f"{seconds:,.1f} s" if seconds >= 0.1 else "less than 0.1 s"
    return (
        f"{n_rows:,} rows, {n_columns:,} column{'s' * (n_columns != 1)}, "
        f"{kinds}; {len(study.results_):,} networks trained in {spent} of "
        "computing."
    )


def decimal(value: float) -> str:
    """Write a number to four decimals, large ones to fewer; a dash for one that is not known."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 10.0:
        return number(value)
    return f"{value:.1e}" if 0.0 < abs(value) < 0.00005 else f"{value:.4f}"
