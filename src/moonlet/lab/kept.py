"""Runs that were kept, to compare others with them."""

from __future__ import annotations

from dataclasses import dataclass

from moonlet.lab import messages as m
from moonlet.lab.link import State
from moonlet.lab.picture import float32_bytes
from moonlet.lab.run import Run, scores
from moonlet.specs import Array

__all__ = ["MOST_RUNS", "Kept", "keep", "report"]

MOST_RUNS = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A run as it stood, and how to get there again."""

    note: m.KeptRun
    curve: Array
    state: State


def keep(number: int, run: Run, state: State) -> Kept:
    """Keep a run as it stands."""
    curve = run.curve()
    tested = len(run.rows.test) > 0
    note = m.KeptRun(
        run=number,
        label=_label(run, state.settings),
        n_iter=run.n_iter,
        n_parameters=run.network.n_parameters,
        scores=scores(run.network, run.parameters, run.rows),
        n_curve=curve.shape[1],
        curve_of_test=tested,
    )
    return Kept(note, curve[[0, 3 if tested else 1]], state)


def report(runs: list[Kept]) -> tuple[m.Runs, list[bytes]]:
    """All kept runs, for the page."""
    return (
        m.Runs(tuple(kept.note for kept in runs)),
        [float32_bytes(kept.curve) for kept in runs],
    )


def _label(run: Run, settings: m.Settings) -> str:
    layers = "-".join(str(layer.units) for layer in settings.network.hidden) or "straight line"
    names = {layer.activation for layer in settings.network.hidden}
    training = settings.training
    rate = "" if training.solver == "lbfgs" else f" {training.learning_rate_init:g}"
    parts = [run.rows.dataset.name, f"{layers} {'/'.join(sorted(names))}".strip()]
    return ", ".join([*parts, f"{training.solver}{rate}", f"L2 {training.alpha:g}"])
