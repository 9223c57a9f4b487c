"""Round trips: what is loaded is what was written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

from moonlet import MLPClassifier, MLPRegressor
from moonlet.data import make_preprocessor
from moonlet.export import from_onnx, to_onnx
from moonlet.specs import ACTIVATIONS
from tests.export.models import (
    mixed_pipeline,
    mixed_table,
    random_network,
    random_regressor,
    with_network,
)


@pytest.fixture
def reload(tmp_path):
    def there_and_back(estimator):
        to_onnx(estimator, tmp_path / "model.onnx")
        return from_onnx(tmp_path / "model.onnx")

    return there_and_back


def test_one_activation_a_layer_comes_back(reload):
    loaded = reload(random_network(3, (3, 2), [2, 5], activation=("silu", "elu")))
    assert loaded.activation == ("silu", "elu")


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(), (4,), (3, 2)])
@pytest.mark.parametrize("output", ["auto", "softmax"])
def test_a_network_comes_back_to_the_bit(reload, activation, hidden, output):
    network = random_network(3, hidden, [2, 5], activation=activation, output=output, alpha=0.1)
    loaded = reload(network)
    assert loaded.get_params() == network.get_params()
    for mine, theirs in zip(
        network.coefs_ + network.intercepts_, loaded.coefs_ + loaded.intercepts_, strict=True
    ):
        assert mine.tobytes() == theirs.tobytes()
    for name in ("n_layers_", "n_outputs_", "out_activation_", "n_iter_", "loss_", "stop_reason_"):
        assert getattr(loaded, name) == getattr(network, name)
    X = np.random.default_rng(0).normal(size=(20, 3))
    np.testing.assert_array_equal(loaded.predict_proba(X), network.predict_proba(X))
    assert loaded.predict(X).dtype == network.predict(X).dtype


@pytest.mark.parametrize(
    "classes",
    [[0, 1, 2], np.array([0, 9], "u1"), [False, True], ["a", "bc"], np.array(["a", "b"], object)],
    ids=str,
)
def test_classes_keep_their_type(reload, classes):
    network = random_network(3, (4,), classes)
    loaded = reload(network)
    assert loaded.classes_.dtype == network.classes_.dtype
    np.testing.assert_array_equal(loaded.classes_, network.classes_)


@pytest.mark.parametrize(
    ("given", "kept"), [(4, (4,)), ([4], (4,)), (np.array([4]), (4,)), ((4,), (4,))], ids=str
)
def test_hidden_layer_sizes_come_back_as_a_tuple(reload, given, kept):
    network = random_network(3, (4,), [0, 1])
    network.set_params(hidden_layer_sizes=given)
    assert reload(network).hidden_layer_sizes == kept


def test_a_spent_random_state_comes_back_as_none(reload):
    network = random_network(3, (4,), [0, 1])
    network.set_params(random_state=np.random.RandomState(0))
    assert reload(network).random_state is None


def test_a_network_knows_its_features_again(reload):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 2)), columns=["a", "b"])
    network = MLPClassifier((2,), solver="lbfgs", max_iter=5000, random_state=0)
    network.fit(X, X["a"] > 0)
    loaded = reload(network)
    np.testing.assert_array_equal(loaded.feature_names_in_, ["a", "b"])
    np.testing.assert_array_equal(loaded.predict_proba(X), network.predict_proba(X))
    with pytest.raises(ValueError, match="feature names should match"):
        loaded.predict(X.rename(columns={"a": "c"}))


def test_a_mixed_pipeline_comes_back(reload):
    pipeline = mixed_pipeline()
    loaded = reload(pipeline)
    X = mixed_table(60, seed=3)
    X["colour"] = X["colour"].cat.add_categories(["new"]).where(X.index != 4, "new")
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))
    np.testing.assert_array_equal(loaded.predict(X), pipeline.predict(X))
    np.testing.assert_array_equal(
        loaded[:-1].get_feature_names_out(), pipeline[:-1].get_feature_names_out()
    )
    np.testing.assert_array_equal(loaded.feature_names_in_, pipeline.feature_names_in_)
    columns_elsewhere = X[X.columns[::-1]]
    np.testing.assert_array_equal(loaded.predict(columns_elsewhere), pipeline.predict(X))


def test_a_loaded_pipeline_can_be_written_again(reload):
    pipeline = mixed_pipeline()
    assert to_onnx(reload(pipeline)) == to_onnx(pipeline)


def test_a_loaded_preprocessor_learns_anew_when_it_is_fitted(reload):
    loaded = reload(mixed_pipeline())
    X = mixed_table().assign(kind="c")
    for preprocess in (clone(loaded[:-1]), loaded[:-1]):
        names = preprocess.fit(X).get_feature_names_out()
        assert [name for name in names if "kind" in name] == ["categories__kind_c"]


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": [2, 3, 4]}),
        np.array([[1.0, 2.0], [np.nan, 5.0], [2.0, 2.0]]),
        np.array([[1.0, 2.0], [np.nan, 5.0], [2.0, 2.0]], dtype=np.float32),
        np.array([[1.0, "a", 2], [np.nan, "b", 3], [4.0, None, 4]], dtype=object),
        pd.DataFrame({"t": ["a", None, "b"]}),
        pd.DataFrame({"n": [1.0, 2.0, 3.0], "t": pd.Categorical([None] * 3)}),
        pd.DataFrame({"n": [1.0, 2.0, 3.0], "i": pd.Categorical([3, None, 5])}),
        pd.DataFrame({"n": [1.0, 2.0, 3.0], "flag": [True, None, False]}),
    ],
    ids=["frame", "array", "float32", "objects", "text", "empty text", "numbers", "booleans"],
)
def test_every_table_that_the_preprocessor_takes_comes_back(reload, X):
    pipeline = with_network(make_preprocessor(X), X)
    loaded = reload(pipeline)
    np.testing.assert_array_equal(loaded[:-1].transform(X), pipeline[:-1].transform(X))
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values")
@pytest.mark.parametrize(
    "preprocess",
    [
        make_pipeline(SimpleImputer(), StandardScaler(with_mean=False)),
        ColumnTransformer(
            [("one", StandardScaler(), [2]), ("not", "drop", [1])], remainder="passthrough"
        ),
        ColumnTransformer([("one", "passthrough", slice(0, 3, 2))], remainder=StandardScaler()),
        make_pipeline(SimpleImputer(strategy="constant", fill_value=-1.5), StandardScaler()),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
        OneHotEncoder(),
        OrdinalEncoder(),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=7),
        make_pipeline(SimpleImputer(), RobustScaler(), MinMaxScaler((-1, 2), clip=True)),
        make_pipeline(SimpleImputer(), MaxAbsScaler(clip=True)),
    ],
    ids=lambda step: type(step).__name__,
)
def test_other_steps_come_back(reload, preprocess):
    X = np.array([[1.0, np.nan, 5.0], [2.0, np.nan, 7.0], [4.0, np.nan, 1.0]])
    if isinstance(preprocess, ColumnTransformer | OneHotEncoder | OrdinalEncoder):
        X = np.nan_to_num(X)
    pipeline = with_network(preprocess, X)
    loaded = reload(pipeline)
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))
    np.testing.assert_array_equal(
        loaded[:-1].get_feature_names_out(), pipeline[:-1].get_feature_names_out()
    )


@pytest.mark.parametrize("loss", ["squared_error", "poisson", "huber", "quantile"])
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_regressor_comes_back_to_the_bit(reload, loss, n_outputs, dtype):
    network = random_regressor(3, (4,), n_outputs, loss=loss, dtype=dtype, quantile=0.9)
    loaded = reload(network)
    assert loaded.get_params() == network.get_params()
    assert loaded.coefs_[0].dtype == dtype
    X = np.random.default_rng(0).normal(size=(20, 3)).astype(dtype)
    np.testing.assert_array_equal(loaded.predict(X), network.predict(X))
    assert loaded.predict(X).dtype == dtype


def test_several_labels_come_back(reload):
    network = random_network(3, (4,), range(3), several_labels=True)
    loaded = reload(network)
    X = np.random.default_rng(0).normal(size=(20, 3))
    np.testing.assert_array_equal(loaded.predict(X), network.predict(X))
    np.testing.assert_array_equal(loaded.predict_proba(X), network.predict_proba(X))


def test_weights_of_classes_come_back_under_their_labels(reload):
    for class_weight in ({2: 1.0, 5: 3.0}, "balanced", None):
        network = random_network(3, (4,), [2, 5], class_weight=class_weight)
        assert reload(network).class_weight == class_weight
    named = random_network(3, (4,), ["no", "yes"], class_weight={"yes": 3})
    assert reload(named).class_weight == {"yes": 3}


def test_an_encoder_that_refused_unknown_categories_does_so_again(reload):
    X = pd.DataFrame({"c": ["a", "b", "c"]})
    for encoder in (OneHotEncoder(), OrdinalEncoder()):
        loaded = reload(with_network(encoder, X))
        with pytest.raises(ValueError, match="unknown categories"):
            loaded.predict(X.replace("a", "z"))
        assert loaded[0].get_params() == encoder.get_params()


def test_a_trained_pipeline_for_regression_comes_back(reload):
    X, y = mixed_table(60), np.arange(60.0)
    pipeline = make_pipeline(
        make_preprocessor(X), MLPRegressor(hidden_layer_sizes=(3,), solver="lbfgs", max_iter=10_000)
    ).fit(X, y / 60.0)
    np.testing.assert_array_equal(reload(pipeline).predict(X), pipeline.predict(X))
