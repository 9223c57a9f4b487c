"""What rows and network say beyond the curves of a training.

Only what the findings ask for, and cheaply: what needs the rows themselves looks at a thousand
of them at most, spread evenly over the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet import engine, reference
from moonlet.specs import Activation, Array, NetworkSpec, TrainingSpec

__all__ = ["LayerFacts", "TrainingFacts"]

# A share or a mean over so many rows is known to 3 % of the spread: no threshold is finer.
_MOST_ROWS = 1_000
# The curvature needs a few products only: it is asked for within a factor of two.
_PRODUCTS = 12
# A class with a smaller share than this is looked at row by row; see `balance`.
RARE = 0.4


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What the units of a hidden layer do on the training rows.

    Parameters
    ----------
    activation : str
    n_units : int
    n_flat : int
        Units whose slope is below a twentieth of its largest value on 95 % of the rows: the
        gradient hardly passes through them.
    n_dead : int
        Units whose slope is below a thousandth on every row: it does not pass at all.
    """

    activation: Activation
    n_units: int
    n_flat: int
    n_dead: int


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFacts:
    """What the training rows and the trained network say beyond the curves.

    Parameters
    ----------
    n_rows : int
    columns_mean, columns_spread : ndarray of shape (n_features,)
        Mean and standard deviation of each column of X.
    base_loss : float
        The loss of the best answer that is the same for every row.
    layers : tuple of LayerFacts
        One for each hidden layer.
    target_size : float
        Root mean square of the largest target of a regression; 0 for classes and counts.
    class_shares, class_recalls : ndarray of shape (n_classes,), optional
        Share of each class in the weight of the rows, and the share of its rows that the
        network answers rightly. None where there are no classes, or several labels a row;
        recalls also where no class is rare.
    curvature : float, optional
        Largest curvature of the loss where training ended, for solvers with steps of a fixed
        rate: descent is stable below a rate of 2 / curvature.
    class_names : tuple of str
        What to call the classes.
    """

    n_rows: int
    columns_mean: Array
    columns_spread: Array
    base_loss: float
    layers: tuple[LayerFacts, ...]
    target_size: float = 0.0
    class_shares: Array | None = None
    class_recalls: Array | None = None
    curvature: float | None = None
    class_names: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        spec: TrainingSpec,
        parameters: ArrayLike,
        X: Any,
        targets: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> TrainingFacts:
        """Look at a network after its training.

        Parameters
        ----------
        spec : TrainingSpec
        parameters : array-like of shape (n_parameters,)
            Where training ended.
        X, targets, sample_weight
            The training rows, as `moonlet.engine.TrainingData` took them.
        """
        network = spec.network
        Y = np.asarray(targets, dtype=np.float64)
        weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        some = slice(None, None, -(-len(Y) // _MOST_ROWS))
        rows = X[some]
        rows = np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows, dtype=np.float64)
        p = np.asarray(parameters, dtype=np.float64)
        with np.errstate(over="ignore", invalid="ignore"):  # of inputs beyond all measure
            shares = _class_shares(network, Y, weights)
            rare = shares is not None and shares.min() <= RARE / len(shares)
            constant_rate = spec.solver.name in ("gd", "sgd")
            return cls(
                n_rows=len(Y),
                columns_mean=rows.mean(axis=0),
                columns_spread=rows.std(axis=0),
                base_loss=_base_loss(network, Y, weights),
                layers=_layers(network, p, rows),
                target_size=_size(Y) if network.output == "identity" else 0.0,
                class_shares=shares,
                class_recalls=_class_recalls(network, p, X, Y) if rare else None,
                curvature=(
                    _largest_curvature(spec, p, rows, Y, weights, some) if constant_rate else None
                ),
            )


def _layers(network: NetworkSpec, p: Array, rows: Array) -> tuple[LayerFacts, ...]:
    if not network.activations:
        return ()
    sums, _ = reference.forward_layers(network, p, rows)
    return tuple(
        _layer(activation, Z) for activation, Z in zip(network.activations, sums, strict=False)
    )


def _layer(activation: Activation, Z: Array) -> LayerFacts:
    # The steepest slope of the logistic function is 1/4, that of all others about 1.
    steepest = 0.25 if activation == "logistic" else 1.0
    slope = np.abs(reference.activation_slope(activation, Z)) / steepest
    return LayerFacts(
        activation,
        n_units=Z.shape[1],
        n_flat=int(((slope < 0.05).mean(axis=0) >= 0.95).sum()),
        n_dead=int((slope < 1e-3).all(axis=0).sum()),
    )


def _base_loss(network: NetworkSpec, Y: Array, weights: Array | None) -> float:
    """Loss of the best constant answer, by the reference's own loss."""
    n_outputs = network.n_outputs
    constant = NetworkSpec((1, n_outputs), (), network.output, network.loss, network.loss_parameter)
    mean = np.average(Y, axis=0, weights=weights)
    log_mean = np.log(np.maximum(mean, np.finfo(np.float64).tiny))
    if network.output == "sigmoid":
        candidates = [log_mean - np.log(np.maximum(1.0 - mean, np.finfo(np.float64).tiny))]
    elif network.output in ("softmax", "exp"):
        candidates = [log_mean]
    else:
        level = network.loss_parameter if network.loss == "quantile" else 0.5
        # Huber's best lies between the two, and is as good as the better one for us.
        candidates = [mean, np.quantile(Y, level, axis=0)]
    nothing = np.zeros((len(Y), 1))
    return min(
        reference.loss(
            constant,
            np.concatenate([np.zeros(n_outputs), answer]),
            nothing,
            Y,
            sample_weight=weights,
        )
        for answer in candidates
    )


def _size(Y: Array) -> float:
    return float(np.sqrt((Y**2).mean(axis=0)).max())


def _class_shares(network: NetworkSpec, Y: Array, weights: Array | None) -> Array | None:
    if network.output == "softmax":
        shares: Array = np.average(Y, axis=0, weights=weights)
    elif network.output == "sigmoid" and network.n_outputs == 1:
        second = float(np.average(Y[:, 0], weights=weights))
        shares = np.array([1.0 - second, second])
    else:
        return None
    return shares if np.count_nonzero(shares) > 1 else None


def _class_recalls(network: NetworkSpec, p: Array, X: Any, Y: Array) -> Array:
    answers, wanted = _classes(engine.predict(network, p, X)), _classes(Y)
    n_classes = max(2, network.n_outputs)
    right = np.bincount(wanted[answers == wanted], minlength=n_classes)
    recalls: Array = right / np.maximum(np.bincount(wanted, minlength=n_classes), 1)
    return recalls


def _classes(outputs: NDArray[np.floating]) -> NDArray[np.integer]:
    return outputs.argmax(axis=1) if outputs.shape[1] > 1 else (outputs[:, 0] > 0.5).astype(int)


def _largest_curvature(
    spec: TrainingSpec, p: Array, rows: Array, Y: Array, weights: Array | None, some: slice
) -> float | None:
    """Largest eigenvalue of the loss's second derivative, by the power method.

    A product with the second derivative is the change of the gradient along a short step.
    """
    alpha = spec.alpha  # of all rows; these few bear their share of the penalty
    if weights is None:
        alpha *= len(rows) / len(Y)
    else:
        total, weights = weights.sum(), weights[some]
        if not weights.any():
            return None
        alpha *= weights.sum() / total
    data = engine.TrainingData(rows, Y[some], weights)

    def gradient(at: Array) -> Array:
        return engine.loss_and_gradient(spec.network, at, data, alpha)[1]

    slope = gradient(p)
    direction = slope.copy()
    curvature = 0.0
    # Between the rounding of the gradient and the next bend of the loss.
    length = 1e-5 * max(1.0, float(np.linalg.norm(p)))
    for _ in range(_PRODUCTS):
        size = float(np.linalg.norm(direction))
        if not 0.0 < size < np.inf:
            break
        change = gradient(p + length / size * direction) - slope
        curvature = float(np.linalg.norm(change)) / length
        direction = change
    return curvature if 0.0 < curvature < np.inf else None
