"""Downhill: plain descent in a few lines, then all that the engine's solvers add to it.

Legend
------
==========  =================================================================
``p, dp``   all weights and biases in one flat vector, and the loss's gradient there
``t``       passes done: an epoch is the pass of ``sgd`` and ``adam``
``rate``    the learning rate of the pass
``v, s``    what a solver remembers of earlier gradients: their means, and of their squares
==========  =================================================================

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323 (1986), 533-536.
.. [2] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press (2016),
       chapters 4 and 8.
.. [3] I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization
       and momentum in deep learning", ICML (2013).
.. [4] D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR (2015).
.. [5] I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts",
       ICLR (2017).
.. [6] J. Nocedal and S. J. Wright, "Numerical optimization", 2nd edition, Springer (2006).
.. [7] M. Al-Baali, "Numerical experience with a class of self-scaling quasi-Newton
       algorithms", Journal of Optimization Theory and Applications 96 (1998), 533-553.
.. [8] P. Ochs, Y. Chen, T. Brox and T. Pock, "iPiano: inertial proximal algorithm for nonconvex
       optimization", SIAM Journal on Imaging Sciences 7 (2014), 1388-1419.
.. [9] A. Beck and M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear
       inverse problems", SIAM Journal on Imaging Sciences 2 (2009), 183-202.
.. [10] P. Melchior, R. Joseph and F. Moolekamp, "Proximal Adam: robust adaptive update scheme for
       constrained optimization", arXiv:1910.10094 (2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.reference.backward_pass import loss_and_gradient
from moonlet.reference.chance import dropout_masks, shuffled_rows
from moonlet.reference.kinks import costs, least_gradient, soften
from moonlet.specs import Array, NetworkSpec, SolverSpec, TrainingSpec


def gd(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    learning_rate_init: float,
    alpha: float = 0.0,
    max_iter: int,
) -> tuple[Array, Array, Array]:
    """Descend the loss on all rows at a fixed rate: ``p <- p - learning_rate_init dp``.

    The gradient is that of the *mean* loss. Who descends the summed loss at rate
    r descends the mean at rate ``N r``: 0.01 on a sum over 200 rows is 2.0 here.
    Nothing stops early, and nothing warns of a rate that is too large: the
    curves then swing, or run off to inf and nan.

    Parameters
    ----------
    network, parameters, X, targets, alpha
        As for `loss`, with the same errors. The start is not overwritten.
    learning_rate_init : float
        Step on the mean gradient.
    max_iter : int
        Number of passes over the rows.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
        After the last pass.
    loss_curve : ndarray of shape (max_iter,)
        The loss with which each pass began.
    gradient_norm_curve : ndarray of shape (max_iter,)
        Euclidean norm of the gradient with which each pass began.

    References
    ----------
    Equation 8 of [1]_; section 4.3 of [2]_.

    Examples
    --------
    >>> line, X, Y = NetworkSpec((1, 1), (), "identity"), [[1.0], [-1.0]], [[1.0], [-1.0]]
    >>> p, losses, norms = gd(line, [0.0, 0.0], X, Y, learning_rate_init=1.0, max_iter=2)
    >>> p.tolist(), losses.tolist(), norms.tolist()
    ([1.0, 0.0], [0.5, 0.0], [1.0, 0.0])
    """
    p = np.array(parameters, dtype=np.float64)
    loss_curve, gradient_norm_curve = np.empty(max_iter), np.empty(max_iter)
    with np.errstate(over="ignore", invalid="ignore"):  # the curves tell
        for t in range(max_iter):
            loss_curve[t], dp = loss_and_gradient(network, p, X, targets, alpha=alpha)
            gradient_norm_curve[t] = np.linalg.norm(dp)
            p -= learning_rate_init * dp
    return p, loss_curve, gradient_norm_curve


# --- What sgd and adam add: a rate that changes, mini-batches, memory ------------------------


def descend(
    spec: TrainingSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
) -> tuple[Array, Array, Array]:
    """Descend as the engine does with "gd", "sgd" and "adam", for all of `max_iter` passes.

    Parameters
    ----------
    spec : TrainingSpec
        What would end training early is not looked at, nor is the schedule "adaptive",
        which lowers the rate where training would end.
    parameters, X, targets, sample_weight
        As for `loss`, with the same errors. The start is not overwritten.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
        After the last pass.
    loss_curve, gradient_norm_curve : ndarray of shape (max_iter,)
        What each update of a pass began with, as a mean over the pass's rows.

    Raises
    ------
    ValueError
        If the solver is "lbfgs" or the schedule "adaptive".

    References
    ----------
    Algorithm 8.1 of [2]_.

    Examples
    --------
    >>> from moonlet.specs import StopRule
    >>> line, X, Y = NetworkSpec((1, 1), (), "identity"), [[1.0], [-1.0]], [[1.0], [-1.0]]
    >>> spec = TrainingSpec(line, SolverSpec("adam", 0.5), StopRule(max_iter=2))
    >>> p, losses, norms = descend(spec, [0.0, 0.0], X, Y)
    >>> p.round(6).tolist(), losses.round(6).tolist()
    ([0.96609, 0.0], [0.5, 0.125])
    """
    solver, n_passes = spec.solver, spec.stop.max_iter
    p, X, Y = (np.array(values, dtype=np.float64) for values in (parameters, X, targets))
    weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    step = _stepper(solver)
    loss_curve, gradient_norm_curve = np.zeros(n_passes), np.zeros(n_passes)
    with np.errstate(over="ignore", invalid="ignore"):  # the curves tell
        for t in range(n_passes):
            rate = learning_rate(solver, t, n_passes, len(X))
            for rows in batches(solver, len(X), t):
                masks = None
                if spec.dropout > 0.0:
                    masks = dropout_masks(
                        spec.network, rows, dropout=spec.dropout, seed=solver.seed, epoch=t
                    )
                weight = None if weights is None else weights[rows]
                value, dp = loss_and_gradient(
                    spec.network,
                    p,
                    X[rows],
                    Y[rows],
                    alpha=(1.0 - spec.l1_ratio) * spec.alpha,
                    sample_weight=weight,
                    masks=masks,
                )
                N = len(rows) if weight is None else weight.sum()
                cost = costs(spec.network, spec.l1_ratio * spec.alpha / N)
                norm = np.linalg.norm(least_gradient(p, dp, cost))
                value += float((cost * np.abs(p)).sum())
                p = step.softened(p, dp, rate, cost) if spec.l1_ratio > 0.0 else p + step(dp, rate)
                loss_curve[t] += value * len(rows) / len(X)
                gradient_norm_curve[t] += norm * len(rows) / len(X)
    return p, loss_curve, gradient_norm_curve


def learning_rate(solver: SolverSpec, t: int, n_passes: int, n_samples: int) -> float:
    """Return the rate of the pass that has `t` of `n_passes` before it.

    ===============  ===============================================================
    ``constant``     ``learning_rate_init``
    ``invscaling``   the same over ``(rows seen + 1) ** power_t``, scikit-learn's count
    ``step``         a tenth of it after half of the passes, a hundredth after three quarters
    ``exponential``  falling evenly, on a logarithmic scale, towards a hundredth
    ``cosine``       half a wave, towards 0: equation 5 of [5]_ without restarts
    ``linear``       a straight line, towards 0
    ===============  ===============================================================

    >>> learning_rate(SolverSpec("sgd", 1.0, schedule="cosine"), 5, 10, n_samples=100)
    0.5
    """
    first, done = solver.learning_rate_init, t / n_passes
    if solver.schedule == "adaptive":
        raise ValueError(
            "schedule must not be 'adaptive' here: it depends on when training would stop. "
            "Use 'constant', or the engine."
        )
    if solver.schedule == "invscaling":
        return float(first / (t * n_samples + 1) ** solver.power_t)
    if solver.schedule == "step":
        return first if done < 0.5 else 0.1 * first if done < 0.75 else 0.01 * first
    if solver.schedule == "exponential":
        return float(first * 0.01**done)
    if solver.schedule == "cosine":
        return float(first * 0.5 * (1.0 + np.cos(np.pi * done)))
    if solver.schedule == "linear":
        return first * (1.0 - done)
    if solver.schedule == "constant":
        return first
    raise ValueError(f"the reference has no schedule {solver.schedule!r}. Write it in {__name__}.")


def batches(solver: SolverSpec, n_samples: int, epoch: int) -> Iterator[NDArray[np.int64]]:
    """Cut the rows of a pass into mini-batches, in the pass's own order; "gd" takes all at once.

    >>> [rows.tolist() for rows in batches(SolverSpec("sgd", batch_size=2), 5, epoch=0)]
    [[0, 1], [3, 2], [4]]
    """
    if solver.name == "gd":
        yield np.arange(n_samples)
        return
    rows = np.arange(n_samples)
    if solver.shuffle:
        rows = shuffled_rows(n_samples, solver.seed, epoch)
    for start in range(0, n_samples, solver.batch_size):
        yield rows[start : start + solver.batch_size]


def _stepper(solver: SolverSpec) -> Momentum | Adam:
    """Return what a solver adds to p for a gradient and a rate."""
    if solver.name == "gd":
        return Momentum(0.0, nesterov=False)
    if solver.name == "sgd":
        return Momentum(solver.momentum, nesterov=solver.nesterovs_momentum)
    if solver.name == "adam":
        return Adam(solver.beta_1, solver.beta_2, solver.epsilon)
    raise ValueError(
        f"the solver must be 'gd', 'sgd' or 'adam' here. Got {solver.name!r} instead. "
        "Use the engine, and `bfgs_direction` or `lbfgs_direction` to check its steps."
    )


class Momentum:
    """Steps that go on in the direction of those before, equations 1 to 4 of [3]_.

    ::

        v <- momentum v - rate dp
        p <- p + v                        or, with Nesterov's momentum,
        p <- p + momentum v - rate dp

    Examples
    --------
    >>> heavy = Momentum(0.9, nesterov=False)
    >>> [heavy(np.array([1.0]), 0.1).round(6).item() for _ in range(3)]
    [-0.1, -0.19, -0.271]
    """

    def __init__(self, momentum: float, *, nesterov: bool) -> None:
        self.momentum, self.nesterov = momentum, nesterov
        self.v: Array | float = 0.0

    def __call__(self, dp: Array, rate: float) -> Array:
        """Return the step."""
        self.v = self.momentum * self.v - rate * dp
        return self.momentum * self.v - rate * dp if self.nesterov else self.v

    def softened(self, p: Array, dp: Array, rate: float, cost: Array) -> Array:
        """Return p after a step where size costs: [8]_, and with Nesterov's momentum [9]_.

        The momentum is what x moved by, softening included. Nesterov's keeps p ahead of x,
        where the gradient is to be taken.
        """
        onward = self.momentum * self.v
        x, ahead = (p - onward, p) if self.nesterov else (p, p + onward)
        to = soften(ahead - rate * dp, rate * cost)
        self.v = to - x
        return to + self.momentum * self.v if self.nesterov else to


class Adam:
    """Steps of about `rate` in every parameter, however large its gradient: algorithm 1 of [4]_.

    ::

        v <- beta_1 v + (1 - beta_1) dp          s <- beta_2 s + (1 - beta_2) dp^2
        p <- p - rate sqrt(1 - beta_2^k) / (1 - beta_1^k) v / (sqrt(s) + epsilon)

    at the k-th update, written as at the end of section 2 there.

    Examples
    --------
    >>> adam = Adam(0.9, 0.999, 1e-8)
    >>> adam(np.array([5.0, 0.01]), 0.1).round(6).tolist()
    [-0.1, -0.099997]
    """

    def __init__(self, beta_1: float, beta_2: float, epsilon: float) -> None:
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.v: Array | float = 0.0
        self.s: Array | float = 0.0
        self.k = 0

    def __call__(self, dp: Array, rate: float) -> Array:
        """Return the step."""
        self.k += 1
        self.v = self.beta_1 * self.v + (1.0 - self.beta_1) * dp
        self.s = self.beta_2 * self.s + (1.0 - self.beta_2) * dp**2
        corrected = rate * np.sqrt(1.0 - self.beta_2**self.k) / (1.0 - self.beta_1**self.k)
        step: Array = -corrected * self.v / (np.sqrt(self.s) + self.epsilon)
        return step

    def softened(self, p: Array, dp: Array, rate: float, cost: Array) -> Array:
        """Return p after a step where size costs: softened by each weight's own rate, [10]_."""
        ahead = p + self(dp, rate)
        of_mean = rate * np.sqrt(1.0 - self.beta_2**self.k)
        return soften(ahead, of_mean / (np.sqrt(self.s) + self.epsilon) * cost)


# --- What lbfgs adds: the curvature that earlier steps met -----------------------------------


def bfgs_direction(dp: Array, steps: Sequence[Array], changes: Sequence[Array]) -> Array:
    """Return the direction in which "lbfgs" searches with 64 parameters or fewer, downhill.

    Where the loss is a bowl, a step changes the gradient by the step times the matrix of
    second derivatives, and the bottom lies ``-H dp`` away, where H is that matrix's inverse.
    BFGS makes its H such that it explains the last step and is otherwise as before: equation
    6.17 of [6]_, begun with the scale of 6.20. Before that all of H grows where the step
    found less curvature than H has it: [7]_.

    Parameters
    ----------
    dp : ndarray of shape (n_parameters,)
    steps, changes : sequence of ndarray of shape (n_parameters,), oldest first
        Of p and of dp, all since the start. The products of a step and its change must be
        above 0.

    Examples
    --------
    A bowl twice as steep along the second axis, after a step along each:

    >>> steps = [np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    >>> changes = [np.array([1.0, 0.0]), np.array([0.0, 2.0])]
    >>> bfgs_direction(np.array([3.0, 3.0]), steps, changes).tolist()
    [-3.0, -1.5]
    """
    H = one = np.eye(len(dp))
    for k, (s, y) in enumerate(zip(steps, changes, strict=True)):
        rho = 1.0 / (s @ y)
        H = one * (s @ y) / (y @ y) if k == 0 else H * np.maximum(1.0, (s @ y) / (y @ H @ y))
        H = (one - rho * np.outer(s, y)) @ H @ (one - rho * np.outer(y, s)) + rho * np.outer(s, s)
    direction: Array = -H @ dp
    return direction


def lbfgs_direction(dp: Array, steps: Sequence[Array], changes: Sequence[Array]) -> Array:
    """Return the direction in which "lbfgs" searches with more than 64 parameters, downhill.

    That of BFGS from the last ten steps, without its matrix: algorithm 7.4 of [6]_.

    Parameters
    ----------
    dp : ndarray of shape (n_parameters,)
    steps, changes : sequence of ndarray of shape (n_parameters,), oldest first
        Of p and of dp. The products of a step and its change must be above 0.

    Examples
    --------
    A bowl twice as steep along the second axis, after a step along each:

    >>> steps = [np.array([1.0, 0.0]), np.array([0.0, 1.0])]
    >>> changes = [np.array([1.0, 0.0]), np.array([0.0, 2.0])]
    >>> lbfgs_direction(np.array([3.0, 3.0]), steps, changes).tolist()
    [-3.0, -1.5]
    """
    d = dp.copy()
    pairs = [(s, y, 1.0 / (s @ y)) for s, y in zip(steps, changes, strict=True)]
    parts = []
    for s, y, rho in reversed(pairs):
        parts.append(rho * (s @ d))
        d -= parts[-1] * y
    if pairs:
        s, y, _ = pairs[-1]
        d *= (s @ y) / (y @ y)  # equation 7.20
    for s, y, rho in pairs:
        d += (parts.pop() - rho * (y @ d)) * s
    return -d
