"""The instruction-set levels: chosen by the machine or by MOONLET_LEVEL, the same bits."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from moonlet import _core, engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec


def weights_hash() -> str:
    """Train some unlike networks; hash all their weights."""
    random = np.random.RandomState(3)
    digest = hashlib.sha256()
    for hidden, solver, output, loss, activation, *dropout in (
        ((3,), "gd", "softmax", "log_loss", "tanh"),
        ((20, 7), "lbfgs", "softmax", "log_loss", "softplus"),
        ((), "lbfgs", "sigmoid", "log_loss", "relu"),
        ((50,), "gd", "identity", "squared_error", "tanh"),
        ((9, 2), "gd", "identity", "absolute_error", "gelu"),
        ((13,), "lbfgs", "identity", "huber", "silu"),
        ((6,), "gd", "identity", "quantile", "elu"),
        ((5, 5), "lbfgs", "exp", "poisson", "leaky_relu"),
        ((5, 6), "gd", "softmax", "log_loss", "tanh", 0.3),
        ((9,), "adam", "sigmoid", "log_loss", "silu", 0.3),
    ):
        outputs = {"softmax": 3, "sigmoid": 1, "identity": 2, "exp": 2}[output]
        activations = (activation,) * len(hidden)
        network = NetworkSpec((4, *hidden, outputs), activations, output, loss)
        targets = (
            np.eye(outputs)[random.randint(outputs, size=301)]
            if outputs > 1
            else random.randint(2, size=(301, 1))
        )
        data = engine.TrainingData(random.randn(301, 4), targets, random.rand(301))
        stop = StopRule(200, tol=0.0)
        spec = TrainingSpec(network, SolverSpec(solver, 0.3), stop, 0.1, *dropout)
        trainer = engine.Trainer(spec, data, random.randn(network.n_parameters) * 0.5)
        engine.train([trainer])
        digest.update(trainer.parameters.tobytes())
    return digest.hexdigest()


def hash_at(level: str) -> tuple[str, str]:
    """The level in use and the hash, in a process that is told the level."""
    code = (
        "from tests.test_levels import weights_hash\n"
        "from moonlet import engine\n"
        "print(engine.info().level, weights_hash())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MOONLET_LEVEL": level},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    used, value = done.stdout.split()
    return used, value


def test_v3_and_v4_give_the_same_bits() -> None:
    if engine.info().level != "v4":
        pytest.skip("this machine has no AVX-512")
    assert hash_at("v3") == ("v3", weights_hash())


def test_the_environment_chooses_the_level() -> None:
    for level in engine.info().levels[engine.info().levels.index(engine.info().level) :]:
        assert hash_at(level)[0] == level


def test_no_instruction_fuses_what_the_source_keeps_apart() -> None:
    # GCC 12 makes vfmaddsub of separate products and sums; then levels differ by an ulp.
    if not shutil.which("objdump"):
        pytest.skip("objdump is not installed")
    listing = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", _core.__file__],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "vfmaddsub" not in listing
    assert "vfmsubadd" not in listing
