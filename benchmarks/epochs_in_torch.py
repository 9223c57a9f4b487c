"""Mini-batch epochs in PyTorch, eager or with loss and gradient compiled."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from benchmarks.contest import Ready
from benchmarks.epochs import BATCH, CHECKED_EPOCHS, RATE, Problem, n_epochs, problem


def network(table: Problem) -> nn.Sequential:
    """Linear layers with ReLU between them, at the common start."""
    layers: list[nn.Module] = []
    for W, b in table.start():
        linear = nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Training:
    """A network, its optimizer and the rows."""

    def __init__(self, table: Problem, loss: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> None:
        self.X, self.y = torch.from_numpy(table.X), torch.from_numpy(table.y)
        self.network = network(table)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=RATE, fused=True)
        self.loss = loss

    def epoch(self, order: Tensor) -> float:
        """One pass over the rows in this order; the mean loss over them."""
        total = torch.zeros(())
        for rows in order.split(BATCH):
            self.optimizer.zero_grad()
            loss = self.loss(self.network, self.X[rows], self.y[rows])
            loss.backward()
            self.optimizer.step()
            total += loss.detach() * len(rows)
        return float(total) / len(order)


def mean_log_loss(network: nn.Module, X: Tensor, y: Tensor) -> Tensor:
    """Of one batch."""
    return nn.functional.cross_entropy(network(X), y)


def _ready(name: str, quick: bool, loss: Callable[[nn.Module, Tensor, Tensor], Tensor]) -> Ready:
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
        compile_seconds=first if loss is not mean_log_loss else None,
    )


def eager(name: str, quick: bool) -> Ready:
    """As one writes it."""
    return _ready(name, quick, mean_log_loss)


def compiled(name: str, quick: bool) -> Ready:
    """Loss and gradient as two compiled graphs for every size of a batch."""
    return _ready(name, quick, torch.compile(mean_log_loss, dynamic=False))
