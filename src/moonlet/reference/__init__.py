"""The mathematics of a small neural network in plain NumPy, to read and to check against.

Read it in this order: `activations`, `forward_pass`, `losses`, `kinks`, `backward_pass` (the
gradient, and a check of it), `chance`, `descent`. Each needs only those before it.
Nothing here is made fast; `moonlet.engine` computes the same quantities quickly and is
tested against this. Imports nothing but NumPy and `moonlet.specs`.

Legend
------
==============  =============================================================
``X``           rows, one sample a row, shape (N, n_inputs)
``Y``           targets, shape (N, n_outputs): one-hot rows, or other shares that add
                up to 1, for softmax; 0, 1 or a share between for sigmoid; counts or
                other numbers >= 0 for exp; any for identity
``p``           all weights and biases in one flat vector (`NetworkSpec.pack`)
``W[l], b[l]``  weights and biases of layer l, shapes (fan_in, fan_out), (fan_out,)
``Z[l]``        what layer l adds up: ``A[l] W[l] + b[l]``, shape (N, fan_out)
``A[l]``        what layer l is fed: ``A[0] = X``, then ``A[l+1] = M[l] f(Z[l])``
``M[l]``        which hidden units dropout keeps, and how they are scaled; 1 without
``A[-1]``       the network's outputs
``f, f'``       a hidden layer's activation function and its derivative
``L``           the loss, a mean over the N rows, penalty included
``dQ``          the derivative dL/dQ of the loss, shaped like the quantity Q
``m``           a row's share in that mean: 1/N, or its weight over all weights
==============  =============================================================

Examples
--------
>>> import numpy as np
>>> from moonlet import reference
>>> from moonlet.specs import NetworkSpec
>>> network = NetworkSpec((2, 3, 2), ("tanh",), "softmax")
>>> X, Y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)
>>> p = np.random.RandomState(0).randn(network.n_parameters)
>>> end, losses, _ = reference.gd(network, p, X, Y, learning_rate_init=1.0, max_iter=100)
>>> reference.forward(network, end, X).round(1).tolist()
[[1.0, 0.0], [0.0, 1.0]]
"""

from moonlet.reference.activations import (
    activate,
    activation_slope,
    log_sigmoid,
    log_softmax,
    predictions,
    sigmoid,
    softmax,
)
from moonlet.reference.backward_pass import check_gradient, gradient, loss, loss_and_gradient
from moonlet.reference.chance import dropout_masks, philox, shuffled_rows
from moonlet.reference.descent import bfgs_direction, descend, gd, lbfgs_direction
from moonlet.reference.forward_pass import forward, forward_layers
from moonlet.reference.kinks import least_gradient, soften
from moonlet.reference.losses import (
    absolute_error,
    huber,
    log_loss,
    loss_slope,
    number_losses,
    poisson,
    quantile,
    squared_error,
)

__all__ = [
    "absolute_error",
    "activate",
    "activation_slope",
    "bfgs_direction",
    "check_gradient",
    "descend",
    "dropout_masks",
    "forward",
    "forward_layers",
    "gd",
    "gradient",
    "huber",
    "lbfgs_direction",
    "least_gradient",
    "log_loss",
    "log_sigmoid",
    "log_softmax",
    "loss",
    "loss_and_gradient",
    "loss_slope",
    "number_losses",
    "philox",
    "poisson",
    "predictions",
    "quantile",
    "shuffled_rows",
    "sigmoid",
    "soften",
    "softmax",
    "squared_error",
]
