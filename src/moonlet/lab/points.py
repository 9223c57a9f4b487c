"""The rows as the page shows them, and the straight line through them."""

from __future__ import annotations

import numpy as np

from moonlet.lab import messages as m
from moonlet.lab import picture
from moonlet.lab.rows import Rows
from moonlet.lab.run import scores
from moonlet.lab.snapshot import Answer
from moonlet.specs import Array

__all__ = ["points"]


def points(rows: Rows, grid: Array) -> Answer:
    """Report the rows; `grid` are the picture's cells, for the straight line."""
    data = rows.dataset
    network, parameters = picture.straight_line(rows)
    line = scores(network, parameters, rows)
    held = [name for i, name in enumerate(data.feature_names) if i not in rows.shown]
    in_test = np.zeros(len(data.y), dtype=np.uint8)
    in_test[rows.test] = 1
    report = m.Points(
        name=data.name,
        n=len(data.y),
        n_train=len(rows.train),
        n_test=len(rows.test),
        classes=tuple(str(label) for label in rows.classes),
        columns=tuple(m.Column(name, numeric) for name, numeric in rows.columns),
        target=data.target,
        features=tuple(data.feature_names),
        axes=(data.feature_names[rows.shown[0]], data.feature_names[rows.shown[1]]),
        bounds=rows.bounds,
        held=f"{len(held)} more features stand at their median" if held else None,
        line_accuracy=(line.train_accuracy, line.test_accuracy),
        n_inputs=rows.X_train.shape[1],
    )
    return report, [
        rows.points.tobytes(),
        rows.class_indices.astype(np.uint8).tobytes(),
        in_test.tobytes(),
        picture.planes(network, parameters, grid, rows.n_classes),
    ]
