"""How fast is the matrix kernel beside OpenBLAS, on the shapes of a wide layer?

Float32, one thread, 200 samples, 784 inputs, 100 outputs: the values of the layer, and the
gradient of its weights. The kernel is the engine's own, compiled alone by `make bench`.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contest import AbsentError, Case, Contender, Goal, Ready
from moonlet import engine

SAMPLES, INPUTS, OUTPUTS = 200, 784, 100
CALLS = 20
BUILT = Path(__file__).parents[1] / "build/matrix_kernel"

Floats = NDArray[np.float32]


def aligned(*shape: int) -> Floats:
    """Zeros that begin at a whole cache line, as the engine's do."""
    size = int(np.prod(shape))
    room = np.zeros(size + 16, dtype=np.float32)
    skip = -room.ctypes.data % 64 // 4
    return room[skip : skip + size].reshape(shape)


def factors() -> tuple[Floats, Floats, Floats]:
    """X with a row a sample, W, and the deltas D with a row a sample."""
    random = np.random.default_rng(0)
    shapes = ((SAMPLES, INPUTS), (INPUTS, OUTPUTS), (SAMPLES, OUTPUTS))
    X, W, D = (random.standard_normal(shape, dtype=np.float32) for shape in shapes)
    return X, W, D


def norms(product: Floats) -> list[float]:
    """Of each row: what must agree."""
    return np.linalg.norm(product.astype(np.float64), axis=1).tolist()


def library(level: str) -> ctypes.CDLL:
    """The kernel compiled for this level."""
    info = engine.info()
    if level not in info.levels or level > info.level:
        raise AbsentError(f"this machine has no {level}")
    (found,) = list(BUILT.glob(f"libmatrix_kernel_{level}.*")) or [None]
    if found is None:
        raise AbsentError("the kernel is not built: `make bench` does it")
    loaded = ctypes.CDLL(str(found))
    loaded.stride_of.restype = ctypes.c_long
    loaded.stride_of.argtypes = [ctypes.c_long]
    for function in (loaded.forward, loaded.gradient):
        function.restype = None
        function.argtypes = [ctypes.c_long] * 3 + [ctypes.c_void_p] * 4
    return loaded


def ours(level: str, product: str, quick: bool) -> Ready:
    """Rows of samples, padded to whole registers, as the engine has them."""
    kernel = library(level)
    stride = kernel.stride_of(SAMPLES)
    X, W, D = factors()
    rows, deltas = aligned(INPUTS, stride), aligned(OUTPUTS, stride)
    rows[:, :SAMPLES], deltas[:, :SAMPLES] = X.T, D.T
    weights = aligned(INPUTS, OUTPUTS)
    weights[:] = W
    b, Z = aligned(OUTPUTS), aligned(OUTPUTS, stride)
    room, dW = aligned(stride, kernel.stride_of(OUTPUTS)), aligned(INPUTS, OUTPUTS)

    def forward() -> None:
        kernel.forward(INPUTS, OUTPUTS, SAMPLES, *_at(weights, b, rows, Z))

    def gradient() -> None:
        kernel.gradient(INPUTS, OUTPUTS, SAMPLES, *_at(rows, deltas, room, dW))

    call = forward if product == "forward" else gradient
    call()
    result = Z[:, :SAMPLES].T if product == "forward" else dW.copy()
    return Ready(_repeated(call), answers={product: norms(result)}, share=CALLS)


def open_blas(by_row: bool, product: str, quick: bool) -> Ready:
    """NumPy's matmul into an array that is there: one sgemm."""
    X, W, D = factors()
    out: Floats
    if product == "forward":
        left, right = (X, W) if by_row else (W.T, np.ascontiguousarray(X.T))
    else:
        left = X.T if by_row else np.ascontiguousarray(X.T)
        right = D if by_row else np.ascontiguousarray(D.T).T
    out = np.empty((left.shape[0], right.shape[1]), dtype=np.float32)

    def call() -> None:
        np.matmul(left, right, out=out)

    call()
    result = out.T if product == "forward" and not by_row else out
    return Ready(_repeated(call), answers={product: norms(result)}, share=CALLS)


def _at(*arrays: Floats) -> list[int]:
    return [array.ctypes.data for array in arrays]


def _repeated(call: Any) -> Any:
    def work() -> None:
        for _ in range(CALLS):
            call()

    return work


def cases() -> list[Case]:
    """Forward and gradient."""
    here = "how_fast_is_the_matrix_kernel"
    made = []
    for product, done in (("forward", "values"), ("gradient", "weight gradient")):
        what = {"product": product}
        contenders = [
            Contender(
                f"moonlet at {level}",
                "moonlet",
                f"{here}:ours",
                {**what, "level": level},
                tolerance=1e-5,  # 784 products in 24 bits
            )
            for level in ("v4", "v3")
        ]
        contenders += [
            Contender(
                f"OpenBLAS, {layout}",
                "OpenBLAS",
                f"{here}:open_blas",
                {**what, "by_row": by_row},
                tolerance=1e-5,
            )
            for layout, by_row in (("a row a sample", True), ("a row a feature", False))
        ]
        made.append(
            Case(
                f"matrix kernel, {done}",
                contenders,
                [
                    Goal("OpenBLAS", f"moonlet at {level}", 1.0, title=f"OpenBLAS, by {level}")
                    for level in ("v4", "v3")
                ],
                "a product",
                f"{SAMPLES} × {INPUTS} × {OUTPUTS} in 32 bit, one thread. OpenBLAS through NumPy, "
                "in both layouts, with whatever instructions it chooses. moonlet's weight gradient "
                "contains transposing the deltas and adding to what is there.",
            )
        )
    return made


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
