"""`MLPRegressor`: scikit-learn's estimator of that name, trained by moonlet's engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if

from moonlet.estimators import plain
from moonlet.estimators.base import BaseMLP
from moonlet.estimators.coding import ValueCoding
from moonlet.estimators.initial import Init
from moonlet.estimators.known import Given, Known
from moonlet.estimators.network import is_stochastic
from moonlet.estimators.reading import watched_rows
from moonlet.estimators.scikit_learns_own import Interval, StrOptions
from moonlet.estimators.settings import output_of_loss
from moonlet.estimators.values import read_values
from moonlet.names import LOSSES, losses_of
from moonlet.specs import Activation, Loss, Schedule, SolverName

__all__ = ["MLPRegressor"]


class MLPRegressor(RegressorMixin, BaseMLP):  # type: ignore[misc]  # scikit-learn has no types
    """A multi-layer perceptron that predicts numbers.

    Parameters, attributes and errors are those of scikit-learn's class of the same
    name; what goes beyond it is marked (+).

    Parameters
    ----------
    loss : str, default="squared_error"
        What is made small: "squared_error", halved, which gives means; "poisson", half
        the deviance, for counts, with an exponential output; (+) "absolute_error", which
        gives medians; "huber", squared near 0 and absolute beyond, which outliers
        cannot pull hard; the lopsided absolute error of "quantile"; or another of
        `moonlet.names.LOSSES`, where their formulas are. Several outputs are summed.
    hidden_layer_sizes : int or array-like of int, default=(100,)
        Units of each hidden layer. (+) ``()`` is no hidden layer: a linear model.
    activation : str or tuple of str, default="relu"
        What each hidden unit does with its sum: "identity", "logistic", "tanh", "relu"
        or (+) another of `moonlet.names.ACTIVATIONS`, where their formulas are. (+) A
        tuple has one name for each hidden layer.
    solver : {"adam", "sgd", "lbfgs", "gd"}, default="adam"
        "adam" and "sgd" take mini-batches. "lbfgs" is a quasi-Newton method on all rows:
        it learns how the loss bends from its last ten steps (L-BFGS), or from all of
        them where there are 64 weights and biases or fewer (BFGS). "gd" (+) is gradient
        descent with all rows at every pass. With some thousands of rows or fewer,
        "lbfgs" is as a rule both faster and better.
    alpha : float, default=0.0001
        Weight decay: ``alpha / (2 N) * sum(W ** 2)`` is added to the mean loss,
        where N is the number of rows (of a mini-batch, if there are such), or the
        sum of their weights. Biases are free. See also `l1_ratio`.
    batch_size : int or "auto", default="auto"
        Rows of a mini-batch; "auto" is 200, or all if there are fewer.
    learning_rate : str, default="constant"
        How the rate changes from pass to pass. "invscaling" divides it by the number
        of rows seen to the power of `power_t`. "adaptive" divides it by 5 where
        training would stop, down to 1e-6. (+) The others of `moonlet.names.SCHEDULES`,
        where their formulas are, fall with the share of `max_iter` that is done:
        "cosine" along half a wave to 0, say.
        (+) "adam" and "gd" heed it too; scikit-learn's "adam" does not.
    learning_rate_init : float, default=0.001
        The step on the gradient of the mean loss. A rate r on the gradient summed
        over N rows is a rate of r * N here. Not used by "lbfgs".
    power_t : float, default=0.5
        See `learning_rate`.
    max_iter : int, default=200
        Passes over the rows, or iterations of "lbfgs", at most.
    shuffle : bool, default=True
        Take the rows in a new order in each pass.
    random_state : int, RandomState instance or None, default=None
        Draws the starting weights, the rows held out, and the order of the rows. Pass
        an int for the same bits at every fit.
    tol : float, default=1e-4
        "lbfgs" has converged when no component of the gradient exceeds it, or
        the loss no longer falls (without hidden layers ``tol=0`` goes on until rounding ends
        it, at the one optimum). The others have converged when the loss (or with early
        stopping the validation's score) has not become better by more than `tol`
        for more than `n_iter_no_change` passes in a row; "gd" with ``tol=0`` does
        `max_iter` passes, and that gives no warning.
    verbose : bool, default=False
        Write a line on each pass to standard output.
    warm_start : bool, default=False
        Let `fit` go on from the weights of the last one. The solver begins anew, and
        the curves go on.
    momentum : float, default=0.9
        Of "sgd", in [0, 1].
    nesterovs_momentum : bool, default=True
        Of "sgd".
    early_stopping : bool, default=False
        Hold out rows, stop when these do no better, and keep the best weights.
        "lbfgs" does not heed it.
    validation_fraction : float, default=0.1
        Share of the rows to hold out for it; see also `fit`'s ``eval_set``.
    beta_1 : float, default=0.9
        Of "adam": decay of the gradient's running mean, in [0, 1).
    beta_2 : float, default=0.999
        Of "adam": decay of the running mean of its square, in [0, 1).
    epsilon : float, default=1e-8
        Of "adam": what is added to the root of the latter.
    n_iter_no_change : int, default=10
        See `tol`; not used by "lbfgs".
    max_fun : int, default=15000
        Evaluations of loss and gradient that "lbfgs" may use.
    huber_delta : float, default=1.0
        (+) Error at which "huber" turns from squares to straight lines, in units of `y`.
    quantile : float, default=0.5
        (+) Share of the targets that shall lie below a prediction of "quantile", in (0, 1).
    dropout : float, default=0.0
        (+) Share of the hidden units that each row does without in each pass, in [0, 1),
        against over-fitting. Not with "lbfgs". The loss is that of the thinned network.
    l1_ratio : float, default=0.0
        (+) Share of the penalty, in [0, 1], that is on the size of the weights instead of
        its square, as in scikit-learn's ElasticNet: ``alpha / N * (l1_ratio * sum(|W|) +
        (1 - l1_ratio) / 2 * sum(W ** 2))``. Weights that do not pay for themselves
        are then exactly 0; with mini-batches some few of them are on their way.
    early_stopping_on : {"score", "loss"}, default="score"
        (+) What early stopping goes by: R squared on the rows held out, or their loss,
        which tells more from few rows.
    init : {"glorot_uniform", "glorot_normal", "lecun_uniform", "lecun_normal", \
            "he_uniform", "he_normal"}, default="glorot_uniform"
        (+) How starting weights are drawn, see `moonlet.estimators.initial`.
        "glorot_uniform" draws what scikit-learn draws from the same
        `random_state`. The normal ones start with biases of 0.
    n_jobs : int or None, default=None
        (+) Threads, as joblib counts them: None is all that this process may use and
        other calls leave, -1 all cores, 1 one. Small work asks for none. The result
        does not depend on it.

    Attributes
    ----------
    coefs_ : list of ndarray of shape (fan_in, fan_out)
        Weights of each layer; in float32 if `X` was.
    intercepts_ : list of ndarray of shape (fan_out,)
        Biases of each layer.
    loss_ : float
        Mean over rows, outputs summed; penalty included. With "gd" and "lbfgs" at the
        weights as they are now, with "adam" and "sgd" the last pass's mean.
    best_loss_ : float or None
        The lowest loss on the way there. None with early stopping.
    loss_curve_ : list of float
        The loss with which each pass or iteration began; with "adam" and "sgd" each
        pass's mean.
    gradient_norm_curve_ : list of float
        (+) Euclidean norm of the gradient, likewise.
    validation_scores_ : list of float or None
        R squared, on the rows held out or in ``eval_set``, after each pass. None if
        there are no such rows.
    validation_loss_curve_ : list of float or None
        (+) Their loss, without the penalty.
    best_validation_score_ : float or None
        The score of the weights that early stopping kept.
    stop_reason_ : {"converged", "max_iter", "early_stopping", "diverged", "interrupted"}
        (+) Why training ended. "interrupted" is by Ctrl-C, or by a callback.
        "diverged" is what early stopping saved the best weights from.
    diagnosis_ : list of Finding
        (+) What went wrong in training, in plain words, and the cure.
    n_iter_ : int
        Passes or iterations of the last `fit`.
    t_ : int
        Rows seen in all passes; "lbfgs" counts none, as in scikit-learn.
    n_features_in_ : int
        Number of features of a row.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names. Only if `X` had names that are all strings.
    n_layers_ : int
        Number of layers, inputs and outputs counted.
    n_outputs_ : int
        Number of output units.
    out_activation_ : {"identity", "exp"}
        What turns their values into predictions.

    See Also
    --------
    MLPClassifier : The same for classes.
    moonlet.CapacityStudy : Finds out how large a network should be.

    Notes
    -----
    scikit-learn's callbacks (``set_callbacks``) are called once a pass.

    With several outputs scikit-learn reports the mean of their squared errors but descends
    the gradient of their sum. Here both are the sum.

    Examples
    --------
    >>> from moonlet import MLPRegressor
    >>> from sklearn.datasets import make_friedman1
    >>> X, y = make_friedman1(200, random_state=0)
    >>> network = MLPRegressor(hidden_layer_sizes=(10,), solver="lbfgs", alpha=1.0, max_iter=2000)
    >>> network.set_params(random_state=0).fit(X, y).score(X, y) > 0.8
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[object]]] = {
        **BaseMLP._parameter_constraints,
        "loss": [StrOptions({*losses_of("identity"), *losses_of("exp")})],
        "huber_delta": [Interval(Real, 0, None, closed="neither")],
        "quantile": [Interval(Real, 0, 1, closed="neither")],
    }

    def __init__(
        self,
        loss: Loss = "squared_error",
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: Activation | Sequence[Activation] = "relu",
        *,
        solver: SolverName = "adam",
        alpha: float = 0.0001,
        batch_size: int | Literal["auto"] = "auto",
        learning_rate: Schedule = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: int | np.random.RandomState | None = None,
        tol: float = 1e-4,
        verbose: bool | int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15_000,
        huber_delta: float = 1.0,
        quantile: float = 0.5,
        dropout: float = 0.0,
        l1_ratio: float = 0.0,
        early_stopping_on: Literal["score", "loss"] = "score",
        init: Init = "glorot_uniform",
        n_jobs: int | None = None,
    ) -> None:
        self.loss = loss
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.huber_delta = huber_delta
        self.quantile = quantile
        self.dropout = dropout
        self.l1_ratio = l1_ratio
        self.early_stopping_on = early_stopping_on
        self.init = init
        self.n_jobs = n_jobs

    def fit(
        self,
        X: ArrayLike | Iterable[tuple[ArrayLike, ArrayLike]],
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        eval_set: tuple[ArrayLike, ...] | None = None,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Finite numbers. float32 is computed in 32 bit, anything else in 64.
            (+) A `numpy.memmap` that is larger than half of the memory this process may have is
            trained on in windows of blocks, by "adam" and "sgd". So are batches ``(X, y)``, of
            any iterable, for ``y=None``, and `moonlet.data.ParquetRows`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Finite numbers; for "poisson" none below 0.
        sample_weight : array-like of shape (n_samples,), default=None
            None negative, not all zero. A weight of 0 is as if the row were
            not there, a weight of 2 as if it were there twice.
        eval_set : tuple (X, y) or (X, y, sample_weight), default=None
            (+) Rows to watch: they fill `validation_loss_curve_` and
            `validation_scores_`, and ``early_stopping`` goes by them instead of a
            part of `X`. They are taken as they are: after a scaler in a Pipeline, use
            `X_val`.
        X_val, y_val, sample_weight_val : array-like, default=None
            (+) The same one by one, as scikit-learn's HistGradientBoosting has them. With
            metadata routing and ``Pipeline(..., transform_input=["X_val"])`` they go
            through the pipeline's earlier steps like `X`.

        Returns
        -------
        self : MLPRegressor

        Raises
        ------
        DivergedError
            If training left the finite numbers. The estimator is then unfitted.
        ValueError
            If a parameter, `X`, `y`, a weight or the rows to watch are not allowed; what an
            earlier `fit` learned stays.
        KeyboardInterrupt
            On Ctrl-C. An earlier `fit` stays; where there is none, or with `warm_start`,
            what was reached is kept, and `stop_reason_` is "interrupted".

        Warns
        -----
        ConvergenceWarning
            If `max_iter` or `max_fun` was reached first, or if training diverged and
            early stopping had kept good weights.
        """
        return self._fit(
            X, y, sample_weight, watched_rows(eval_set, X_val, y_val, sample_weight_val)
        )

    @available_if(is_stochastic)  # type: ignore[untyped-decorator]
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Do one pass over the rows, from where the network stands.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        self : MLPRegressor
        """
        return self._partial_fit(Given(X, y, sample_weight), None)

    def predict(self, X: ArrayLike) -> NDArray[np.floating]:
        """Value for each row.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)

        Returns
        -------
        values : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In float32 when `X` and the weights are.
        """
        quick = self._quick
        values = None if quick is None else quick(vars(self), X)
        if values is None:
            values = self._twin({})._outputs(X)
        return values.ravel() if values.shape[1] == 1 else values

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = LOSSES[self.loss].outputs == ("exp",)
        return tags

    # --- What BaseMLP asks for -----------------------------------------------------------

    def _known_coding(self) -> ValueCoding:
        return ValueCoding(output_of_loss(self.loss, self.n_outputs_), self.n_outputs_)

    def _code_plainly(
        self, y: object, n_rows: int, dtype: Any, known: Known | None
    ) -> tuple[NDArray[Any], ValueCoding] | None:
        values = plain.numbers(y, n_rows)
        return None if values is None else self._code(values, dtype, known)

    def _code(self, y: Any, dtype: Any, known: Known | None) -> tuple[NDArray[Any], ValueCoding]:
        values = read_values(y, dtype, self.loss)
        n_outputs = values.shape[1]
        if known is None or known.coding.n_outputs != n_outputs:
            return values, ValueCoding(output_of_loss(self.loss, n_outputs), n_outputs)
        return values, known.coding

    def _learned_of(self, coding: ValueCoding) -> dict[str, Any]:
        return {}
