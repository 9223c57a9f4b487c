"""What is refused before a model file is believed in anything.

A file from elsewhere may be anything at all: here it is only measured, parsed
as ONNX and looked over, and nothing in it is acted upon.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto

from moonlet.exceptions import ModelFileError
from moonlet.export.graph import DOMAINS, IR_VERSION

__all__ = ["MAX_BYTES", "MAX_LIGHT_BYTES", "light_bytes", "read_model", "refuse", "weights"]

MAX_BYTES = 256 * 2**20
# Of everything but weights. Parsed ONNX takes up to 75 times its size in memory (measured,
# with empty nodes), so this is what keeps a small file from filling a large machine.
MAX_LIGHT_BYTES = 4 * 2**20
# What a field counts at least: looking at millions of tiny ones takes seconds.
_LEAST = 16

# Where the weights lie in a file: ModelProto.graph, GraphProto.initializer, TensorProto.raw_data.
_TO_WEIGHTS = (7, 5, 9)

_WEIGHTS: Final[dict[int, np.dtype[np.floating]]] = {
    TensorProto.FLOAT: np.dtype("<f4"),
    TensorProto.DOUBLE: np.dtype("<f8"),
}

_NOT_ONNX = (
    "it is not an ONNX model as moonlet writes them, or was cut short or damaged. Copy it again, "
    "or write it again with moonlet.export.to_onnx."
)


def refuse(path: Path, reason: str, cause: BaseException | None = None) -> NoReturn:
    """Raise a `ModelFileError` of one line."""
    message = f"{path} cannot be loaded as a model: {reason}"
    raise ModelFileError(" ".join(message.split())) from cause


def read_model(path: Path) -> ModelProto:
    """Read a file as ONNX that moonlet could have written.

    Raises
    ------
    ModelFileError
        If there is no such file, or it is something else.
    """
    data = _read(path)
    if data[:1] == b"\x80" and data[-1:] == b".":
        refuse(
            path,
            "it is a pickle, and loading one would run the code in it. moonlet reads ONNX only: "
            "write the model with moonlet.export.to_onnx.",
        )
    if light_bytes(data) > MAX_LIGHT_BYTES:
        refuse(path, _NOT_ONNX)
    model = ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        refuse(path, _NOT_ONNX, error)
    if model.producer_name != "moonlet":
        refuse(
            path,
            "it was not written by moonlet, which reads back only its own models. Use "
            "onnxruntime for others.",
        )
    versions = {entry.domain: entry.version for entry in model.opset_import}
    if model.ir_version != IR_VERSION or versions != DOMAINS:
        refuse(
            path,
            f"it needs ONNX IR {model.ir_version} with operators {versions!r:.80}. This moonlet "
            f"reads IR {IR_VERSION} with {DOMAINS}: use the moonlet that wrote it.",
        )
    for tensor in model.graph.initializer:
        if tensor.data_location != TensorProto.DEFAULT or len(tensor.external_data):
            refuse(
                path,
                f"its {tensor.name!r:.40} refers to another file. A model is a single file, "
                "without outside references: write it again with moonlet.export.to_onnx.",
            )
    return model


def weights(path: Path, model: ModelProto, name: str) -> list[NDArray[np.floating]]:
    """Arrays called name_0, name_1 … among a model's constants, with their sizes checked.

    Raises
    ------
    ModelFileError
        If one has another type, size or number of dimensions than it claims, or
        holds NaN or infinity.
    """
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    found: list[NDArray[np.floating]] = []
    while (tensor := tensors.get(f"{name}_{len(found)}")) is not None:
        dims, size = list(tensor.dims), len(tensor.raw_data)
        dtype = _WEIGHTS.get(tensor.data_type)
        # Python's integers do not overflow, whatever the file claims.
        holds = 0 if dtype is None else dtype.itemsize * math.prod(dims)
        if dtype is None or holds != size or not all(dim > 0 for dim in dims):
            refuse(
                path,
                f"its {tensor.name} claims the shape {dims!r:.60} and holds {size} bytes, which "
                "do not match. The file is damaged: write it again.",
            )
        values = np.frombuffer(tensor.raw_data, dtype).astype(dtype.newbyteorder("=")).reshape(dims)
        if not np.isfinite(values).all():
            refuse(path, f"its {tensor.name} holds NaN or infinity. Train the network again.")
        found.append(values)
    return found


def light_bytes(data: bytes) -> int:
    """Count the bytes of an ONNX file that are not weights.

    Walks the encoding without parsing it, and stops above `MAX_LIGHT_BYTES`.
    What is not such an encoding counts as too large; a field counts as 16 bytes
    at least.

    Examples
    --------
    >>> from onnx import ModelProto
    >>> light_bytes(ModelProto(producer_name="moonlet").SerializeToString())
    16
    """
    try:
        return _light(memoryview(data), _TO_WEIGHTS)
    except (IndexError, OverflowError):
        return MAX_LIGHT_BYTES + 1


def _light(message: memoryview, to_weights: tuple[int, ...]) -> int:
    light = 0
    for field, header, payload in _fields(message):
        inside = 0
        if field != to_weights[0]:
            inside = len(payload)
        elif len(to_weights) > 1:
            inside = _light(payload, to_weights[1:])
        light += max(header + inside, _LEAST)
        if light > MAX_LIGHT_BYTES:
            raise OverflowError
    return light


def _fields(message: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    # protobuf: a field is a varint of number and type, then for type 0 a varint, for 1 and 5
    # eight and four bytes, for 2 a varint of the length and so many bytes. ONNX has no others.
    position = 0
    while position < len(message):
        start = position
        tag, position = _varint(message, position)
        length = {1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 in (0, 2):
            value, position = _varint(message, position)
            length = value if tag & 7 == 2 else 0
        elif length == 0:
            raise IndexError
        if position + length > len(message):
            raise IndexError
        yield tag >> 3, position - start, message[position : position + length]
        position += length


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise IndexError


def _read(path: Path) -> bytes:
    write_one = "Write one with moonlet.export.to_onnx or `moonlet fit`."
    # Nothing but a regular file: reading a pipe or a device could go on for ever.
    if not path.is_file():
        what = "it is not a file" if path.exists() else "there is no such file"
        refuse(path, f"{what}. {write_one}")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        refuse(path, f"it cannot be read ({error.strerror}).", error)
    if not data:
        refuse(path, f"it is empty. {write_one}")
    if len(data) > MAX_BYTES:
        refuse(path, f"it is larger than {MAX_BYTES // 2**20} MiB, more than moonlet writes.")
    return data
