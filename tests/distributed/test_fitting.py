from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from moonlet import MLPRegressor, distributed
from moonlet.distributed import fitting
from moonlet.exceptions import DivergedError
from tests.dask_clusters import local_cluster
from tests.distributed.conftest import learned, network, rows

da = pytest.importorskip("dask.array")
dd = pytest.importorskip("dask.dataframe")
dask_distributed = pytest.importorskip("distributed")

CUTS = [(1000,), (300, 300, 400), (1, 99, 64, 0, 836), (64,) * 15 + (40,)]


def collection(*arrays: Any, cut: Any = (300, 300, 400)) -> list[Any]:
    return [
        da.from_array(array, chunks=(cut, *((n,) for n in array.shape[1:]))) for array in arrays
    ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("solver", ["lbfgs", "gd"])
def test_the_bits_do_not_depend_on_workers_or_partitions(
    client: Any, small_tiles: int, dtype: Any, solver: str
) -> None:
    X, y = rows(dtype=dtype)
    rates = {"learning_rate_init": 0.5, "max_iter": 30, "tol": 0} if solver == "gd" else {}
    found = []
    for cut in CUTS:
        trained = distributed.fit(
            network(solver=solver, **rates), *collection(X, y, cut=cut), client=client
        )
        found.append(learned(trained))
    for n_workers in (1, 2):
        with local_cluster(n_workers, threads=2, processes=False) as other:
            trained = distributed.fit(
                network(solver=solver, **rates), *collection(X, y), client=other
            )
        found.append(learned(trained))
    assert all(one == found[0] for one in found[1:])
    here = network(solver=solver, **rates).fit(X, y)
    # The sums are added in another order: so far rounding leads in the passes until tol is met.
    atol = 3e-3 if dtype == np.float32 else 1e-8
    np.testing.assert_allclose(trained.predict_proba(X), here.predict_proba(X), atol=atol)
    assert trained.coefs_[0].dtype == dtype


def cases() -> dict[str, Any]:
    X, y = rows()
    labels = np.array(["no", "yes", "perhaps"])[y + (X[:, 3] > 1)]
    values = np.column_stack([X[:, 0] * X[:, 1], X[:, 2]])
    weight = np.random.RandomState(1).randint(3, size=len(y)).astype(float)
    weight[:300] = 0  # a partition that counts for nothing
    return {
        "two classes": (network(), X, y, None),
        "gd": (network(solver="gd", learning_rate_init=0.1, max_iter=20, tol=0), X, y, None),
        "labels": (network(), X, labels, None),
        "balanced": (network(class_weight="balanced", label_smoothing=0.1), X, labels, None),
        "weights": (network(), X, y, weight),
        "several labels": (network(), X, np.column_stack([y, X[:, 2] > 0]).astype(int), None),
        "softmax": (network(output="softmax"), X.astype(np.float32), y, None),
        "values": (
            MLPRegressor("squared_error", (4,), solver="lbfgs", tol=1e-2, random_state=0),
            X, values, None,
        ),
        "huber": (
            MLPRegressor("huber", (4,), solver="lbfgs", tol=1e-2, random_state=0),
            X, values[:, 0], weight,
        ),
    }  # fmt: skip


@pytest.mark.parametrize("case", cases())
def test_of_one_tile_it_is_fit_to_the_bit(client: Any, case: str) -> None:
    estimator, X, y, weight = cases()[case]
    here = type(estimator)(**estimator.get_params()).fit(X, y, weight)
    given = collection(X, y) if weight is None else collection(X, y, weight)
    there = distributed.fit(estimator, *given[:2], client=client, sample_weight=(*given, None)[2])
    assert there is estimator
    assert learned(there) == learned(here)


def test_rows_sorted_by_class_have_all_classes(client: Any, small_tiles: int) -> None:
    X, y = rows()
    order = np.argsort(y, kind="stable")
    trained = distributed.fit(
        network(class_weight="balanced"), *collection(X[order], y[order]), client=client
    )
    assert trained.classes_.tolist() == [0, 1]
    here = network(class_weight="balanced").fit(X[order], y[order])
    np.testing.assert_allclose(trained.loss_, here.loss_, rtol=1e-6)


def test_sparse_blocks_stay_sparse(client: Any) -> None:
    X, y = rows()
    thin = np.where(np.abs(X) > 1, X, 0.0)
    blocks = collection(thin)[0].map_blocks(sparse.csr_matrix)
    trained = distributed.fit(network(), blocks, collection(y)[0], client=client)
    assert learned(trained) == learned(network().fit(sparse.csr_matrix(thin), y))


def test_a_table_gives_its_columns_names(client: Any) -> None:
    import pandas as pd

    X, y = rows(200)
    table = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    table["y"] = np.array(["no", "yes"])[y]
    there = dd.from_pandas(table, npartitions=3)
    trained = distributed.fit(network(), there[["a", "b", "c", "d"]], there["y"], client=client)
    here = network().fit(table[["a", "b", "c", "d"]], table["y"].to_numpy())
    assert learned(trained) == learned(here)
    assert trained.feature_names_in_.tolist() == ["a", "b", "c", "d"]


def test_arrays_that_are_cut_differently_are_cut_anew(client: Any) -> None:
    X, y = rows()
    trained = distributed.fit(
        network(),
        da.from_array(X, chunks=(400, 2)),
        da.from_array(y, chunks=170),
        client=client,
    )
    assert learned(trained) == learned(network().fit(X, y))


def test_what_is_wrong_with_a_partition_names_it(client: Any) -> None:
    X, y = rows()
    X[700, 2] = np.nan
    with pytest.raises(ValueError, match=r"^Partition 2: Input X contains NaN"):
        distributed.fit(network(), *collection(X, y), client=client)


def test_partitions_of_other_widths_are_refused(client: Any) -> None:
    X, y = rows()
    uneven = collection(X)[0].map_blocks(lambda block: block[:, : 3 if len(block) == 400 else 4])
    with pytest.raises(ValueError, match="Partition 2 has 3 columns, partition 0 4 columns"):
        distributed.fit(network(), uneven, collection(y)[0], client=client)


def test_what_an_estimator_refuses_here_it_refuses_there(client: Any) -> None:
    X, y = rows()
    with pytest.raises(ValueError, match="Partition 0: Unknown label type"):
        distributed.fit(network(), *collection(X, X[:, 0]), client=client)
    with pytest.raises(ValueError, match="at least one non-zero"):
        distributed.fit(
            network(), *collection(X, y), client=client, sample_weight=collection(0.0 * y)[0]
        )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"solver": "adam"}, "solver must be 'lbfgs' or 'gd'"),
        ({"solver": "gd", "dropout": 0.5}, "has no dropout"),
        ({"warm_start": True}, "has no warm_start"),
        ({"alpha": -1.0}, "alpha"),
    ],
)
def test_what_needs_one_machine_is_refused(
    client: Any, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        distributed.fit(network(**parameters), *collection(*rows()), client=client)


def test_what_is_no_collection_is_refused(client: Any) -> None:
    X, y = rows()
    there, labels = collection(X, y)
    with pytest.raises(
        TypeError, match=r"X must be a Dask array, DataFrame or Series\. Got ndarray"
    ):
        distributed.fit(network(), X, labels, client=client)
    with pytest.raises(ValueError, match="y must be a Dask array or Series"):
        distributed.fit(network(), there, client=client)
    with pytest.raises(ValueError, match="X has 1000 rows, y 999"):
        distributed.fit(network(), there, da.from_array(y[1:]), client=client)
    with pytest.raises(ValueError, match=r"client must be a distributed.Client. Got 'tcp:"):
        distributed.fit(network(), there, labels, client="tcp://127.0.0.1:8786")


def test_divergence_is_told_as_fit_tells_it(client: Any) -> None:
    X, _ = rows()
    estimator = MLPRegressor(
        hidden_layer_sizes=(4,), solver="gd", learning_rate_init=1e9, random_state=0
    )
    with pytest.raises(DivergedError) as here:
        estimator.fit(X, X[:, 0])
    with pytest.raises(DivergedError) as there:
        distributed.fit(estimator, *collection(X, X[:, 0]), client=client)
    assert str(there.value) == str(here.value)
    assert not hasattr(estimator, "coefs_")


def test_a_limit_is_warned_of_at_the_line_that_called(client: Any) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        distributed.fit(network(max_iter=3), *collection(*rows()), client=client)
    (warning,) = [one for one in caught if one.category is ConvergenceWarning]
    assert warning.filename == __file__


class Interrupting:
    """Raises when it has been asked for so many sums."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        ask = fitting.Crew.ask
        self.n_asked = 0

        def counted(crew: Any, question: str, *details: Any) -> list[Any]:
            if question == "sums":
                self.n_asked += 1
                if self.n_asked > after:
                    raise KeyboardInterrupt
            return ask(crew, question, *details)

        monkeypatch.setattr(fitting.Crew, "ask", counted)


def test_on_ctrl_c_what_was_reached_is_kept(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Interrupting(monkeypatch, 8)
    estimator = network()
    with pytest.raises(KeyboardInterrupt):
        distributed.fit(estimator, *collection(*rows()), client=client)
    assert estimator.stop_reason_ == "interrupted"
    assert estimator.n_iter_ == len(estimator.loss_curve_) > 3


def test_a_lost_driver_goes_on_from_its_checkpoint(
    client: Any, small_tiles: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    X, y = rows()
    whole = Interrupting(monkeypatch, 10**6)
    expected = learned(distributed.fit(network(), *collection(X, y), client=client))
    path = tmp_path / "training"
    with monkeypatch.context() as moment:
        Interrupting(moment, whole.n_asked // 2)
        with pytest.raises(KeyboardInterrupt):
            distributed.fit(network(), *collection(X, y), client=client, checkpoint=path)
    rest = Interrupting(monkeypatch, 10**6)
    went_on = distributed.fit(
        network(), *collection(X, y, cut=(500, 500)), client=client, checkpoint=path
    )
    assert learned(went_on) == expected
    assert rest.n_asked <= whole.n_asked // 2 + 1

    with pytest.raises(ValueError, match="of another training"):
        distributed.fit(network(alpha=1.0), *collection(X, y), client=client, checkpoint=path)
    with pytest.raises(ValueError, match="of another training"):
        distributed.fit(network(), *collection(X + 1, y), client=client, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ValueError, match="is damaged"):
        distributed.fit(network(), *collection(X, y), client=client, checkpoint=path)
    with pytest.raises(ValueError, match="random_state must be an int"):
        distributed.fit(
            network(random_state=None), *collection(X, y), client=client, checkpoint=path
        )


def test_columns_of_parquet_files_are_in_the_same_partitions(client: Any, tmp_path: Any) -> None:
    # Dask's optimiser would read y, which is one column of five, in fewer partitions than X.
    pd = pytest.importorskip("pandas")
    X, y = rows()
    names = ["a", "b", "c", "d"]
    for number in range(10):
        some = slice(100 * number, 100 * number + 100)
        table = pd.DataFrame(X[some], columns=names).assign(y=y[some])
        table.to_parquet(tmp_path / f"{number}.parquet")
    there = dd.read_parquet(tmp_path)
    trained = distributed.fit(network(), there[names], there["y"], client=client)
    assert learned(trained) == learned(network().fit(pd.DataFrame(X, columns=names), y))
