"""The numbers that a regressor learns, as they are given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from sklearn.utils import column_or_1d

__all__ = ["read_values"]


def read_values(y: Any, dtype: DTypeLike, loss: str) -> NDArray[Any]:
    """Check the targets of rows, and lay them out one row each.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
    dtype : dtype
        float32 or float64, to come out with.
    loss : str
        The regressor's.

    Returns
    -------
    targets : ndarray of shape (n_samples, n_outputs)

    Raises
    ------
    ValueError
        If they are not numbers, or too large, or below 0 for "poisson".
    """
    values = np.asarray(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = column_or_1d(values, warn=True)
    if values.dtype.kind not in "fiub":  # numbers as objects: None becomes NaN
        values = values.astype(np.float64)
    # A gap or an infinity anywhere is found at one end.
    least, most = float(values.min()), float(values.max())
    if np.isnan(least) or np.isnan(most):
        raise ValueError("Input y contains NaN.")
    if not (np.isfinite(least) and np.isfinite(most)):
        raise ValueError(f"Input y contains infinity or a value too large for {values.dtype!r}.")
    if loss == "poisson" and least < 0:
        raise ValueError(
            "Some value(s) of y are out of the valid range of the loss 'poisson': y must be "
            f">= 0. Got {values.min()}. Use loss='squared_error' for values of either sign."
        )
    # The square of an error must be a number as well.
    bound, largest = _bound(np.dtype(dtype)), max(abs(most), abs(least))
    if largest > bound:
        raise ValueError(
            f"y has values too large for the loss: up to {largest:.3g}, where {bound:.0e} is "
            f"the most in {np.dtype(dtype).name}. Rescale y, for instance with "
            "sklearn.compose.TransformedTargetRegressor(transformer=StandardScaler())."
        )
    return np.asarray(values, dtype=dtype).reshape(len(values), -1)


def _bound(dtype: np.dtype[Any]) -> float:
    return float(np.sqrt(np.finfo(dtype).max)) / 1e3
