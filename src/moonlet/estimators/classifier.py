"""`MLPClassifier`: scikit-learn's estimator of that name, trained by moonlet's engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from moonlet.estimators.base import BaseMLP
from moonlet.estimators.initial import Init
from moonlet.estimators.parameters import training_spec
from moonlet.estimators.targets import class_probabilities, class_targets, network_output
from moonlet.specs import Activation, Array, SolverName

__all__ = ["MLPClassifier"]


class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """A multi-layer perceptron that tells classes apart.

    Minimises the log loss. Parameters, attributes and errors are those of
    scikit-learn's class of the same name; what goes beyond it is marked (+).

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int, default=(100,)
        Units of each hidden layer. ``()`` is no hidden layer: a logistic model.
    activation : {"identity", "logistic", "tanh", "relu", "leaky_relu", "elu", "gelu", \
            "silu", "softplus"} or tuple of these, default="relu"
        What each hidden unit does with its sum, see `moonlet.reference.activate`.
        (+) From leaky_relu on; and a tuple, with one name for each hidden layer.
    solver : {"lbfgs", "gd"}, default="lbfgs"
        "lbfgs" is a quasi-Newton method. "gd" (+) is gradient descent with all
        rows at every pass.
    alpha : float, default=1e-4
        Weight decay: ``alpha / (2 N) * sum(W ** 2)`` is added to the mean loss,
        where N is the number of rows, or the sum of their weights. Biases are
        free.
    learning_rate_init : float, default=0.001
        The step of "gd" on the gradient of the mean loss. A rate r on the
        gradient summed over N rows is a rate of r * N here.
    max_iter : int, default=200
        Passes ("gd") or iterations ("lbfgs") at most.
    tol : float, default=1e-4
        "lbfgs" has converged when no component of the gradient exceeds it, or
        the loss no longer falls. "gd" has converged when the loss has not
        fallen by more than `tol` for more than `n_iter_no_change` passes in a
        row; with ``tol=0`` it does `max_iter` passes, and that gives no warning.
    random_state : int, RandomState instance or None, default=None
        Draws the starting weights. Pass an int for the same bits at every fit.
    max_fun : int, default=15000
        Evaluations of loss and gradient that "lbfgs" may use.
    n_iter_no_change : int, default=10
        See `tol`; "gd" only.
    output : {"auto", "softmax"}, default="auto"
        (+) "auto" is one sigmoid unit for two classes, one softmax unit a class
        for more. "softmax" is one unit a class for two classes as well.
    init : {"glorot_uniform", "glorot_normal", "lecun_uniform", "lecun_normal", \
            "he_uniform", "he_normal"}, default="glorot_uniform"
        (+) How starting weights are drawn, see `moonlet.estimators.initial`.
        "glorot_uniform" draws what scikit-learn draws from the same
        `random_state`. The normal ones start with biases of 0.
    n_jobs : int or None, default=None
        (+) Threads, as joblib counts them: None is 1, -1 all cores. The result
        does not depend on it.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    coefs_ : list of ndarray of shape (fan_in, fan_out)
        Weights of each layer.
    intercepts_ : list of ndarray of shape (fan_out,)
        Biases of each layer.
    loss_ : float
        The loss of the network as it is now. Mean over rows, in nats; penalty
        included.
    best_loss_ : float
        The lowest loss on the way there.
    loss_curve_ : list of float, of length n_iter_
        The loss with which each pass or iteration began.
    gradient_norm_curve_ : list of float, of length n_iter_
        (+) Euclidean norm of the gradient with which each began.
    stop_reason_ : {"converged", "max_iter"}
        (+) Why training ended.
    diagnosis_ : list of Finding
        (+) What went wrong in training, in plain words, and the cure.
    n_iter_ : int
        Passes or iterations done.
    t_ : int
        Rows seen by "gd" in all its passes; 0 for "lbfgs", as in scikit-learn.
    n_features_in_ : int
        Number of features of a row.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names. Only if `X` had names that are all strings.
    n_layers_ : int
        Number of layers, inputs and outputs counted.
    n_outputs_ : int
        Number of output units.
    out_activation_ : {"logistic", "softmax"}
        What turns their values into probabilities.

    See Also
    --------
    moonlet.CapacityStudy : Finds out how large a network should be.

    Notes
    -----
    Rows are computed with in 64 bit. Sparse `X` is refused for now.

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> network = MLPClassifier((5,), activation="tanh", max_iter=1000, random_state=0).fit(X, y)
    >>> network.predict(X[:3])
    array([0, 1, 1])
    >>> network.stop_reason_
    'converged'
    """

    _parameter_constraints: ClassVar[dict[str, list[object]]] = {
        **BaseMLP._parameter_constraints,
        "output": [StrOptions({"auto", "softmax"})],
    }

    classes_: NDArray[np.generic]

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: Activation | Sequence[Activation] = "relu",
        *,
        solver: SolverName = "lbfgs",
        alpha: float = 1e-4,
        learning_rate_init: float = 0.001,
        max_iter: int = 200,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        n_iter_no_change: float = 10,
        max_fun: int = 15_000,
        output: Literal["auto", "softmax"] = "auto",
        init: Init = "glorot_uniform",
        n_jobs: int | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.output = output
        self.init = init
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Finite numbers.
        y : array-like of shape (n_samples,)
            A label for each row: numbers, strings or booleans.
        sample_weight : array-like of shape (n_samples,), default=None
            None negative, not all zero. A weight of 0 is as if the row were
            not there, a weight of 2 as if it were there twice.

        Returns
        -------
        self : MLPClassifier

        Raises
        ------
        DivergedError
            If training left the finite numbers. The estimator is then unfitted.
        ValueError
            If a parameter, `X`, `y` or `sample_weight` is not allowed.
        KeyboardInterrupt
            On Ctrl-C. The estimator is then unfitted.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` or `max_fun` was reached first.
        """
        self._forget()
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, class_indices = np.unique(labels, return_inverse=True)
        n_classes = len(self.classes_)
        _, n_outputs = network_output(self, n_classes)
        spec = training_spec(self, self.n_features_in_, n_outputs)
        targets = class_targets(class_indices, n_classes, spec.network)
        self._train(spec, rows, targets, sample_weight)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.generic]:
        """Class of highest probability for each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            As they were given in `fit`. At a tie, the first in `classes_`.
        """
        probabilities = self.predict_proba(X)
        labels: NDArray[np.generic] = self.classes_[probabilities.argmax(axis=1)]
        return labels

    def predict_proba(self, X: ArrayLike) -> Array:
        """Probability of each class for each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`; rows add up to 1.
        """
        return class_probabilities(self._outputs(X), len(self.classes_))

    def predict_log_proba(self, X: ArrayLike) -> Array:
        """Logarithm of the probability of each class for each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In nats, in the order of `classes_`; minus infinity where
            `predict_proba` has underflowed to 0.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))
