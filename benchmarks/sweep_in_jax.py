"""The tutorial's sweep in JAX: one program a size, or one vmap over all sizes."""

from __future__ import annotations

import time
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contest import Ready
from benchmarks.moons import ALPHA, CHECKED_PASSES, PASSES, RATE, SIZES, X, start, y

jax.config.update("jax_enable_x64", True)

ROWS, TARGETS = jnp.asarray(X), jnp.asarray(np.eye(2)[y])


def loss(parameters: list[Any]) -> Any:
    """Mean log loss and penalty."""
    W1, b1, W2, b2 = parameters
    scores = jnp.tanh(ROWS @ W1 + b1) @ W2 + b2
    data_loss = -(TARGETS * jax.nn.log_softmax(scores)).sum()
    return (data_loss + ALPHA / 2 * ((W1**2).sum() + (W2**2).sum())) / len(X)


def descend(parameters: list[Any], passes: int) -> list[Any]:
    """Full-batch gradient descent."""

    def step(_: int, parameters: list[Any]) -> list[Any]:
        return [p - RATE * g for p, g in zip(parameters, jax.grad(loss)(parameters), strict=True)]

    return jax.lax.fori_loop(0, passes, step, parameters)


def fori_loops(quick: bool) -> Ready:
    """A program for each size, all dispatched before the first is waited for."""
    starts = [[jnp.asarray(p) for p in start(units)] for units in SIZES]
    began = time.perf_counter()
    programs = [jax.jit(descend).lower(first, PASSES).compile() for first in starts]
    compile_seconds = time.perf_counter() - began

    def run(passes: int) -> list[Any]:
        pairs = zip(programs, starts, strict=True)
        return jax.block_until_ready([program(first, passes) for program, first in pairs])

    return Ready(
        lambda: run(PASSES),
        answers={"softmax losses": [loss(last) for last in run(CHECKED_PASSES)]},
        compile_seconds=compile_seconds,
    )


def padded(parameters: list[Any]) -> list[Any]:
    """The same network with units added that give 0 and whose gradient is 0, up to 50."""
    W1, b1, W2, b2 = parameters
    more = max(SIZES) - len(b1)
    return [
        np.pad(W1, ((0, 0), (0, more))),
        np.pad(b1, (0, more)),
        np.pad(W2, ((0, more), (0, 0))),
        b2,
    ]


def padded_vmap(quick: bool) -> Ready:
    """One program for all sizes."""
    networks = [padded(start(units)) for units in SIZES]
    starts = [jnp.stack(parts) for parts in zip(*networks, strict=True)]
    began = time.perf_counter()
    program = jax.jit(jax.vmap(descend, (0, None))).lower(starts, PASSES).compile()
    compile_seconds = time.perf_counter() - began
    checked = program(starts, CHECKED_PASSES)
    return Ready(
        lambda: jax.block_until_ready(program(starts, PASSES)),
        answers={"softmax losses": jax.vmap(loss)(checked)},
        compile_seconds=compile_seconds,
    )
