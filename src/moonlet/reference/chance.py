"""Chance that can be repeated: the order of the rows, and the units that dropout leaves out.

References
----------
.. [1] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov,
       "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15
       (2014), 1929-1958.
.. [2] J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers:
       as easy as 1, 2, 3", SC11 (2011).
.. [3] R. A. Fisher and F. Yates, "Statistical tables for biological, agricultural and
       medical research", Oliver and Boyd (1938); D. E. Knuth, "The art of computer
       programming", volume 2, algorithm 3.4.2P.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.specs import Array, NetworkSpec


def philox(counter: ArrayLike, seed: int) -> NDArray[np.uint32]:
    """Draw four random numbers for a counter: Philox4x32-10, section 3.3 of [2]_.

    There is no state to keep and none to share: the same counter and seed give the
    same numbers, in any order, on any thread, after any interruption. The engine draws
    its numbers likewise, so both take the rows in the same order and drop the same units.

    Parameters
    ----------
    counter : array-like of shape (..., 4)
        Ints in [0, 2**32).
    seed : int
        In [0, 2**64).

    Returns
    -------
    numbers : ndarray of uint32 of the same shape
        As good as uniform in [0, 2**32).

    Examples
    --------
    >>> [hex(word) for word in philox([0, 0, 0, 0], seed=0)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    a, b, c, d = np.moveaxis(np.asarray(counter, dtype=np.uint64), -1, 0)
    low, half = np.uint64(2**32 - 1), np.uint64(32)
    for i in range(10):
        key_0 = np.uint64((seed % 2**32 + i * 0x9E3779B9) % 2**32)
        key_1 = np.uint64((seed // 2**32 + i * 0xBB67AE85) % 2**32)
        p, q = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (q >> half) ^ b ^ key_0, q & low, (p >> half) ^ d ^ key_1, p & low
    return np.stack([a, b, c, d], axis=-1).astype(np.uint32)


# What a counter is for, in its last place: no two purposes share a number.
_SHUFFLE, _DROPOUT = 0, 1


def shuffled_rows(n_samples: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Put the rows of an epoch in order: Fisher and Yates' shuffle [3]_.

    From the last place down to the second, each row changes places with one of those up
    to and including itself. The number for place i is word ``i % 4`` of the counter
    ``(i // 4, epoch % 2**32, epoch // 2**32, 0)``.

    Examples
    --------
    >>> shuffled_rows(5, seed=0, epoch=0).tolist()
    [0, 1, 3, 2, 4]
    """
    order = np.arange(n_samples)
    counter = np.empty((n_samples // 4 + 1, 4), dtype=np.uint64)
    counter[:] = [0, epoch % 2**32, epoch // 2**32, _SHUFFLE]
    counter[:, 0] = np.arange(len(counter))
    numbers = philox(counter, seed).ravel()
    for i in range(n_samples - 1, 0, -1):
        j = int(numbers[i]) * (i + 1) // 2**32  # from [0, 2**32) to 0 ... i
        order[i], order[j] = order[j], order[i]
    return order


def dropout_masks(
    network: NetworkSpec, rows: ArrayLike, *, dropout: float, seed: int, epoch: int
) -> list[Array]:
    """Choose the hidden units that each row does without in an epoch.

    A unit that is left out gives 0. Those that stay are scaled up, so that a layer
    gives as much on average as it will in predictions, where no unit is left out::

        M = 0                    with probability `dropout`
            1 / (1 - dropout)    else

    Hidden units are numbered through all layers. The number for unit u and row r is
    word ``u % 4`` of the counter ``(r, u // 4, epoch % 2**32, 1)``; the unit is dropped
    where it is below ``dropout`` times 2**32.

    Parameters
    ----------
    network : NetworkSpec
    rows : array-like of int of shape (n_samples,)
        Each sample's place in the training set, whatever batch it is in.
    dropout : float
        In [0, 1).
    seed, epoch : int
        The solver's seed, and how many epochs came before.

    Returns
    -------
    masks : list of ndarray, one a hidden layer, of shape (n_samples, fan_out)

    References
    ----------
    Section 4 of [1]_; scaled in training and not in predictions, as in its section 10.

    Examples
    --------
    >>> network = NetworkSpec((2, 3, 1), ("tanh",), "identity")
    >>> dropout_masks(network, [0, 1], dropout=0.5, seed=0, epoch=0)[0].tolist()
    [[0.0, 0.0, 2.0], [2.0, 0.0, 0.0]]
    """
    rows = np.asarray(rows)
    sizes = network.layer_sizes[1:-1]
    counter = np.empty((len(rows), (sum(sizes) + 3) // 4, 4), dtype=np.uint64)
    counter[:] = [0, 0, epoch % 2**32, _DROPOUT]
    counter[:, :, 0] = rows[:, np.newaxis]
    counter[:, :, 1] = np.arange(counter.shape[1])
    numbers = philox(counter, seed).reshape(len(rows), -1)
    M = np.where(numbers < int(dropout * 2**32), 0.0, 1.0 / (1.0 - dropout))
    return np.split(M[:, : sum(sizes)], np.cumsum(sizes)[:-1], axis=1) if sizes else []
