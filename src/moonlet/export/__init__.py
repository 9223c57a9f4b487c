"""Models as ONNX files: out to any runtime, and back to an estimator.

A model file is one file of ONNX, the only format that moonlet writes or reads:
loading it never runs code, unlike a pickle. The file holds the whole way from a
table's columns to probabilities, in 64 bit.

Reading order: `graph` (how a graph is put together), `network` and `table`
(what is put into it), `description` (what the graph alone does not say),
`write`; then `screening` (what is refused unseen), `rebuild`, `read`. May
import everything up to `moonlet.study`; onnx is imported here and nowhere else.
"""

from __future__ import annotations

from moonlet.exceptions import MissingExtraError

try:
    import onnx  # noqa: F401  # the modules below need it: say so once, here
except ImportError as error:
    raise MissingExtraError(
        "Model files need the library onnx, which is not installed. "
        'Install it with: pip install "moonlet[export]"'
    ) from error

from moonlet.export.read import from_onnx
from moonlet.export.write import to_onnx

__all__ = ["from_onnx", "to_onnx"]
