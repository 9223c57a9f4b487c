"""skl2onnx converts what ends in one of moonlet's networks; onnxruntime is the judge."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.export import register_with_skl2onnx
from tests.export.models import random_network, random_regressor

# skl2onnx and what it imports warn of each other.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

X = np.random.default_rng(0).normal(size=(40, 3))


@pytest.fixture(autouse=True)
def _registered():
    pytest.importorskip("skl2onnx")
    register_with_skl2onnx()


def convert(estimator, dtype):
    from skl2onnx import to_onnx

    options = {"zipmap": False} if hasattr(estimator, "predict_proba") else None
    opset = {"": 17, "ai.onnx.ml": 3}
    return to_onnx(estimator, X[:1].astype(dtype), target_opset=opset, options=options)


def run(model, dtype):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {session.get_inputs()[0].name: X.astype(dtype)})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [[0, 1], ["a", "b", "c"]])
@pytest.mark.parametrize("activation", ["relu", "gelu", "softplus"])
def test_a_classifier_behind_a_step_that_moonlet_does_not_know(dtype, classes, activation):
    front = [
        ("scale", StandardScaler().fit(X)),
        ("pca", PCA(2).fit(StandardScaler().fit_transform(X))),
    ]
    pipeline = Pipeline(
        [*front, ("network", random_network(2, (4,), classes, activation=activation))]
    )
    label, probabilities = run(convert(pipeline, dtype), dtype)
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(X), rtol=0, atol=tolerance)
    np.testing.assert_array_equal(label, pipeline.predict(X))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_outputs", [1, 2])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_a_regressor_is_converted_to_a_column_for_each_output(dtype, n_outputs, loss):
    network = random_regressor(3, (4,), n_outputs, loss=loss)
    pipeline = Pipeline([("scale", StandardScaler().fit(X)), ("network", network)])
    (prediction,) = run(convert(pipeline, dtype), dtype)
    assert prediction.shape == (40, n_outputs)
    expected = pipeline.predict(X).reshape(40, n_outputs)
    np.testing.assert_allclose(prediction, expected, rtol=1e-4 if dtype == np.float32 else 1e-12)


def test_it_is_registered_where_skl2onnx_was_imported_first():
    code = (
        "import warnings; warnings.simplefilter('ignore'); import skl2onnx, moonlet.export\n"
        "from moonlet import MLPRegressor; import numpy as np\n"
        "network = MLPRegressor(hidden_layer_sizes=(), solver='lbfgs', max_iter=9999)\n"
        "X = np.eye(3)\n"
        "print(skl2onnx.to_onnx(network.fit(X, [1., 2., 3.]), X).graph.output[0].name)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert done.stdout.strip() == "variable", done.stderr
