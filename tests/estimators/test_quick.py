from __future__ import annotations

import copy
import gc
import pickle
import warnings
import weakref

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import ConvergenceWarning

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.base import BaseMLP

X, Y = load_iris(return_X_y=True)


def fitted(dtype: type = np.float64, **parameters: object) -> MLPClassifier:
    settings = {"solver": "lbfgs", "alpha": 1.0, "max_iter": 1000, "random_state": 0}
    return MLPClassifier((4,), **(settings | parameters)).fit(X.astype(dtype), Y)


def full_way(estimator: BaseMLP, rows: object) -> np.ndarray:
    other = copy.copy(estimator)
    other._quick = None
    return other._outputs(rows)


def takes_the_short_way(estimator: BaseMLP, rows: object) -> bool:
    return estimator._quick is not None and estimator._quick(vars(estimator), rows) is not None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_rows", [1, 7, 150])
def test_both_ways_give_the_same_bits(n_rows, dtype):
    estimator, rows = fitted(dtype), X[:n_rows].astype(dtype)
    assert takes_the_short_way(estimator, rows)
    answer = estimator.predict_proba(rows)
    assert answer.dtype == dtype
    np.testing.assert_array_equal(answer, full_way(estimator, rows))


def test_a_regressor_and_two_classes_have_the_short_way_too():
    rows, y = make_moons(50, random_state=0)
    two = MLPClassifier((3,), solver="lbfgs", alpha=1.0, max_iter=1000, random_state=0).fit(rows, y)
    number = MLPRegressor("huber", (3,), solver="lbfgs", max_iter=1000, random_state=0)
    number.fit(rows, rows[:, 0])
    for estimator in (two, number):
        assert takes_the_short_way(estimator, rows[:1])
    np.testing.assert_array_equal(two.predict_proba(rows), two.predict_proba(rows.tolist()))
    np.testing.assert_array_equal(two.predict_proba(rows)[:, 1], full_way(two, rows)[:, 0])
    np.testing.assert_array_equal(two.predict_proba(rows).sum(axis=1), 1.0)
    np.testing.assert_array_equal(number.predict(rows), full_way(number, rows)[:, 0])


def test_two_classes_in_32_bit_are_those_of_the_full_way():
    rows, y = make_moons(500, noise=0.3, random_state=0)
    rows = rows.astype(np.float32)
    two = MLPClassifier((3,), solver="lbfgs", alpha=1.0, max_iter=1000, random_state=0).fit(rows, y)
    assert takes_the_short_way(two, rows)
    long = two.predict_proba(np.asfortranarray(rows))
    assert two.predict_proba(rows).dtype == long.dtype == np.float32
    np.testing.assert_array_equal(two.predict_proba(rows), long)


def test_a_single_class_is_certain():
    one = MLPClassifier((3,), solver="lbfgs").fit(X, np.zeros(len(X)))
    np.testing.assert_array_equal(one.predict_proba(X[:2]), [[1.0], [1.0]])


def test_rows_that_are_read_only_have_the_short_way():
    rows = X.copy()
    rows.flags.writeable = False
    assert takes_the_short_way(fitted(), rows)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_with_gaps_between_their_numbers_have_the_short_way(dtype):
    estimator, rows = fitted(dtype), X.astype(dtype)
    for some in (
        np.asfortranarray(rows),
        np.asfortranarray(rows)[7:8],
        rows[::2],
        rows[::-1, ::-1],
        np.broadcast_to(rows[3], (5, 4)),
    ):
        assert takes_the_short_way(estimator, some)
        answer = estimator.predict_proba(some)
        np.testing.assert_array_equal(answer, full_way(estimator, some))
    with pytest.raises(ValueError, match="Input X contains NaN"):
        estimator.predict_proba(np.full((6, 8), np.nan, dtype)[::2, ::2])


def test_the_answer_is_an_array_of_its_own():
    estimator = fitted()
    first = estimator.predict_proba(X[:1])
    kept = first.copy()
    estimator.predict_proba(X[100:101])
    np.testing.assert_array_equal(first, kept)
    assert type(first) is np.ndarray
    assert first.flags.writeable
    assert first.flags.owndata


@pytest.mark.parametrize(
    "rows",
    [
        X.tolist(),
        pd.DataFrame(X).to_numpy(dtype=object),
        np.asfortranarray(np.tile(X, (20, 1))),
        X.astype(np.float32),
        X.astype(">f8"),
        X.astype(int),
        X.astype(np.longdouble),
        X.astype(np.float16),
        X > 1.0,
        np.ma.masked_array(X),
        pd.DataFrame(X),
        np.frombuffer(b"\0" + X.tobytes(), dtype=np.uint8)[1:].view(np.float64).reshape(X.shape),
        X[:2].view(type("Own", (np.ndarray,), {})),
    ],
    ids=[
        *("list", "object", "large and in Fortran's order", "float32", ">f8", "int", "longdouble"),
        *("float16", "bool", "masked", "frame", "unaligned", "subclass"),
    ],
)
def test_other_rows_go_the_full_way_to_the_same_answer(rows):
    estimator = fitted()
    assert not takes_the_short_way(estimator, rows)
    plain = np.ascontiguousarray(rows, dtype=np.float64)
    np.testing.assert_array_equal(estimator.predict_proba(rows), estimator.predict_proba(plain))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (X[:1, np.newaxis], "Found array with dim 3"),
        (np.float64(1.0), "Expected 2D array, got scalar array"),
        (None, "Expected 2D array, got scalar array"),
        (X[:1].astype(complex), "Complex data not supported"),
        (np.array([["a", "b", "c", "d"]]), "could not convert string"),
        (X[0], "Expected 2D array, got 1D array"),
        (X[:0], "Found array with 0 sample"),
        (X[:1, :3].copy(), "X has 3 features, but MLPClassifier is expecting 4"),
        (np.full((1, 4), np.nan), "Input X contains NaN"),
        (np.array([[0.0, 0.0, np.inf, 0.0]]), "Input X contains infinity"),
    ],
)
def test_what_the_full_way_refuses_is_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        fitted().predict_proba(rows)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_none_is_found_wherever_it_stands(bad, dtype):
    estimator = fitted(dtype)
    for n_rows in (1, 3, 4, 5, 9):
        for place in range(4 * n_rows):
            rows = X[:n_rows].astype(dtype)
            assert takes_the_short_way(estimator, rows)
            rows.flat[place] = bad
            assert not takes_the_short_way(estimator, rows)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_numbers_are_numbers_all_the_same(dtype):
    limits = np.finfo(dtype)
    rows = np.array([[limits.max, limits.tiny, limits.smallest_subnormal, -0.0]] * 5, dtype=dtype)
    estimator = fitted(dtype, activation="tanh")
    assert takes_the_short_way(estimator, rows)
    np.testing.assert_array_equal(estimator.predict_proba(rows), full_way(estimator, rows))


def test_weights_that_are_changed_where_they_lie_change_the_answer():
    estimator = fitted()
    estimator.intercepts_[-1][0] += 100.0
    assert takes_the_short_way(estimator, X)
    np.testing.assert_array_equal(estimator.predict(X), 0)


def test_weights_that_are_replaced_change_the_answer():
    estimator = fitted()
    estimator.intercepts_[-1] = np.array([0.0, 100.0, 0.0])
    np.testing.assert_array_equal(estimator.predict(X), 1)


def test_an_activation_that_is_replaced_changes_the_answer():
    estimator = fitted()
    before = estimator.predict_proba(X)
    assert not np.array_equal(estimator.set_params(activation="tanh").predict_proba(X), before)


def test_names_of_columns_are_compared_each_time():
    frame, y = load_iris(return_X_y=True, as_frame=True)
    estimator = MLPClassifier((4,), solver="lbfgs", alpha=1.0, max_iter=1000).fit(frame, y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        estimator.predict_proba(X)


@pytest.mark.parametrize(
    "copied",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy],  # noqa: S301
)
def test_a_copy_has_the_short_way_and_weights_of_its_own(copied):
    estimator = fitted()
    before = estimator.predict_proba(X)
    other = copied(estimator)
    assert takes_the_short_way(other, X)
    other.coefs_[0][:] = 0.0
    other.intercepts_[-1][:] = [0.0, 100.0, 0.0]
    np.testing.assert_array_equal(other.predict(X), 1)
    np.testing.assert_array_equal(estimator.predict_proba(X), before)


def test_a_refused_fit_leaves_the_short_way():
    estimator = fitted()
    before = estimator.predict_proba(X)
    with pytest.raises(ValueError, match="NaN"):
        estimator.fit(np.full_like(X, np.nan), Y)
    assert takes_the_short_way(estimator, X)
    np.testing.assert_array_equal(estimator.predict_proba(X), before)


def test_a_network_from_a_model_file_has_the_short_way(tmp_path):
    from moonlet.export import from_onnx, to_onnx

    to_onnx(fitted(), tmp_path / "model.onnx")
    assert takes_the_short_way(from_onnx(tmp_path / "model.onnx"), X[:1])


@pytest.mark.parametrize("again", ["fit", "partial_fit"])
def test_weights_that_were_replaced_are_gone_before_the_collector_comes(again):
    estimator = fitted(solver="adam", learning_rate_init=0.05)
    train = getattr(estimator, again)
    train(X, Y)
    estimator.predict_proba(X[:1])
    gc.collect()
    gc.disable()
    try:
        before = weakref.ref(estimator.coefs_[0])
        train(X, Y)
        assert before() is None
    finally:
        gc.enable()


def sparse_rows(dtype: type = np.float64) -> tuple[sparse.csr_array, np.ndarray]:
    """Rows of more than one tile, some of them without a number."""
    random = np.random.RandomState(0)
    dense = np.where(random.rand(700, 60) < 0.05, random.randn(700, 60), 0.0).astype(dtype)
    return sparse.csr_array(dense), random.randint(3, size=700)


def fitted_sparse(
    dtype: type = np.float64, n_classes: int = 3, **settings: object
) -> MLPClassifier:
    rows, y = sparse_rows(dtype)
    settings = {"solver": "adam", "max_iter": 2, "random_state": 0, "tol": 0.0} | settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return MLPClassifier((9,), **settings).fit(rows, y % n_classes)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_sparse_rows_have_the_short_way_and_the_bits_of_dense_ones(dtype, n_classes):
    rows, _ = sparse_rows(dtype)
    estimator = fitted_sparse(dtype, n_classes)
    wide = rows.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    frozen = rows.copy()
    for part in (frozen.data, frozen.indices, frozen.indptr):
        part.flags.writeable = False
    expected = estimator.predict_proba(rows.toarray())
    for given in (rows, sparse.csr_matrix(rows), wide, frozen):
        assert takes_the_short_way(estimator, given)
        answer = estimator.predict_proba(given)
        assert answer.dtype == dtype
        np.testing.assert_array_equal(answer, expected)
        np.testing.assert_array_equal(estimator.predict(given), estimator.predict(rows.toarray()))
    np.testing.assert_array_equal(expected, estimator.predict_proba(rows.tocsc()))


def test_a_regressor_answers_sparse_rows_as_dense_ones():
    rows, y = sparse_rows()
    number = MLPRegressor(hidden_layer_sizes=(5,), solver="gd", tol=0.0, max_iter=3)
    number.fit(rows, y.astype(float))
    assert takes_the_short_way(number, rows[:1])
    np.testing.assert_array_equal(number.predict(rows), number.predict(rows.toarray()))


def test_sparse_rows_out_of_order_and_twice_are_summed_and_left_as_they_are():
    random = np.random.RandomState(1)
    starts = np.concatenate([[0], np.cumsum(random.poisson(4, size=500))])
    rows = sparse.csr_array((500, 60))
    rows.data, rows.indptr = random.randn(starts[-1]), starts.astype(np.int32)
    rows.indices = random.randint(60, size=starts[-1]).astype(np.int32)
    before = rows.data.copy(), rows.indices.copy()
    estimator = fitted_sparse()
    assert takes_the_short_way(estimator, rows)
    np.testing.assert_array_equal(
        estimator.predict_proba(rows), estimator.predict_proba(rows.toarray())
    )
    np.testing.assert_array_equal(rows.data, before[0])
    np.testing.assert_array_equal(rows.indices, before[1])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("part", ["data", "indices", "indptr"])
def test_sparse_rows_with_a_fault_anywhere_take_the_long_way_which_names_it(part, seed):
    random = np.random.RandomState(seed)
    rows, _ = sparse_rows()
    bad = [np.nan, np.inf, -np.inf] if part == "data" else [-1, 2**31 - 1]
    array = getattr(rows, part)
    array[random.randint(len(array))] = random.choice(bad)
    estimator = fitted_sparse()
    assert not takes_the_short_way(estimator, rows)
    with pytest.raises(ValueError, match=r"Input X contains|of X in CSR format"):
        estimator.predict_proba(rows)


def test_other_sparse_rows_take_the_long_way():
    rows, _ = sparse_rows()
    estimator = fitted_sparse()
    longer = rows.copy()
    longer.data, longer.indices = np.append(rows.data, 1.0), np.append(rows.indices, 3)
    for given in (rows.tocsc(), rows.tocoo(), rows.astype(np.float32), rows.astype(int), longer):
        assert not takes_the_short_way(estimator, given)
        assert estimator.predict_proba(given).shape == (700, 3)
    for given in (rows[:, :59], rows[:0]):
        assert not takes_the_short_way(estimator, given)
        with pytest.raises(ValueError, match=r"59 features|0 sample"):
            estimator.predict_proba(given)
