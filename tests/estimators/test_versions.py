from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pytest
from sklearn.exceptions import InconsistentVersionWarning

import moonlet
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators import versions as module
from moonlet.estimators.versions import MoonletVersionWarning

X = np.arange(12.0).reshape(6, 2)
Y = np.arange(6) % 2


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_a_pickle_of_another_version_warns_as_scikit_learns_do(kind, monkeypatch):
    fitted = kind(hidden_layer_sizes=(2,), solver="lbfgs", alpha=1.0).fit(X, Y)
    with monkeypatch.context() as earlier:
        earlier.setattr(module, "__version__", "0.0.1")
        written = pickle.dumps(fitted)
    words = rf"{kind.__name__} from moonlet 0\.0\.1 when using moonlet {moonlet.__version__}"
    with pytest.warns(InconsistentVersionWarning, match=words) as caught:
        read = pickle.loads(written)  # noqa: S301 - our own bytes
    assert isinstance(caught[0].message, MoonletVersionWarning)
    assert caught[0].message.original_version == "0.0.1"
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(read.predict(X), fitted.predict(X))


def test_a_pickle_without_a_version_is_an_older_one():
    state = MLPClassifier().__getstate__()
    del state["_moonlet_version"]
    with pytest.warns(MoonletVersionWarning, match="or older"):
        MLPClassifier().__setstate__(state)


def test_copies_and_pickles_of_today_are_silent():
    fitted = MLPClassifier((2,), solver="lbfgs", alpha=1.0).fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for made in (copy.copy(fitted), copy.deepcopy(fitted), pickle.loads(pickle.dumps(fitted))):  # noqa: S301
            assert not hasattr(made, "_moonlet_version")
            np.testing.assert_array_equal(made.predict(X), fitted.predict(X))


def test_a_studys_pickle_carries_the_version_too():
    study = pickle.loads(pickle.dumps(moonlet.CapacityStudy(hidden=(0, 2))))  # noqa: S301
    assert study.get_params()["hidden"] == (0, 2)
    assert moonlet.CapacityStudy().__getstate__()["_moonlet_version"] == moonlet.__version__
