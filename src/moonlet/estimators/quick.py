"""The short way to an answer, for the rows that most callers bring.

`validate_data` takes some hundred microseconds, the network for one row less than one. What it
would find out about a plain array, or a CSR matrix, of the right shape and type the core sees at
once. Anything else goes the full way, whose checks and errors hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import is_
from typing import Any

from numpy.typing import NDArray
from scipy import sparse

from moonlet import engine
from moonlet.specs import NetworkSpec

__all__ = ["QuickAnswer"]

# Whoever sets one of these by hand is obeyed, the full way; weights are looked at one by one.
_OBEYED = ("activation", "out_activation_", "n_outputs_", "n_features_in_", "classes_")


class QuickAnswer:
    """A fitted network for rows that need no further check.

    Parameters
    ----------
    network : NetworkSpec
    parameters : ndarray of shape (n_parameters,)
        What `coefs_` and `intercepts_` are views of.
    activation : str or tuple of str
        The estimator's.
    state : mapping
        What it learned.
    """

    __slots__ = ("_answer", "_made_of", "_obeyed")

    def __init__(
        self,
        network: NetworkSpec,
        parameters: NDArray[Any],
        activation: object,
        state: Mapping[str, Any],
    ) -> None:
        both = len(state.get("classes_", ())) == 2 and network.n_outputs == 1
        # Made ready when somebody asks: many a network is trained to be measured by its loss.
        self._answer: engine.Predictor | None = None
        self._made_of = (network, parameters, both)
        # The lists are public: somebody may put another array into them. Of `state` nothing else is
        # kept: it holds this answer, and weights in a circle stay until the collector comes.
        self._obeyed = (
            *(*state["coefs_"], *state["intercepts_"]),
            *(activation if name == "activation" else state.get(name) for name in _OBEYED),
        )

    @classmethod
    def of(
        cls,
        network: NetworkSpec,
        parameters: NDArray[Any],
        activation: object,
        state: Mapping[str, Any],
    ) -> QuickAnswer | None:
        """Make one where there is one.

        Names of columns have to be compared with those of `fit` each time, a single class needs
        no network, and a list of activations may be changed where it lies.
        """
        if "feature_names_in_" in state or len(state.get("classes_", "**")) == 1:
            return None
        if isinstance(activation, list):
            return None
        return cls(network, parameters, activation, state)

    def __call__(self, state: Mapping[str, Any], X: object) -> NDArray[Any] | None:
        """Give the network's outputs, of two classes both; None if somebody should look closer.

        Parameters
        ----------
        state : mapping
            The estimator's attributes as they are now.
        X : array-like
        """
        if self._answer is None:
            network, parameters, both = self._made_of
            self._answer = engine.predictor(network, parameters, both_classes=both)
        # A weight that is changed where it lies is seen by the predictor. Another array is not.
        now = (*state["coefs_"], *state["intercepts_"], *map(state.get, _OBEYED))
        if len(now) != len(self._obeyed) or not all(map(is_, now, self._obeyed)):
            return None
        if "feature_names_in_" in state:
            return None
        answer = self._answer(X)
        if answer is None and type(X) in (sparse.csr_array, sparse.csr_matrix):
            rows: Any = X
            if len(rows.shape) == 2:
                return self._answer.csr(rows.data, rows.indices, rows.indptr, *rows.shape)
        return answer
