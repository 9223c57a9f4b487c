"""Calls with hostile arguments, by the quick way and by the full one, in a process of its own.

    python -m tests.estimators.hostile_calls N_CALLS [SEED]

Each call goes to an estimator that reads plain arrays at once, and to one that never does. Both
must give the same answer to the bit or refuse with the same kind of error; and nothing may crash.
The last line on standard output tells how many calls ended how.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from moonlet.estimators import MLPClassifier, MLPRegressor, plain
from moonlet.estimators.quick import QuickAnswer

WIDTH = 3
DTYPES = ["f8", "f4", ">f8", "f2", "i8", "i4", "u1", "?", "O", "U3", "c16", "g", "m8[s]"]
SIZES = [0, 1, 2, 7, 13]


def an_array(random: np.random.RandomState, shape: tuple[int, ...]) -> Any:
    """An array, or something like one, of almost any kind."""
    values = random.choice([-1e3, -1.0, 0.0, 0.5, 1.0, 2.0], shape)
    if random.rand() < 0.1 and values.size:
        values.flat[random.randint(values.size)] = random.choice(
            [np.nan, np.inf, -np.inf, 1e300, 1e-320, 5e-324, 2.0**63]
        )
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kind = "f8" if random.rand() < 0.5 else DTYPES[random.randint(len(DTYPES))]
        made = values.astype(kind)
    layout = random.randint(12)
    if layout == 0 and made.ndim == 2:
        made = np.asfortranarray(made)
    elif layout == 1:
        made = made[::-1]
    elif layout == 2 and made.ndim == 2:
        made = np.repeat(np.repeat(made, 2, axis=0), 2, axis=1)[::2, ::2]
    elif layout == 3:
        made.flags.writeable = False
    elif layout == 4:
        return made.tolist()
    elif layout == 5 and made.ndim <= 2:
        return pd.DataFrame(made) if made.ndim == 2 else pd.Series(made)
    elif layout == 6 and made.ndim == 2 and made.dtype.kind in "fiu" and made.dtype.isnative:
        return sparse.csr_matrix(np.nan_to_num(made.astype("f8")))
    elif layout == 7:
        return np.ma.masked_array(made)
    elif layout == 8 and made.ndim == 2 and len(made):
        return np.broadcast_to(made[:1], made.shape)
    return made


def a_matrix(random: np.random.RandomState, n_rows: int) -> Any:
    if random.rand() < 0.02:
        return [None, 3.0, "rows", object(), {}, []][random.randint(6)]
    width = WIDTH if random.rand() < 0.9 else int(random.choice([0, 1, 4]))
    shape = (n_rows, width) if random.rand() < 0.95 else (n_rows,)
    return an_array(random, shape)


def targets(random: np.random.RandomState, n_rows: int) -> Any:
    chance = random.rand()
    if chance < 0.02:
        return [None, 3.0, "y", object(), {}, []][random.randint(6)]
    n = n_rows if chance < 0.9 else int(random.choice(SIZES))
    if chance < 0.7:
        most = int(random.choice([1, 2, 3, 300]))
        y = random.randint(most, size=n) * int(random.choice([1, 1, 1, -7, 10**6, 2**40]))
        return y.astype(random.choice(["i8", "i8", "i4", "u1", "?", "f8", "O", "U8"]))
    return an_array(random, (n,) if chance < 0.95 else (n, 2))


def weights(random: np.random.RandomState, n_rows: int) -> Any:
    if random.rand() < 0.7:
        return None
    return an_array(random, (n_rows,))


def settings(random: np.random.RandomState) -> dict[str, Any]:
    made: dict[str, Any] = {
        "hidden_layer_sizes": (2,), "max_iter": 2, "random_state": 0, "n_jobs": 1,
        "solver": str(random.choice(["adam", "lbfgs", "gd", "sgd"])),
    }  # fmt: skip
    changes = [
        ("hidden_layer_sizes", [(), 3, (2.0,), (True,), [2], np.array([2]), 0, None, "2"]),
        ("activation", ["tanh", ("tanh",), ["relu"], "tan", 3, None]),
        ("alpha", [0, 0.0, -0.0, 1, True, np.float32(1), np.nan, -1.0, "1", None]),
        ("tol", [0, np.inf, np.nan, -1e-9]),
        ("random_state", [None, -1, 2**32, 1.0, True, np.int64(3), np.random.RandomState(0)]),
        ("batch_size", ["auto", 1, 10**9, 0, 1.0]),
        ("early_stopping", [True, 1, None]),
        ("warm_start", [True, 0]),
        ("n_jobs", [1, None, 0, 1.0]),
    ]
    for name, values in changes:
        if random.rand() < 0.06:
            made[name] = values[random.randint(len(values))]
    return made


def outcome(call: Callable[[], Any]) -> tuple[str, Any]:
    """What came of a call: an answer's type and bits, or the kind of the error."""
    try:
        answer = call()
    except Exception as error:
        return type(error).__name__, str(error)
    answer = np.asarray(answer.toarray() if sparse.issparse(answer) else answer)
    kept = answer.tolist() if answer.dtype == object else answer.tobytes()
    return f"{answer.dtype} {answer.shape}", kept


def by_full_way(call: Callable[[], Any]) -> tuple[str, Any]:
    """The same with nothing read at once."""
    quick = plain.rows, QuickAnswer.__call__
    plain.rows = lambda X, dtype: None
    QuickAnswer.__call__ = lambda self, state, X: None
    try:
        return outcome(call)
    finally:
        plain.rows, QuickAnswer.__call__ = quick


def run(n_calls: int, seed: int = 0) -> Counter[str]:
    """Make the calls; tell how many ended how."""
    random = np.random.RandomState(seed)
    ends: Counter[str] = Counter()
    while sum(ends.values()) < n_calls:
        kind = (MLPClassifier, MLPRegressor)[random.randint(2)]
        made = settings(random)
        if isinstance(made["random_state"], np.random.RandomState):
            pair = [kind(**{**made, "random_state": np.random.RandomState(0)}) for _ in range(2)]
        else:
            pair = [kind(**made) for _ in range(2)]
        seeded = isinstance(made["random_state"], int | np.integer)
        begins_well = random.rand() < 0.7
        for number in range(6):
            n_rows = int(random.choice(SIZES))
            X, y, weight = (
                a_matrix(random, n_rows),
                targets(random, n_rows),
                weights(random, n_rows),
            )
            if begins_well and number == 0:
                X, y, weight = random.uniform(-1, 1, (13, WIDTH)), np.arange(13) % 2, None
            whats = ["fit", "fit", "partial_fit", "partial_fit", "predict", "predict_proba"]
            what = whats[0 if begins_well and number == 0 else random.randint(6)]
            results = []
            for estimator, way in zip(pair, (outcome, by_full_way), strict=True):
                results.append(way(partial(_call, estimator, what, X, y, weight)))
            comparable = seeded or isinstance(made["random_state"], np.random.RandomState)
            if not comparable and "DivergedError" in (results[0][0], results[1][0]):
                break  # each by its own start
            if results[0][0] != results[1][0] or (comparable and results[0] != results[1]):
                raise AssertionError(
                    f"{kind.__name__}({made}).{what} of\\n{X!r}\\n{y!r}\\n{weight!r}\\ngave\\n"
                    f"{results[0]}\\nand by the full way\\n{results[1]}"
                )
            ends[results[0][0].split()[0]] += 1
    return ends


def _call(estimator: Any, what: str, X: Any, y: Any, weight: Any) -> Any:
    if what in ("predict", "predict_proba"):
        return getattr(estimator, what)(X)
    if what == "partial_fit" and isinstance(estimator, MLPClassifier):
        estimator.partial_fit(X, y, weight, classes=[0, 1])
    else:
        getattr(estimator, what)(X, y, weight)
    return np.concatenate([np.ravel(W) for W in (*estimator.coefs_, *estimator.intercepts_)])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    counts = run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(dict(counts))  # noqa: T201
