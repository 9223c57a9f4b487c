"""A moment of a run, and the picture of it: painted while training goes on."""

from __future__ import annotations

from dataclasses import dataclass

from moonlet.lab import messages as m
from moonlet.lab import picture
from moonlet.lab.rows import Rows
from moonlet.lab.run import confusion, scores
from moonlet.specs import Array, NetworkSpec

__all__ = ["Answer", "Snapshot", "paint"]

Answer = tuple[m.Report, list[bytes]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the next picture needs, so that training can go on while it is painted."""

    number: int
    rows: Rows
    network: NetworkSpec
    parameters: Array
    grid: Array
    unit_grid: Array
    n_iter: int
    loss: float
    passes_a_second: float
    curve: Array
    recent: Array


def paint(snapshot: Snapshot) -> Answer:
    """Make the picture of a snapshot."""
    rows, network, parameters = snapshot.rows, snapshot.network, snapshot.parameters
    curve = snapshot.curve
    report = m.Frame(
        number=snapshot.number,
        n_iter=snapshot.n_iter,
        passes_a_second=snapshot.passes_a_second,
        loss=snapshot.loss,
        gradient_norm=float(curve[4, -1]) if curve.shape[1] else float("nan"),
        scores=scores(network, parameters, rows),
        n_planes=1 if rows.n_classes == 2 else rows.n_classes,
        shown=picture.shown_units(network),
        layers=network.layer_sizes,
        n_curve=curve.shape[1],
        n_recent=len(snapshot.recent),
        confusion=confusion(network, parameters, rows),
        confusion_of_test=len(rows.test) > 0,
    )
    return report, [
        picture.planes(network, parameters, snapshot.grid, rows.n_classes),
        picture.unit_views(network, parameters, snapshot.unit_grid),
        picture.weights(network, parameters),
        picture.float32_bytes(curve),
        picture.float32_bytes(snapshot.recent),
    ]
