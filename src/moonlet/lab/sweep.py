"""The sweep: seven sizes of one hidden layer side by side, and which of them is enough."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from moonlet import engine
from moonlet.lab import messages as m
from moonlet.lab import picture
from moonlet.lab.rows import Rows
from moonlet.lab.run import Run, row_losses, scores
from moonlet.specs import Array, NetworkSpec

__all__ = ["Sweep", "SweepSnapshot", "paint_sweep"]

SHOWN_FOR = 5.0  # seconds that it takes at least: it is there to be watched


@dataclass(frozen=True, slots=True)
class SweepSnapshot:
    """What the next picture of a sweep needs."""

    rows: Rows
    grid: Array
    running: bool
    share: float
    networks: tuple[tuple[NetworkSpec, Array, str | None], ...]


class Sweep:
    """Seven runs at the same pass.

    Parameters
    ----------
    rows : Rows
    settings : Settings
        How they are trained. The first hidden layer's activation is that of all.
    """

    def __init__(self, rows: Rows, settings: m.Settings) -> None:
        self.rows = rows
        self._grid = rows.grid(m.SWEEP_GRID)
        self._passes = settings.training.max_iter
        hidden = settings.network.hidden
        activation = hidden[0].activation if hidden else "tanh"
        self._runs = [
            Run(
                rows,
                replace(settings.network, hidden=(m.LayerChoice(units, activation),)),
                settings.training,
            )
            for units in m.SWEEP_SIZES
        ]
        self._began = time.perf_counter()
        self.stopped = False

    @property
    def running(self) -> bool:
        """Whether there is something left to train."""
        return not self.stopped and not all(run.finished for run in self._runs)

    def advance(self, seconds: float) -> None:
        """Train all sizes for that long, so that they stay at about the same pass."""
        until = time.perf_counter() + seconds
        due = (time.perf_counter() - self._began) / SHOWN_FOR * self._passes
        while self.running and (left := until - time.perf_counter()) > 0:
            least = min(run.n_iter for run in self._runs if not run.finished)
            if least >= due:
                return
            slowest = [run for run in self._runs if not run.finished and run.n_iter == least]
            # Those that are behind train alone until they have caught up.
            passes = min(run.until_test() for run in slowest)
            engine.train(
                [run.trainer for run in slowest],
                max_passes=passes,
                max_seconds=left / len(slowest),
            )
            for run in slowest:
                run.test()

    def snapshot(self) -> SweepSnapshot:
        """Take what the next picture needs."""
        n_iter = min((run.n_iter for run in self._runs if not run.finished), default=self._passes)
        return SweepSnapshot(
            self.rows,
            self._grid,
            self.running,
            n_iter / self._passes if self.running else 1.0,
            tuple((run.network, run.parameters, run.stop_reason) for run in self._runs),
        )


def paint_sweep(snapshot: SweepSnapshot) -> tuple[m.SweepFrame, list[bytes]]:
    """Make the small multiples of a snapshot."""
    rows = snapshot.rows
    panels, buffers = [], []
    for units, (network, parameters, reason) in zip(m.SWEEP_SIZES, snapshot.networks, strict=True):
        panels.append(m.SweepPanel(units, scores(network, parameters, rows), reason))
        buffers.append(picture.planes(network, parameters, snapshot.grid, rows.n_classes))
    recommended, why = recommend(snapshot)
    n_planes = 1 if rows.n_classes == 2 else rows.n_classes
    report = m.SweepFrame(
        snapshot.running, snapshot.share, n_planes, tuple(panels), recommended, why
    )
    return report, buffers


def recommend(snapshot: SweepSnapshot) -> tuple[int | None, str]:
    """The smallest size that the test rows cannot tell from the best one, and why.

    Its loss may be higher than the best one's by one standard error of the
    difference, row by row.
    """
    rows = snapshot.rows
    if len(rows.test) < 2:
        return None, "There are no test rows to judge by: raise the test share."
    losses = np.array(
        [row_losses(network, at, rows, test=True) for network, at, _ in snapshot.networks]
    )
    best = int(losses.mean(axis=1).argmin())
    worse = losses - losses[best]
    error = worse.std(axis=1, ddof=1) / np.sqrt(worse.shape[1])
    enough = int(np.flatnonzero(worse.mean(axis=1) <= error)[0])
    size, top = m.SWEEP_SIZES[enough], m.SWEEP_SIZES[best]
    if enough == best:
        return size, f"{_units(size)}: the lowest loss on the {len(rows.test)} test rows."
    return size, (
        f"{_units(size)} will do: on the {len(rows.test)} test rows the best, {_units(top)}, is "
        "less than one standard error better. `moonlet study` judges with more care."
    )


def _units(n: int) -> str:
    return f"{n} unit{'s' if n != 1 else ''}"
