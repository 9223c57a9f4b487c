"""The forward pass beside scikit-learn's networks."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from moonlet import reference
from moonlet.specs import Activation, Array, NetworkSpec


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_forward_gives_what_scikit_learns_network_gives(
    activation: Activation, iris: tuple[Array, Array]
) -> None:
    X, y = iris
    trained = MLPClassifier((5, 4), activation=activation, solver="lbfgs", random_state=0)
    trained.set_params(max_iter=20)
    with pytest.warns(ConvergenceWarning):
        trained.fit(X, y)
    network = NetworkSpec((4, 5, 4, 3), (activation, activation), "softmax")
    parameters = network.pack(trained.coefs_, trained.intercepts_)
    np.testing.assert_allclose(
        reference.forward(network, parameters, X), trained.predict_proba(X), rtol=1e-10, atol=1e-14
    )
