"""The tutorial's sweep in PyTorch: autograd with its fused optimizer, or a compiled step."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmarks.contest import Ready
from benchmarks.moons import ALPHA, CHECKED_PASSES, PASSES, RATE, SIZES, X, start, y

ROWS, LABELS = torch.from_numpy(X), torch.from_numpy(y)
PENALTY = ALPHA / len(X)  # torch.compile fails on a guard for a NumPy array inside a graph

Parameters = tuple[Tensor, ...]


def loss(parameters: Parameters) -> Tensor:
    """Mean log loss and penalty."""
    W1, b1, W2, b2 = parameters
    scores = torch.addmm(b2, torch.tanh(torch.addmm(b1, ROWS, W1)), W2)
    penalty = W1.square().sum() + W2.square().sum()
    return cross_entropy(scores, LABELS) + PENALTY / 2 * penalty


def descend(units: int, passes: int) -> float:
    """As one writes it: the penalty is the optimizer's weight decay."""
    parameters = tuple(torch.tensor(p, requires_grad=True) for p in start(units))
    W1, b1, W2, b2 = parameters
    decayed = {"params": [W1, W2], "weight_decay": PENALTY}
    optimizer = torch.optim.SGD([decayed, {"params": [b1, b2]}], lr=RATE, fused=True)
    for _ in range(passes):
        optimizer.zero_grad()
        scores = torch.addmm(b2, torch.tanh(torch.addmm(b1, ROWS, W1)), W2)
        cross_entropy(scores, LABELS).backward()
        optimizer.step()
    return loss(parameters).item()


def step(parameters: Parameters) -> Parameters:
    """One pass: loss, gradient and update in one graph."""
    gradient = torch.func.grad(loss)(parameters)
    return tuple(p - RATE * g for p, g in zip(parameters, gradient, strict=True))


def descend_compiled(
    steps: dict[int, Callable[[Parameters], Parameters]], units: int, passes: int
) -> float:
    """The same with one compiled step."""
    parameters = tuple(torch.from_numpy(p) for p in start(units))
    compiled = steps[units]
    with torch.no_grad():
        for _ in range(passes):
            parameters = compiled(parameters)
    return loss(parameters).item()


def _ready(
    descend: Callable[[int, int], float], passes: int, compile_seconds: float | None
) -> Ready:
    return Ready(
        lambda: [descend(units, passes) for units in SIZES],
        answers={"softmax losses": [descend(units, CHECKED_PASSES) for units in SIZES]},
        share=passes / PASSES,
        compile_seconds=compile_seconds,
    )


def eager(quick: bool) -> Ready:
    """Autograd."""
    return _ready(descend, 200 if quick else 500, None)


def compiled(quick: bool) -> Ready:
    """torch.compile."""
    steps = {units: torch.compile(step, dynamic=False) for units in SIZES}
    began = time.perf_counter()
    for units in SIZES:
        descend_compiled(steps, units, 1)
    compile_seconds = time.perf_counter() - began
    return _ready(partial(descend_compiled, steps), 1_000, compile_seconds)
