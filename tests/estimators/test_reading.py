from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.known import Given
from moonlet.estimators.reading import read, watched_rows

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

random = np.random.RandomState(0)
X = random.uniform(-1.0, 1.0, (80, 3))
Y = (X[:, 0] > X[:, 1]).astype(np.int64)
WEIGHT = random.uniform(0.5, 2.0, 80)


def network(kind: type = MLPClassifier, **changes: object) -> MLPClassifier:
    return kind(**({"hidden_layer_sizes": (4,), "max_iter": 12, "random_state": 0} | changes))


# --- Both ways to read ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_both_ways_to_read_find_the_same(kind, weight):
    estimator = network(kind)
    quick, known = read(estimator, Given(X, Y, weight), None)
    full, as_known = read(
        estimator, Given(X.tolist(), Y.tolist(), None if weight is None else weight.tolist()), None
    )
    np.testing.assert_array_equal(quick.X, full.X)
    np.testing.assert_array_equal(quick.y, full.y)
    np.testing.assert_array_equal(known.coding.targets(quick), as_known.coding.targets(full))
    assert (quick.weight is None) == (full.weight is None)
    assert known.columns == as_known.columns == (3, None)
    assert known.dtype == as_known.dtype == np.float64


def test_reading_leaves_the_estimator_as_it_is():
    estimator = network()
    before = dict(vars(estimator))
    read(estimator, Given(pd.DataFrame(X, columns=list("abc")), Y), None)
    assert vars(estimator) == before


# --- Targets keep their type ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        (pd.Series(Y, dtype="Int64"), np.int64),
        (pd.Series(Y, dtype="UInt8"), np.uint8),
        (pd.Series(Y > 0, dtype="boolean"), np.bool_),
        (pd.array(Y, dtype="Int32"), np.int32),
        (pd.Series(Y.astype(object)), object),
        (Y.astype(object), object),
        ((Y > 0).astype(object), object),
        (pd.Series(np.array(["a", "b"])[Y]).astype("category"), object),
        (Y.tolist(), np.int64),
    ],
)
def test_labels_of_any_type_come_back_in_it(given, dtype):
    estimator = network().fit(X, given)
    assert estimator.predict(X).dtype == dtype == estimator.classes_.dtype
    plain = network().fit(X, Y)
    np.testing.assert_array_equal(estimator.coefs_[0], plain.coefs_[0])
    np.testing.assert_array_equal(estimator.predict(X), estimator.classes_[plain.predict(X)])
    kept = type(given.tolist()[0] if hasattr(given, "tolist") else given[0])
    assert type(estimator.predict(X).tolist()[0]) is kept


def test_text_among_numbers_is_named_as_such():
    mixed = np.array([0, "a"], dtype=object)[Y]
    with pytest.raises(
        ValueError, match=r"labels of one kind, all text or all numbers. Got mixed ones.*astype"
    ):
        network().fit(X, mixed)


def test_fractions_as_objects_are_no_labels():
    with pytest.raises(ValueError, match="Unknown label type"):
        network().fit(X, X[:, 0].astype(object))


@pytest.mark.parametrize(
    "given",
    [
        pd.Series(X[:, 0], dtype="Float64"),
        X[:, 0].astype(object),
        X[:, 0].astype(">f8"),
        pd.Series(X[:, 0]),
    ],
)
def test_numbers_of_any_type_are_learned(given):
    plain = network(MLPRegressor).fit(X, X[:, 0].copy())
    other = network(MLPRegressor).fit(X, given)
    np.testing.assert_array_equal(other.coefs_[0], plain.coefs_[0])


# --- Rows to watch --------------------------------------------------------------------------


def test_both_names_of_rows_to_watch_are_one_thing():
    by_set = network().fit(X[:60], Y[:60], eval_set=(X[60:], Y[60:], WEIGHT[60:]))
    by_name = network().fit(
        X[:60], Y[:60], X_val=X[60:], y_val=Y[60:], sample_weight_val=WEIGHT[60:]
    )
    assert by_set.validation_loss_curve_ == by_name.validation_loss_curve_
    assert len(by_name.validation_scores_) == 12


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"X_val": X}, "X_val is provided, but y_val was not provided"),
        ({"y_val": Y}, "y_val is provided, but X_val was not provided"),
        ({"sample_weight_val": WEIGHT}, "sample_weight_val is provided, but X_val was not"),
        ({"X_val": X, "y_val": Y, "eval_set": (X, Y)}, "name the same thing"),
    ],
)
def test_half_of_rows_to_watch_is_refused(named, message):
    with pytest.raises(ValueError, match=message):
        network().fit(X, Y, **named)


def test_nobody_has_to_watch():
    assert watched_rows(None, None, None, None) is None


def test_a_pipeline_hands_rows_to_watch_through_its_scaler():
    far = 1000.0 + 50.0 * X
    with sklearn.config_context(enable_metadata_routing=True):
        watcher = network().set_fit_request(X_val=True, y_val=True)
        steps = [("scaler", StandardScaler()), ("network", watcher)]
        pipeline = Pipeline(steps, transform_input=["X_val"])
        pipeline.fit(far[:60], Y[:60], X_val=far[60:], y_val=Y[60:])
    scaler = StandardScaler().fit(far[:60])
    alone = network().fit(
        scaler.transform(far[:60]), Y[:60], X_val=scaler.transform(far[60:]), y_val=Y[60:]
    )
    assert pipeline[-1].validation_loss_curve_ == alone.validation_loss_curve_


# --- Weights ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e-50, 1e45])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_weights_that_32_bit_cannot_hold_are_refused_with_the_cure(kind, size):
    rows = X.astype(np.float32)
    with pytest.raises(ValueError, match=r"sample_weight must have its largest.*Divide all"):
        network(kind).fit(rows, Y, np.full(80, size))
    with pytest.raises(ValueError, match=r"sample_weight must have its largest"):
        network(kind).fit(rows, Y, eval_set=(rows, Y, np.full(80, size)))
    cured = network(kind).fit(rows, Y, np.full(80, size) / size)
    assert np.isfinite(cured.loss_)


def test_class_weights_of_classes_that_a_fold_lacks_are_let_be():
    three = Y + (X[:, 2] > 0.9)
    weights = {0: 1.0, 1: 2.0, 2: 5.0}
    some = three < 2
    fitted = network(class_weight=weights).fit(X[some], three[some])
    plain = network(class_weight={0: 1.0, 1: 2.0}).fit(X[some], three[some])
    np.testing.assert_array_equal(fitted.coefs_[0], plain.coefs_[0])


def test_a_class_weight_that_may_be_a_slip_is_warned_of():
    words = np.array(["no", "yes"])[Y]
    with pytest.warns(
        UserWarning, match=r"weights for \['Yes'\].*\['no', 'yes'\] have none"
    ) as seen:
        network(class_weight={"Yes": 3.0}).fit(X, words)
    assert seen[0].filename == __file__
    with pytest.raises(ValueError, match="which are no classes"):
        network(class_weight={"yes": 3.0}).fit(X, Y)


def test_memory_is_linear_in_the_classes():
    import tracemalloc

    many = np.arange(80) * 100
    many[-1] = 20_000 * 100
    estimator = network(hidden_layer_sizes=(), max_iter=1)
    tracemalloc.start()
    estimator.partial_fit(X, many, classes=np.arange(20_001) * 100)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10 * 80 * 20_001 * 8
