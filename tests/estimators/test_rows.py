from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from moonlet import MLPClassifier, MLPRegressor
from moonlet.estimators.rows import Rows, hold_out
from tests.engine.programs import not_under_sanitizers, run_python

ROWS = Rows(np.arange(40.0).reshape(20, 2), np.arange(20) % 2, np.linspace(0.1, 2.0, 20))


def test_the_rows_held_out_are_those_of_train_test_split():
    kept, held = hold_out(ROWS, 0.3, ROWS.y, np.random.RandomState(5))
    X_train, X_test, y_train, y_test = train_test_split(
        ROWS.X, ROWS.y, test_size=0.3, stratify=ROWS.y, random_state=np.random.RandomState(5)
    )
    np.testing.assert_array_equal(kept.X, X_train)
    np.testing.assert_array_equal(held.X, X_test)
    np.testing.assert_array_equal(kept.y, y_train)
    np.testing.assert_array_equal(held.y, y_test)


def test_weights_stay_with_their_rows():
    kept, held = hold_out(ROWS, 0.3, None, np.random.RandomState(0))
    for part in (kept, held):
        positions = (part.X[:, 0] / 2).astype(int)
        np.testing.assert_array_equal(part.weight, ROWS.weight[positions])


def test_sparse_rows_are_held_out_alike():
    kept, held = hold_out(
        Rows(sparse.csr_array(ROWS.X), ROWS.y), 0.3, None, np.random.RandomState(0)
    )
    dense = hold_out(ROWS, 0.3, None, np.random.RandomState(0))
    np.testing.assert_array_equal(kept.X.toarray(), dense[0].X)
    np.testing.assert_array_equal(held.X.toarray(), dense[1].X)


def test_factors_multiply_weights():
    factors = np.full(20, 3.0)
    np.testing.assert_array_equal(ROWS.weighted(factors).weight, 3.0 * ROWS.weight)
    np.testing.assert_array_equal(Rows(ROWS.X, ROWS.y).weighted(factors).weight, factors)


def test_a_single_row_to_validate_on_is_too_few():
    with pytest.raises(ValueError, match=r"validation_fraction=0.05 of 20 rows is 1"):
        hold_out(ROWS, 0.05, None, np.random.RandomState(0))


def sparse_problem() -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Rows most of whose numbers are 0, two classes, and values."""
    random = np.random.RandomState(0)
    X = np.where(random.rand(230, 70) < 0.08, random.randn(230, 70), 0.0)
    values = X[:, :20].sum(axis=1) - X[:, 20:40].sum(axis=1)
    return sparse.csr_array(X), (values > 0.0).astype(int), values


def learned(network: MLPClassifier | MLPRegressor, X: object) -> list[np.ndarray]:
    """All that tells one training from another, and the answers."""
    answers = [network.predict(X)]
    if isinstance(network, MLPClassifier):
        answers.append(network.predict_proba(X))
    curves = [np.array(network.loss_curve_), np.array(network.validation_scores_ or [])]
    return [*network.coefs_, *network.intercepts_, *answers, *curves]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (MLPClassifier, {"solver": "lbfgs", "max_iter": 5}),
        (MLPClassifier, {"solver": "adam", "early_stopping": True}),
        (MLPClassifier, {"solver": "sgd", "batch_size": 50, "dropout": 0.2}),
        (MLPClassifier, {"hidden_layer_sizes": (), "solver": "gd", "output": "softmax"}),
        (MLPRegressor, {"solver": "adam", "batch_size": 100}),
        (MLPRegressor, {"solver": "lbfgs", "loss": "absolute_error", "max_iter": 5}),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_network_learns_from_sparse_rows_what_it_learns_from_dense_ones(kind, settings):
    X, labels, values = sparse_problem()
    y = labels if kind is MLPClassifier else values
    settings = {"hidden_layer_sizes": (9,), "max_iter": 4, "random_state": 0, **settings}
    wanted = learned(kind(**settings).fit(X.toarray(), y), X.toarray())
    for form in ("csr", "csc", "coo", "lil", "dok", "bsr"):
        rows = X.asformat(form)
        network = kind(**settings).fit(rows, y)
        for one, other in zip(learned(network, rows), wanted, strict=True):
            np.testing.assert_array_equal(one, other)
        assert network.score(rows, y) == network.score(X.toarray(), y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_sparse_rows_are_watched_and_come_in_parts():
    X, labels, _ = sparse_problem()
    ends = []
    for rows in (X, X.toarray()):
        network = MLPClassifier((5,), max_iter=5, random_state=0)
        network.fit(rows[:150], labels[:150], X_val=rows[150:], y_val=labels[150:])
        curve = network.validation_loss_curve_
        for begin in (0, 50, 100):
            network.partial_fit(rows[begin : begin + 50], labels[begin : begin + 50])
        ends.append([*network.coefs_, np.array(curve), np.array(network.loss_curve_)])
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)


WITHIN_A_GIGABYTE = """
import resource
import warnings
import numpy as np
from scipy import sparse
from moonlet import MLPClassifier

warnings.simplefilter("ignore")
random = np.random.RandomState(0)
n_rows, width, there = 1_000, 2**20, 20
columns = random.randint(width, size=n_rows * there)
starts = np.arange(0, n_rows * there + 1, there)
X = sparse.csr_array((random.rand(n_rows * there), columns, starts), shape=(n_rows, width))
y = random.randint(2, size=n_rows)
for settings in (
    {"solver": "adam", "early_stopping": True}, {"solver": "lbfgs"}, {"solver": "sgd"}
):
    network = MLPClassifier((2,), max_iter=2, random_state=0, **settings).fit(X, y)
    assert network.predict(X).shape == (n_rows,)
    assert isinstance(network.diagnosis_, list)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


@not_under_sanitizers
def test_a_million_columns_take_less_than_a_gigabyte():
    assert float(run_python("-c", WITHIN_A_GIGABYTE)) < 1.0  # dense rows would be 8


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr"])
@pytest.mark.parametrize("seed", range(8))
def test_places_that_there_are_not_are_refused_before_anybody_goes_there(form, seed):
    random = np.random.RandomState(seed)
    X, labels, _ = sparse_problem()
    whole = X.copy()
    X = X.asformat(form)
    fitted = MLPClassifier((2,), solver="lbfgs", max_iter=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted.fit(whole, labels)
    wrong = random.choice([-1, 10**6, 2**31 - 1])
    if form == "coo":
        (X.row, X.col)[seed % 2][random.randint(X.nnz)] = wrong
    else:
        places = (X.indices, X.indptr)[seed % 2]
        places[random.randint(1, len(places))] = wrong
    for call in (
        lambda: MLPClassifier((2,), early_stopping=True).fit(X, labels),
        lambda: fitted.predict(X),
        lambda: MLPClassifier((2,)).partial_fit(X, labels, classes=[0, 1]),
        lambda: MLPClassifier((2,)).fit(whole, labels, X_val=X, y_val=labels),
    ):
        with pytest.raises(ValueError, match=r"(indptr|indices) of X in .* Build X anew"):
            call()


@pytest.mark.parametrize("form", ["csr", "csc", "coo"])
@pytest.mark.parametrize("kind", ["fractions", "two dimensions"])
def test_places_that_are_no_whole_numbers_in_a_row_are_refused(form, kind):
    X, labels, _ = sparse_problem()
    fitted = MLPClassifier((2,), solver="gd", max_iter=1, tol=0.0).fit(X, labels)
    X = X.asformat(form)
    parts = ("row", "col") if form == "coo" else ("indices", "indptr", "data")
    for part in parts:
        other = X.copy()
        values = getattr(other, part)
        changed = values[:, None] if kind == "two dimensions" else values + 0.5
        if hasattr(other, "coords"):  # SciPy before 1.13 has row and col alone
            other.coords = tuple(changed if name == part else getattr(X, name) for name in parts)
        else:
            setattr(other, part, changed)
        if part == "data" and kind == "fractions":
            continue
        for call in (fitted.predict, lambda X: MLPClassifier((2,)).fit(X, labels)):
            with pytest.raises(ValueError, match=rf"The {part} of X in .* Build X anew"):
                call(other)
