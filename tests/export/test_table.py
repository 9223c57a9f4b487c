from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

from moonlet.data import make_preprocessor
from moonlet.export import from_onnx, to_onnx
from tests.export.models import (
    mixed_pipeline,
    mixed_table,
    predict,
    random_network,
    random_regressor,
    run,
    with_network,
)

ENCODER = OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def assert_same(pipeline, X):
    model = to_onnx(pipeline)
    onnx.checker.check_model(model, full_check=True)
    label, probabilities = run(model, X)
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(X), rtol=0, atol=1e-13)
    np.testing.assert_array_equal(label, pipeline.predict(X))
    return model


def inputs_of(model):
    kinds = {onnx.TensorProto.DOUBLE: "number", onnx.TensorProto.STRING: "text"}
    return {tensor.name: kinds[tensor.type.tensor_type.elem_type] for tensor in model.graph.input}


def test_a_table_of_numbers_is_one_input_and_its_gaps_are_filled():
    X = pd.DataFrame(np.random.default_rng(0).normal(50, 9, size=(30, 3)), columns=list("abc"))
    pipeline = with_network(make_preprocessor(X), X)
    X.iloc[::2, 1] = np.nan
    X.iloc[3, :] = np.nan
    assert inputs_of(assert_same(pipeline, X)) == {"X": "number"}


def test_a_mixed_table_has_an_input_for_each_column():
    model = assert_same(mixed_pipeline(), mixed_table(100, seed=1))
    assert inputs_of(model) == {
        "body mass (g)": "number",
        "colour": "text",
        "count": "number",
        "kind": "text",
    }


def test_an_unknown_category_counts_as_none_of_the_known_ones():
    X = mixed_table(6, seed=2)
    X["colour"] = ["never seen", "red", "", None, "RED", " red"]
    pipeline = mixed_pipeline()
    # The reader of tables strips spaces; a model gets the label without them.
    assert_same(pipeline, X.drop(index=5))
    spaced, bare = X.loc[[5]], X.loc[[5]].assign(colour="red")
    np.testing.assert_array_equal(pipeline.predict_proba(spaced), pipeline.predict_proba(bare))


def test_a_date_is_the_days_since_1970_and_its_parts_by_their_own_names():
    days = pd.to_datetime(["2024-01-31 06:30:00", "2024-02-29 23:00:00", "2025-02-01 00:00:00"])
    X = pd.DataFrame({"when": days, "kind": ["a", "b", "a"], "n": [1.0, 2.0, 5.0]})
    pipeline = with_network(make_preprocessor(X), X)
    model = to_onnx(pipeline)
    onnx.checker.check_model(model, full_check=True)
    names = ["when", "when, month", "when, weekday", "when, hour", "kind", "n"]
    assert list(inputs_of(model)) == names
    raw = X.assign(
        **{
            "when": [(day - pd.Timestamp(0)) / pd.Timedelta(days=1) for day in days],
            "when, month": [day.month for day in days],
            "when, weekday": [day.to_pydatetime().weekday() for day in days],
            "when, hour": [day.hour for day in days],
        }
    )
    _, probabilities = run(model, raw)
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(X), rtol=0, atol=1e-13)


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Kolkata"])
def test_a_model_of_dates_is_loaded_and_answers_as_before_whether_they_tell_a_time_zone(
    tmp_path, zone
):
    X = pd.DataFrame({"when": pd.date_range("2024-01-31 06:30", periods=30, freq="7h", tz=zone)})
    pipeline = with_network(make_preprocessor(X), X)
    to_onnx(pipeline, tmp_path / "model.onnx")
    loaded = from_onnx(tmp_path / "model.onnx")
    texts = X.assign(when=[str(moment) for moment in X["when"]])
    expected = pipeline.predict_proba(X)
    np.testing.assert_array_equal(loaded.predict_proba(X), expected)
    np.testing.assert_array_equal(loaded.predict_proba(texts), expected)


def test_an_array_of_objects_has_its_columns_counted():
    X = np.array([[1.0, "a", 2], [np.nan, "b", 3], [4.0, None, 4]], dtype=object)
    model = assert_same(with_network(make_preprocessor(X), X), X)
    assert inputs_of(model) == {"x0": "number", "x1": "text", "x2": "number"}


WITH_EMPTY = pd.DataFrame(
    {
        "n": [1.0, 2.0, 3.0],
        "no number": [np.nan] * 3,
        "t": ["a", "b", "a"],
        "no text": pd.Categorical([None] * 3),
    }
)
FILLED = WITH_EMPTY.assign(**{"no number": [1.0, np.nan, 5.0], "no text": ["a", None, "b"]})


def test_columns_without_any_value_do_no_harm():
    chooser = make_preprocessor(FILLED)["columns"]  # as in a fold in which they are empty
    pipeline = with_network(chooser, WITH_EMPTY.astype({"no text": object}))
    assert inputs_of(assert_same(pipeline, FILLED))["no text"] == "text"


def test_columns_that_the_reader_left_out_are_not_asked_for():
    pipeline = with_network(make_preprocessor(WITH_EMPTY), WITH_EMPTY)
    assert inputs_of(assert_same(pipeline, FILLED)) == {"n": "number", "t": "text"}


@pytest.mark.filterwarnings("ignore:Skipping features without any observed values")
def test_an_imputer_may_leave_empty_columns_out():
    X = np.array([[1.0, np.nan, 5.0], [2.0, np.nan, np.nan], [4.0, np.nan, 1.0]])
    pipeline = with_network(make_pipeline(SimpleImputer(), StandardScaler()), X)
    assert_same(pipeline, np.array([[np.nan, 3.0, np.nan], [1.0, np.nan, 2.0]]))


@pytest.mark.parametrize("categories", [[-1, 0, None, 7], [True, False, None, True]], ids=str)
def test_categories_may_be_numbers_or_booleans(categories):
    X = pd.DataFrame({"size": [1.5, 2.5, np.nan, 3.5], "which": pd.Categorical(categories)})
    model = assert_same(with_network(make_preprocessor(X), X), X)
    assert inputs_of(model) == {"size": "number", "which": "text"}
    objects = X.astype({"which": object})  # as pandas has numbers beside None
    by_hand = ColumnTransformer(
        [
            ("numbers", SimpleImputer(), ["size"]),
            ("which", make_pipeline(SimpleImputer(strategy="most_frequent"), ENCODER), ["which"]),
        ]
    )
    objects["which"] = objects["which"].where(objects["which"].notna(), np.nan)
    assert inputs_of(assert_same(with_network(by_hand, objects), objects)) == {"X": "number"}


def test_imputer_and_encoder_take_text_and_numbers_side_by_side():
    X = pd.DataFrame({"t": ["a", np.nan, "a", "b"], "n": [1, 2, 2, np.nan]}, dtype=object)
    pipeline = with_network(make_pipeline(SimpleImputer(strategy="most_frequent"), ENCODER), X)
    X.loc[4] = ["c", 9]
    assert_same(pipeline, X)


def test_steps_need_no_column_transformer_around_them():
    X = pd.DataFrame({"t": ["a", "b", "a"], "none": pd.Categorical([None] * 3)})
    imputer = SimpleImputer(
        missing_values=pd.NA, strategy="most_frequent", keep_empty_features=True
    )
    network = random_network(3, (2,), [0, 1])
    pipeline = Pipeline(
        [
            ("as it is", FunctionTransformer().fit(X)),
            ("impute", imputer.fit(X)),
            ("encode", clone(ENCODER).fit(imputer.transform(X))),
            ("network", network),
        ]
    )
    model = assert_same(pipeline, X)
    assert inputs_of(model) == {"t": "text", "none": "text"}


def test_an_encoder_can_stand_alone():
    X = pd.DataFrame({"t": ["a", "b", "a"], "u": ["x", "y", "z"]}, dtype=object)
    assert_same(with_network(ENCODER, X), X)


@pytest.mark.parametrize("with_mean", [True, False])
@pytest.mark.parametrize("with_std", [True, False])
def test_a_scaler_shifts_and_scales_as_it_was_told(with_mean, with_std):
    X = np.random.default_rng(0).normal(2, 3, size=(20, 2))
    assert_same(with_network(StandardScaler(with_mean=with_mean, with_std=with_std), X), X)


@pytest.mark.parametrize(
    "columns",
    [[2, 0], slice(1, 3), np.array([True, False, True, False]), ["c", "a"], slice("b", "c")],
    ids=str,
)
def test_columns_can_be_chosen_in_every_way(columns):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 4)), columns=list("abcd"))
    chooser = ColumnTransformer([("some", StandardScaler(), columns)], remainder="passthrough")
    assert inputs_of(assert_same(with_network(chooser, X), X)) == {"X": "number"}


def test_columns_can_be_chosen_by_their_type():
    X = mixed_table()[["body mass (g)", "kind"]]
    chooser = ColumnTransformer(
        [
            ("dates", StandardScaler(), make_column_selector(dtype_include="datetime")),
            ("numbers", SimpleImputer(), make_column_selector(dtype_include="number")),
            ("words", ENCODER, make_column_selector(dtype_exclude="number")),
        ]
    )
    assert_same(with_network(chooser, X), X)


def test_a_dropped_column_is_not_asked_for():
    X = mixed_table()[["count", "colour"]].assign(z=1.0)
    chooser = ColumnTransformer([("some", StandardScaler(), ["z"]), ("none", "drop", ["colour"])])
    assert inputs_of(assert_same(with_network(chooser, X), X)) == {"z": "number"}


def test_a_pipeline_may_be_a_network_alone():
    X = np.random.default_rng(0).normal(size=(5, 2))
    assert_same(Pipeline([("network", random_network(2, (3,), [0, 1]))]), X)


@pytest.mark.parametrize(
    "name", ["label", "probabilities", "prediction", "classes", "coefs_0", "intercepts_12"]
)
@pytest.mark.parametrize("column", ["count", "kind"])
def test_a_column_with_a_name_that_the_graph_needs_has_another_there(tmp_path, name, column):
    X = mixed_table().rename(columns={column: name})
    pipeline = with_network(make_preprocessor(X), X)
    asked_for = inputs_of(assert_same(pipeline, X))
    assert f"{name} (column)" in asked_for
    assert name not in asked_for
    to_onnx(pipeline, tmp_path / "model.onnx")
    loaded = from_onnx(tmp_path / "model.onnx")
    assert name in loaded.feature_names_in_
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))


def test_two_columns_that_would_have_one_name_there_are_refused():
    X = mixed_table().rename(columns={"count": "label", "kind": "label (column)"})
    with pytest.raises(ValueError, match=r"named 'label \(column\)' .* Rename the column"):
        to_onnx(with_network(make_preprocessor(X), X))


@pytest.mark.parametrize(
    "scaler",
    [
        RobustScaler(),
        RobustScaler(with_centering=False),
        RobustScaler(with_scaling=False),
        MaxAbsScaler(),
        MaxAbsScaler(clip=True),
        MinMaxScaler(),
        MinMaxScaler(feature_range=(-2, 3), clip=True),
    ],
    ids=str,
)
def test_every_scaler_scales_beyond_what_it_has_seen(scaler):
    random = np.random.default_rng(0)
    pipeline = with_network(scaler, random.normal(2, 3, size=(20, 2)))
    assert_same(pipeline, random.normal(2, 9, size=(50, 2)))


@pytest.mark.parametrize("unknown", [-1, np.nan])
@pytest.mark.parametrize("known", [["a", "b", "c"], [3, 1, 2]], ids=str)
def test_an_ordinal_encoder_counts_and_has_a_number_for_unknown_ones(known, unknown):
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=unknown)
    X = pd.DataFrame({"c": known * 4, "d": known[::-1] * 4}, dtype=object)
    pipeline = with_network(make_pipeline(encoder, SimpleImputer()), X)
    strange = X.copy()
    strange.loc[3, "c"] = "z" if isinstance(known[0], str) else 99
    assert_same(pipeline, X)
    assert_same(pipeline, strange)


@pytest.mark.parametrize("encoder", [OneHotEncoder(), OrdinalEncoder()], ids=str)
@pytest.mark.parametrize("known", [["a", "b", "c"], [3, 1, 2]], ids=str)
def test_where_the_encoder_refuses_unknown_categories_the_model_does(encoder, known):
    X = pd.DataFrame({"c": known * 4}, dtype=object)
    pipeline = with_network(clone(encoder), X)
    model = assert_same(pipeline, X)
    # pandas 2 would make whole numbers of these objects.
    strange = X.replace({known[0]: "z" if isinstance(known[0], str) else 99}).astype(object)
    with pytest.raises(ValueError, match="unknown categories"):
        pipeline.predict(strange)
    with pytest.raises(onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument):
        run(model, strange)


def test_a_regressor_can_end_a_pipeline_of_everything():
    X = mixed_table(60)
    colours = make_pipeline(SimpleImputer(missing_values=pd.NA, strategy="most_frequent"), ENCODER)
    preprocess = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["body mass (g)"]),
            ("counts", MinMaxScaler(), ["count"]),
            ("colours", colours, ["colour"]),
            ("kinds", OrdinalEncoder(), ["kind"]),
        ]
    )
    X["colour"] = X["colour"].astype(object).where(X["colour"].notna(), pd.NA)
    n_inputs = preprocess.fit_transform(X).shape[1]
    pipeline = Pipeline([("preprocess", preprocess), ("network", random_regressor(n_inputs, (3,)))])
    model = to_onnx(pipeline)
    np.testing.assert_allclose(predict(model, X), pipeline.predict(X), rtol=1e-12)


def test_a_pipeline_in_32_bit_asks_for_numbers_of_32_bit():
    X = np.random.default_rng(0).normal(50, 9, size=(30, 3)).astype(np.float32)
    scaler = StandardScaler().fit(X)
    network = random_network(3, (4,), [0, 1], dtype=np.float32)
    pipeline = Pipeline([("scale", scaler), ("network", network)])
    model = to_onnx(pipeline)
    assert model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    _, probabilities = run(model, X)
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(X), rtol=0, atol=1e-5)
