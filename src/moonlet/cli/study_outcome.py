"""What comes of a study: its files, its words for a person, its numbers for a program."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from moonlet.exceptions import MissingExtraError
from moonlet.words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from moonlet.cli.console import Terminal
    from moonlet.cli.study_folder import StudyFolder
    from moonlet.data import Dataset
    from moonlet.study import CapacityStudy
    from moonlet.study.enough import Contender
    from moonlet.study.overfitting import Overfitting, SecondDescent


def write(
    terminal: Terminal,
    study: CapacityStudy,
    dataset: Dataset,
    folder: StudyFolder,
    command: str,
    can_export: bool,
) -> list[Path]:
    """Write everything but the store, which is there already.

    Returns
    -------
    files : list of Path
        All that the folder now holds of the study, the report first.
    """
    from moonlet.report import draw_pictures, write_figures, write_report
    from moonlet.study import write_csv, write_parquet

    files = [folder.store, folder.results]
    write_csv(study.results_, folder.results)
    try:
        write_parquet(study.results_, folder.parquet)
        files.append(folder.parquet)
    except MissingExtraError:
        pass  # The same stands in results.csv.
    if can_export and _export(terminal, study, folder.model):
        files.append(folder.model)
    folder.figures.mkdir(exist_ok=True)
    pictures = draw_pictures(study)
    if any(picture.has_boxes for picture in pictures):
        terminal.note(
            "Some names have letters that no font here has: pictures show boxes for them. Install "
            "a font that has them, such as Noto Sans CJK for Chinese, Japanese and Korean."
        )
    files += write_figures(study, folder.figures, pictures=pictures)
    # Last: a folder with a report is a finished study.
    write_report(
        study,
        folder.report,
        name=dataset.name,
        command=command,
        pictures=pictures,
        dataset=dataset,
    )
    return [folder.report, *files]


def tell(terminal: Terminal, study: CapacityStudy, folder: StudyFolder) -> None:
    """Say what was found and where to read on."""
    verdict = study.verdict_
    terminal.table(_table(study))
    terminal.say()
    first, *others = verdict.answer.splitlines()
    terminal.say(first, style="bold")
    for line in others:
        terminal.say(line)
    for warning in verdict.warnings:
        terminal.say(warning, style="yellow")
    terminal.say()
    terminal.say(verdict.evidence, style="dim")
    terminal.say()
    terminal.line(f"The report is {folder.report}", style="bold")


def facts(study: CapacityStudy, dataset: Dataset) -> dict[str, Any]:
    """Collect the study's numbers, by name."""
    verdict = study.verdict_
    return {
        "data": dataset.name,
        "target": dataset.target,
        "rows": len(dataset.y),
        "classes": getattr(study, "classes_", None),
        "seed": study.seed_,
        "measure": verdict.measure.name,
        "verdict": {
            "answer": verdict.answer,
            "answers": {language: verdict.answer_in(language) for language in LANGUAGES},
            "text": str(verdict),
            "beats_line": verdict.beats_line,
            "gain": verdict.gain,
            "gain_interval": verdict.gain_interval,
            "gain_share": verdict.gain_share,
            "sizes_not_told_apart": verdict.sizes_not_told_apart,
            "warnings": verdict.warnings,
        },
        "recommended": _fact(verdict.recommended),
        "delivered": {**_fact(verdict.delivered), "starts": verdict.n_starts},
        "best": _fact(verdict.best),
        "beats_straight_line": verdict.beats_line,
        "p_value": verdict.p_value,
        "n_compared_folds": verdict.n_compared,
        "train_loss": verdict.train_loss,
        "train_validation_gap": verdict.gap,
        "restart_deviation": verdict.restart_deviation,
        "overfitting": _found(verdict.overfitting),
        "second_descent": _found(verdict.second_descent),
        "not_converged": verdict.n_not_converged,
        "straight_line": _fact(verdict.line),
        "trees": None
        if verdict.trees is None
        else {
            "mean": verdict.trees_mean,
            "gain": verdict.trees.difference,
            "gain_interval": verdict.trees.interval,
        },
        "sizes": [_fact(size) for size in verdict.sizes],
        "test_scores": study.test_scores_,
        "networks": verdict.n_networks,
        "networks_of_first_cut": len(study.results_),
        "seconds_of_first_cut": float(study.results_["seconds"].sum()),
    }


def _export(terminal: Terminal, study: CapacityStudy, path: Path) -> bool:
    from moonlet.export import to_onnx

    try:
        to_onnx(study.best_estimator_, path)
    except ValueError as error:
        # A column's name, say. The study itself is none the worse for it.
        terminal.note(f"There is no model.onnx: {error}")
        return False
    return True


def _table(study: CapacityStudy) -> Table:
    # Each size at its best weight decay, below the straight line.
    from rich.table import Table

    from moonlet.study.plan import size_label

    verdict = study.verdict_
    # With the usual words, 76 wide: it must not wrap at 80.
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("hidden units", no_wrap=True)
    measured = verdict.measure.name.replace("held-out ", "held-out\n")
    for heading in ("weights", "alpha", measured, "against line"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    delivered = verdict.delivered.hidden
    table.add_row(
        "straight line",
        "",
        f"{verdict.line.alpha:.2g}",
        _measured(verdict.line),
        "",
        "you get" if delivered == 0 else "",
        style="bold green" if delivered == 0 else "",
    )
    for size in verdict.sizes:
        if size.hidden == 0:
            continue
        notes = [
            note
            for note, holds in (
                ("enough", verdict.beats_line and size.hidden == verdict.recommended.hidden),
                ("you get", size.hidden == delivered),
            )
            if holds
        ]
        table.add_row(
            size_label(size.hidden),
            _weights(study, size.hidden),
            f"{size.alpha:.2g}",
            _measured(size),
            _difference(size, verdict.line),
            ", ".join(notes),
            style="bold green" if "you get" in notes else "",
        )
    if verdict.trees is not None:
        table.add_row("boosted trees", "", "", f"{verdict.trees_mean:.4g}", "", "", style="dim")
    return table


def _found(finding: Overfitting | SecondDescent | None) -> dict[str, Any] | None:
    return None if finding is None else asdict(finding)


def _fact(contender: Contender) -> dict[str, Any]:
    return {
        "hidden": contender.hidden,
        "alpha": contender.alpha,
        "mean": contender.mean,
        "standard_error": contender.standard_error,
    }


def _difference(size: Contender, line: Contender) -> str:
    if not math.isfinite(size.mean):
        return ""
    return f"{size.mean - line.mean:+.{4 if abs(line.mean) < 100.0 else 1}f}"


def _measured(contender: Contender) -> str:
    if not math.isfinite(contender.mean):
        return "not tried to the end"
    if abs(contender.mean) < 100.0:
        return f"{contender.mean:.4f} ± {contender.standard_error:.4f}"
    return f"{contender.mean:.5g} ± {contender.standard_error:.3g}"


def _weights(study: CapacityStudy, size: int | tuple[int, ...]) -> str:
    summary = study.summary_
    # Compared one by one: pandas would take a tuple for a row of numbers.
    rows = [at for at, hidden in enumerate(summary["hidden"]) if hidden == size]
    # Where time was up early, not all sizes were tried.
    return f"{int(summary['n_parameters'].iloc[rows[0]]):,}" if rows else ""
