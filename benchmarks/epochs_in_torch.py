"""Mini-batch epochs in PyTorch, eager or with loss and gradient compiled."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from benchmarks.contest import Ready
from benchmarks.epochs import CHECKED_EPOCHS, RATE, Problem, n_epochs, problem


def network(table: Problem) -> nn.Sequential:
    """Linear layers with their activation between them, at the common start."""
    layers: list[nn.Module] = []
    for W, b in table.start():
        linear = nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, nn.ReLU() if table.activation == "relu" else nn.Tanh()]
    return nn.Sequential(*layers[:-1])


Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]


class Training:
    """A network, its optimizer and the rows."""

    def __init__(self, table: Problem, loss: Loss) -> None:
        self.X, self.y = torch.from_numpy(table.X), torch.from_numpy(table.y)
        self.network = network(table)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE, fused=True)
        self.loss = loss
        self.batch = table.batch

    def epoch(self, order: Tensor) -> float:
        """One pass over the rows in this order; the mean loss over them."""
        total = torch.zeros(())
        whole = self.batch == len(order)  # then there is no order, and nothing to gather
        for rows in order.split(self.batch):
            X, y = (self.X, self.y) if whole else (self.X[rows], self.y[rows])
            self.optimizer.zero_grad()
            loss = self.loss(self.network, X, y)
            loss.backward()
            self.optimizer.step()
            total += loss.detach() * len(rows)
        return float(total) / len(order)


def mean_loss(network: nn.Module, X: Tensor, y: Tensor) -> Tensor:
    """Of one batch: log loss, or half the squared error, summed over outputs."""
    if y.ndim == 1:
        return nn.functional.cross_entropy(network(X), y)
    return nn.functional.mse_loss(network(X), y, reduction="sum") / (2 * len(y))


def _ready(name: str, quick: bool, loss: Loss) -> Ready:
    table = problem(name)
    n = len(table.X)
    began = time.perf_counter()
    Training(table, loss).epoch(torch.arange(n))
    first = time.perf_counter() - began
    checked = Training(table, loss)
    losses = [checked.epoch(torch.arange(n)) for _ in range(CHECKED_EPOCHS)]
    timed = Training(table, loss)
    epochs = n_epochs(name, quick)
    return Ready(
        lambda: [timed.epoch(torch.randperm(n)) for _ in range(epochs)],
        answers={"losses of the first epochs": losses},
        share=epochs,
        compile_seconds=first if loss is not mean_loss else None,
    )


def eager(name: str, quick: bool) -> Ready:
    """As one writes it."""
    return _ready(name, quick, mean_loss)


def compiled(name: str, quick: bool) -> Ready:
    """Loss and gradient as two compiled graphs for every size of a batch."""
    return _ready(name, quick, torch.compile(mean_loss, dynamic=False))
