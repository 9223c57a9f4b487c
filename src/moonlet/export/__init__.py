"""Models as ONNX files: out to any runtime, and back to an estimator.

A model file is one file of ONNX, the only format that moonlet writes or reads:
loading it never runs code, unlike a pickle. The file holds the whole way from a
table's columns to probabilities, in 64 bit.

Reading order: `graph` (how a graph is put together), `network` and `table`
(what is put into it), `description` (what the graph alone does not say),
`write`; then `screening` (what is refused unseen), `rebuild`, `read`. `converter`
offers the networks to skl2onnx, for Pipelines with steps that moonlet does not know. May
import everything up to `moonlet.study`; onnx is imported here and nowhere else.
"""

from __future__ import annotations

import sys

from moonlet.exceptions import MissingExtraError

try:
    import onnx  # noqa: F401  # the modules below need it: say so once, here
except ImportError as error:
    raise MissingExtraError(
        "Model files need the library onnx, which is not installed. "
        'Install it with: pip install "moonlet[export]"'
    ) from error

from moonlet.export.converter import register_with_skl2onnx
from moonlet.export.read import from_onnx
from moonlet.export.write import to_onnx

__all__ = ["from_onnx", "register_with_skl2onnx", "to_onnx"]

# Who has imported it wants it; importing it for everyone would take seconds.
if "skl2onnx" in sys.modules:
    register_with_skl2onnx()
