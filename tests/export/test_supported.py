from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler

from moonlet.export import to_onnx
from tests.export.models import random_network, with_network

X = np.random.default_rng(0).normal(size=(10, 2))
WORDS = pd.DataFrame({"t": ["a", "b", "a"]}, dtype=object)


class CentredScaler(StandardScaler):
    pass


def encoder(**parameters):
    return OneHotEncoder(**{"handle_unknown": "ignore", "sparse_output": False} | parameters)


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (PCA(), r"Step 'preprocess' \(PCA\) cannot be written"),
        (CentredScaler(), r"Step 'preprocess' \(CentredScaler\) cannot be written"),
        (FunctionTransformer(np.square), "func="),
        (SimpleImputer(add_indicator=True), "add_indicator=True"),
        (SimpleImputer(strategy=np.median), "strategy=<function median"),
        (SimpleImputer(missing_values=0), "gaps marked 0"),
        (
            ColumnTransformer([("a", make_pipeline(PCA(1)), [0, 1])]),
            r"Step 'preprocess > a > pca' \(PCA\) cannot be written",
        ),
        (
            ColumnTransformer([("a", StandardScaler(), [0, 1])], transformer_weights={"a": 2.0}),
            "transformer_weights=",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_step_that_onnx_cannot_hold_is_named_with_the_cure(step, what):
    gaps = isinstance(step, SimpleImputer) and step.add_indicator
    pipeline = with_network(step, np.where(X > 1, np.nan, X) if gaps else X)
    with pytest.raises(ValueError, match=f"{what}.*fit again"):
        to_onnx(pipeline)


@pytest.mark.parametrize(
    ("step", "words", "what"),
    [
        (encoder(handle_unknown="warn"), ["a", "b"], "Use handle_unknown='ignore' or"),
        (OrdinalEncoder(max_categories=2), ["a", "b", "c"], "max_categories=2"),
        (encoder(drop="first"), ["a", "b"], "drop='first'"),
        (encoder(min_frequency=2), ["a", "b", "a"], "min_frequency=2"),
        (encoder(), ["a", None], "gaps among its categories"),
        (encoder(), [1.0, np.nan], "gaps among its categories"),
        (encoder(), ["a", ""], "empty text among its categories"),
    ],
)
def test_categories_that_onnx_cannot_hold_are_named_with_the_cure(step, words, what):
    table = pd.DataFrame({"t": words}, dtype=object)
    with pytest.raises(ValueError, match=f"{what}.*fit again"):
        to_onnx(with_network(step, table))


def test_an_unfitted_network_is_refused():
    from moonlet import MLPClassifier

    with pytest.raises(NotFittedError):
        to_onnx(MLPClassifier())


def test_an_unfitted_step_is_refused():
    network = random_network(2, (), [0, 1])
    with pytest.raises(NotFittedError):
        to_onnx(Pipeline([("scale", StandardScaler()), ("network", network)]))


@pytest.mark.parametrize("estimator", [PCA(), make_pipeline(StandardScaler(), PCA()), 3])
def test_what_does_not_end_in_a_network_is_refused(estimator):
    with pytest.raises(TypeError, match=r"moonlet\.MLPRegressor, or a Pipeline that ends"):
        to_onnx(estimator)
