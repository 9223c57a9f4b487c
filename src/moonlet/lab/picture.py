"""What the page draws of a network, as small arrays of bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moonlet import engine
from moonlet.estimators.targets import class_probabilities, output_for
from moonlet.lab.messages import SHOWN_UNITS, UNIT_GRID
from moonlet.lab.rows import Rows
from moonlet.reference import forward_layers
from moonlet.specs import Activation, Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec

# Where an activation has bounds, a view uses all of its shades for them.
_HIGHEST: dict[Activation, float] = {"tanh": 1.0, "logistic": 1.0}


def planes(network: NetworkSpec, parameters: Array, inputs: Array, n_classes: int) -> bytes:
    """Probability of each class (of two: the second) over the picture, 0 to 255."""
    outputs = engine.predict(network, parameters, inputs)
    probabilities = class_probabilities(outputs, n_classes)
    shown = probabilities[:, 1:] if n_classes == 2 else probabilities
    return _bytes(shown.T * 255.0)


def shown_units(network: NetworkSpec) -> tuple[int, ...]:
    """How many units of each hidden layer are drawn."""
    return tuple(min(size, SHOWN_UNITS) for size in network.layer_sizes[1:-1])


def unit_views(network: NetworkSpec, parameters: Array, inputs: Array) -> bytes:
    """What each shown hidden unit gives over the picture; 128 is zero."""
    if not network.activations:
        return b""
    _, outputs = forward_layers(network, parameters, inputs)
    views = []
    layers = zip(network.activations, outputs[1:-1], shown_units(network), strict=True)
    for activation, values, n_shown in layers:
        shown = values[:, :n_shown].T
        highest = _HIGHEST.get(activation, 0.0) or np.abs(shown).max(axis=1, keepdims=True)
        views.append(_bytes(128.0 + 127.0 * shown / np.maximum(highest, 1e-300)))
    return b"".join(views)


def weights(network: NetworkSpec, parameters: Array) -> bytes:
    """Weights between the shown units, layer by layer, row by row."""
    inputs = min(network.n_inputs, SHOWN_UNITS)
    outputs = min(network.n_outputs, SHOWN_UNITS)
    shown = (inputs, *shown_units(network), outputs)
    coefs, _ = network.unpack(parameters)
    parts = [W[: shown[i], : shown[i + 1]].ravel() for i, W in enumerate(coefs)]
    return float32_bytes(np.concatenate(parts))


def float32_bytes(values: Array) -> bytes:
    """Numbers for the page; what a float32 cannot hold becomes its largest, NaN stays."""
    largest = np.finfo(np.float32).max
    return np.clip(values, -largest, largest).astype("<f4").tobytes()


def straight_line(rows: Rows) -> tuple[NetworkSpec, Array]:
    """Logistic regression on the training rows, at scikit-learn's usual penalty."""
    n_outputs = 1 if rows.n_classes == 2 else rows.n_classes
    network = NetworkSpec((rows.X_train.shape[1], n_outputs), (), output_for(n_outputs))
    solver, stop = SolverSpec("lbfgs"), StopRule(1000, tol=1e-5)
    wanted = rows.class_indices[rows.train]
    targets = np.eye(rows.n_classes)[wanted] if n_outputs > 1 else wanted.astype(float)[:, None]
    # alpha=1 is C=1: both divide one half of the squared weights by the number of rows.
    trainer = engine.Trainer(
        TrainingSpec(network, solver, stop, alpha=1.0),
        engine.TrainingData(rows.X_train, targets),
        np.zeros(network.n_parameters),
    )
    engine.train([trainer], n_threads=1)
    return network, trainer.parameters


def unit_grid(rows: Rows) -> Array:
    """Inputs for `unit_views`."""
    return rows.grid(UNIT_GRID)


def _bytes(values: NDArray[np.floating]) -> bytes:
    # A diverged network gives no numbers: nothing is drawn there.
    finite = np.nan_to_num(values, nan=0.0, posinf=255.0, neginf=0.0)
    shades: NDArray[np.uint8] = np.clip(np.rint(finite), 0, 255).astype(np.uint8)
    return shades.tobytes()
