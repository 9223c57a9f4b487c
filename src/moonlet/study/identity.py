"""What makes two studies the same study: its settings, its rows, its software."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.utils import check_random_state

from moonlet.data import fingerprint
from moonlet.study.cuts import Split
from moonlet.study.store import stored_seed
from moonlet.version import __version__


def study_identity(
    settings: dict[str, object],
    X: Any,
    y: Any,
    split: Split,
    weight: NDArray[np.float64] | None = None,
) -> dict[str, str]:
    """Say what a store keeps of a study and compares when it is opened again.

    Parameters
    ----------
    settings : dict
        Parameters that decide the results, and the seed.
    X : DataFrame or ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    split : Split
        Fingerprinted as well: a splitter without a seed cuts anew every time.
    weight : ndarray of shape (n_samples,), optional
    """
    folds = hashlib.sha256(split.test.tobytes())
    for fold in (*split.folds, *split.repeats):
        for part in (fold.train, fold.valid):
            # The length in front tells where one part ends and the next begins.
            folds.update(len(part).to_bytes(8, "little") + part.tobytes())
    return {
        **{name: _written(value) for name, value in settings.items()},
        "rows and columns": f"{X.shape[0]} × {X.shape[1]}",
        "fingerprint of the data": fingerprint(X, y)[:16],
        "fingerprint of the folds": folds.hexdigest()[:16],
        **(
            {} if weight is None else {"weights": hashlib.sha256(weight.tobytes()).hexdigest()[:16]}
        ),
        "moonlet's version": __version__,
        "numpy's version": np.__version__,
        "scikit-learn's version": sklearn.__version__,
    }


def study_seed(random_state: object, path: str | os.PathLike[str] | None) -> int:
    """Seed of a study: the given one; else the one in its store; else drawn."""
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    if random_state is None and path is not None:
        stored = stored_seed(path)
        if stored is not None:
            return stored
    return int(check_random_state(random_state).randint(2**31))


def _written(value: object) -> str:
    if hasattr(value, "get_params"):
        # A changed default is a changed study, though the short repr would hide it.
        parameters = value.get_params(deep=False)
        return f"{type(value).__name__}({', '.join(f'{k}={v!r}' for k, v in parameters.items())})"
    if callable(value):
        # A function's repr names its address, which the next process does not share.
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', repr(value))}"
    return repr(value)
