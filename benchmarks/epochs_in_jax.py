"""Mini-batch epochs in JAX: one program an epoch."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contest import Ready
from benchmarks.epochs import CHECKED_EPOCHS, RATE, n_epochs, problem

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def mean_loss(layers: list[Any], X: Any, y: Any) -> Any:
    """Of one batch: log loss after ReLU, or half the squared error after tanh."""
    activation = jax.nn.relu if y.ndim == 1 else jnp.tanh
    for W, b in layers[:-1]:
        X = activation(X @ W + b)
    W, b = layers[-1]
    if y.ndim > 1:
        return ((X @ W + b - y) ** 2).sum() / (2 * len(y))
    return -jnp.take_along_axis(jax.nn.log_softmax(X @ W + b), y[:, None], axis=1).mean()


def adam(state: Any, X: Any, y: Any) -> tuple[Any, Any]:
    """One step; state and the sum of the losses."""
    layers, mean, square, t = state
    loss, gradient = jax.value_and_grad(mean_loss)(layers, X, y)
    t = t + 1
    mean = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, mean, gradient)
    square = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, square, gradient)
    rate = RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    layers = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), layers, mean, square
    )
    return (layers, mean, square, t), loss * len(y)


def epoch(batch: int, state: Any, X: Any, y: Any, order: Any) -> tuple[Any, Any]:
    """All batches of this order, the last one short if need be; state and mean loss."""
    if batch == len(order):  # then there is no order, and nothing to gather
        state, total = adam(state, X, y)
        return state, total / len(order)
    whole = len(order) // batch * batch

    def step(state: Any, rows: Any) -> tuple[Any, Any]:
        return adam(state, X[rows], y[rows])

    state, losses = jax.lax.scan(step, state, order[:whole].reshape(-1, batch))
    total = losses.sum()
    if whole < len(order):
        state, last = step(state, order[whole:])
        total = total + last
    return state, total / len(order)


def scanned(name: str, quick: bool) -> Ready:
    """jit of an epoch."""
    table = problem(name)
    X, y = jnp.asarray(table.X), jnp.asarray(table.y)
    n, epochs = len(table.X), n_epochs(name, quick)

    def fresh() -> Any:
        layers = [(jnp.array(W), jnp.array(b)) for W, b in table.start()]
        zeros = [jax.tree.map(jnp.zeros_like, layers) for _ in range(2)]
        return layers, *zeros, jnp.float32(0.0)

    began = time.perf_counter()
    in_order = jnp.arange(n)
    program = (
        jax.jit(partial(epoch, table.batch), donate_argnums=0)
        .lower(fresh(), X, y, in_order)
        .compile()
    )
    compile_seconds = time.perf_counter() - began

    state, losses = fresh(), []
    for _ in range(CHECKED_EPOCHS):
        state, loss = program(state, X, y, in_order)
        losses.append(float(loss))
    random = np.random.default_rng(0)
    timed = [fresh()]

    def work() -> None:
        state = timed[0]
        for _ in range(epochs):
            state, _ = program(state, X, y, jnp.asarray(random.permutation(n).astype(np.int32)))
        timed[0] = jax.block_until_ready(state)

    return Ready(
        work,
        answers={"losses of the first epochs": losses},
        share=epochs,
        compile_seconds=compile_seconds,
    )
