"""From rows to predictions, layer by layer.

Legend
------
``X, W, b, Z, A, M, f`` as in `moonlet.reference`.

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323 (1986), 533-536.
.. [2] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press (2016),
       chapter 6.
.. [3] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov,
       "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15
       (2014), 1929-1958.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from moonlet.reference.activations import activate, predictions
from moonlet.specs import Array, NetworkSpec


def forward_layers(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    *,
    masks: Sequence[Array] | None = None,
) -> tuple[list[Array], list[Array]]:
    """Compute every layer's sums and what comes of them.

    ::

        A[0]   = X
        Z[l]   = A[l] W[l] + b[l]
        A[l+1] = M[l] f(Z[l])           in a hidden layer; M[l] is 1 but for dropout
        A[-1]  = predictions(Z[-1])

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    X : array-like of shape (n_samples, n_inputs)
    masks : sequence of ndarray, one a hidden layer, of shape (n_samples, fan_out), optional
        M, from `dropout_masks`. Only training drops units: leave it out to predict.

    Returns
    -------
    Z : list of ndarray, one a layer, of shape (n_samples, fan_out)
    A : list of ndarray, one more than Z: the rows, then each layer's output

    Raises
    ------
    ValueError
        If parameters or X do not have the network's shape.

    References
    ----------
    Algorithm 6.3 of [2]_; equations 1 and 2 of [1]_; section 4 of [3]_ for M.

    Examples
    --------
    >>> network = NetworkSpec((2, 3, 2), ("tanh",), "softmax")
    >>> Z, A = forward_layers(network, np.zeros(network.n_parameters), [[1.0, 2.0]])
    >>> [a.shape for a in A]
    [(1, 2), (1, 3), (1, 2)]
    """
    p = shaped("parameters", parameters, (network.n_parameters,))
    W, b = network.unpack(p)
    Z: list[Array] = []
    A: list[Array] = [shaped("X", X, (*np.shape(X)[:1], network.n_inputs))]
    for layer in range(len(W)):
        Z.append(A[layer] @ W[layer] + b[layer])
        if layer < len(network.activations):
            A.append(mask_of(masks, layer) * activate(network.activations[layer], Z[layer]))
        else:
            A.append(predictions(network.output, Z[layer]))
    return Z, A


def mask_of(masks: Sequence[Array] | None, layer: int) -> Array | float:
    """Return what a hidden layer's activations are multiplied by."""
    return 1.0 if masks is None else masks[layer]


def forward(network: NetworkSpec, parameters: ArrayLike, X: ArrayLike) -> Array:
    """Compute the outputs alone, of shape (n_samples, n_outputs); see `forward_layers`.

    They are probabilities for softmax and sigmoid, values for identity, values above 0
    for exp.

    Examples
    --------
    >>> line = NetworkSpec((1, 1), (), "identity")
    >>> forward(line, [2.0, 1.0], [[3.0]]).tolist()
    [[7.0]]
    """
    return forward_layers(network, parameters, X)[1][-1]


def shaped(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return the values as an array of 64-bit floats of this shape, or say what is wrong."""
    # NumPy would stretch a column against a row without a word, and the loss would be wrong.
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}. Got {array.shape} instead.")
    return array
