"""Between class labels and a network's outputs, in both directions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from moonlet.estimators.labels import TellsClasses
from moonlet.specs import Array, NetworkSpec, Output

__all__ = [
    "class_probabilities",
    "class_targets",
    "coded_targets",
    "most_likely",
    "network_output",
    "output_for",
    "smoothed",
]


def network_output(estimator: TellsClasses, n_classes: int) -> tuple[Output, int]:
    """Which output a classifier's network has, and how many units.

    Parameters
    ----------
    estimator : MLPClassifier
        Its `output` decides: "auto" is one sigmoid unit for two classes,
        "softmax" one unit a class in that case too. A single class has
        nothing to share out, so it gets the sigmoid unit either way.
    n_classes : int

    Returns
    -------
    output : {"sigmoid", "softmax"}
    n_outputs : int

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> network_output(MLPClassifier(), n_classes=2)
    ('sigmoid', 1)
    >>> network_output(MLPClassifier(output="softmax"), n_classes=2)
    ('softmax', 2)
    """
    one_unit = n_classes < 2 or (n_classes == 2 and estimator.output == "auto")
    n_outputs = 1 if one_unit else n_classes
    return output_for(n_outputs), n_outputs


def output_for(n_outputs: int) -> Output:
    """Output function of a classifier's network with so many units."""
    return "sigmoid" if n_outputs == 1 else "softmax"


def class_targets(
    class_indices: NDArray[np.integer],
    n_classes: int,
    network: NetworkSpec,
    label_smoothing: float = 0.0,
) -> Array:
    """Build what the network should give for each row.

    Parameters
    ----------
    class_indices : ndarray of shape (n_samples,)
        Position of each row's label among the sorted classes.
    n_classes : int
    network : NetworkSpec
    label_smoothing : float, default=0.0
        See `smoothed`.

    Returns
    -------
    targets : ndarray of shape (n_samples, n_outputs)
        One-hot rows for softmax; for sigmoid 1 where the label is the second class.

    Examples
    --------
    >>> import numpy as np
    >>> class_targets(np.array([0, 1]), 2, NetworkSpec((4, 2), (), "softmax"))
    array([[1., 0.],
           [0., 1.]])
    """
    n_outputs = n_classes if network.output == "softmax" else 1
    return coded_targets(class_indices, n_outputs, np.float64, label_smoothing)


def coded_targets(
    positions: NDArray[np.integer], n_outputs: int, dtype: DTypeLike, label_smoothing: float
) -> NDArray[Any]:
    """Build what a network of one sigmoid, or of one softmax unit a class, should give.

    Parameters
    ----------
    positions : ndarray of shape (n_samples,)
        Of each row's label among the sorted classes.
    n_outputs : int
    dtype : dtype
    label_smoothing : float
        See `smoothed`.

    Returns
    -------
    targets : ndarray of shape (n_samples, n_outputs)
        A share is rounded once, from 64 bit.
    """
    if n_outputs == 1:
        return smoothed(positions.astype(dtype).reshape(-1, 1), 2, label_smoothing)
    # No unit matrix: it has the square of the classes.
    targets = np.zeros((len(positions), n_outputs), dtype=dtype)
    targets[np.arange(len(positions)), positions] = 1.0
    return smoothed(targets, n_outputs, label_smoothing)


def smoothed(targets: NDArray[Any], n_classes: int, label_smoothing: float) -> NDArray[Any]:
    """Take a share of certainty away from targets and spread it evenly over the classes.

    Parameters
    ----------
    targets : ndarray of shape (n_samples, n_outputs)
        One-hot rows, or columns of 0 and 1 that have nothing to do with each other.
    n_classes : int
        2 for the latter.
    label_smoothing : float
        The share, in [0, 1).

    Returns
    -------
    targets : ndarray of shape (n_samples, n_outputs)

    References
    ----------
    C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna, "Rethinking the Inception
    architecture for computer vision", CVPR 2016, section 7.

    Examples
    --------
    >>> smoothed(np.array([[1.0, 0.0, 0.0]]), 3, 0.3).round(3)
    array([[0.8, 0.1, 0.1]])
    """
    if label_smoothing == 0.0:
        return targets
    shares = (1.0 - label_smoothing) * targets.astype(np.float64) + label_smoothing / n_classes
    return shares.astype(targets.dtype, copy=False)


def class_probabilities(outputs: Array, n_classes: int) -> Array:
    """Probability of each class, from a network's outputs.

    Parameters
    ----------
    outputs : ndarray of shape (n_samples, n_outputs)
        What softmax or sigmoid gave.
    n_classes : int

    Returns
    -------
    probabilities : ndarray of shape (n_samples, n_classes)
        Rows add up to 1.
    """
    if n_classes == 1:
        return np.ones((len(outputs), 1))
    if outputs.shape[1] > 1:
        return outputs
    # np.hstack takes as long as the network itself when it is a single row.
    probabilities = np.empty((len(outputs), 2), dtype=outputs.dtype)
    probabilities[:, 1] = outputs[:, 0]
    np.subtract(1.0, outputs[:, 0], out=probabilities[:, 0])
    return probabilities


def most_likely(probabilities: NDArray[np.floating]) -> NDArray[np.intp]:
    """Position of each row's most likely class; of several the first.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    """
    if probabilities.shape[1] != 2:
        positions: NDArray[np.intp] = probabilities.argmax(axis=1)
        return positions
    # Along so short an axis NumPy takes ten times as long.
    return (probabilities[:, 1] > probabilities[:, 0]).astype(np.intp)
