"""Tables to learn from: toy sets, the sets that scikit-learn ships, CSV, TSV and Parquet files.

`load` gives a `Dataset`; `make_preprocessor` gives the transformer that turns
its features into a network's inputs. A file is read as it stands or refused
with a `DataError` that names line, column and cure.

Begin with `sources` (a name or a file, and what becomes of it), then `schema`, `infer` and
`preprocess`: how a column is read, and how that is found out and applied.

May import `moonlet.blocks`, the engine and what stands below them, and scikit-learn and
pandas; pyarrow only when a Parquet file is read.
"""

from __future__ import annotations

from moonlet.data.dataset import Dataset, fingerprint
from moonlet.data.parquet_rows import ParquetRows
from moonlet.data.preprocess import make_preprocessor
from moonlet.data.reader import TableReader
from moonlet.data.schema import Column, Schema
from moonlet.data.sources import DATASET_NAMES, load, read_table
from moonlet.data.target import Task
from moonlet.data.terms import add_terms
from moonlet.data.text_rows import TextRows
from moonlet.data.writer import frame_to_csv, to_csv

__all__ = [
    "DATASET_NAMES",
    "Column",
    "Dataset",
    "ParquetRows",
    "Schema",
    "TableReader",
    "Task",
    "TextRows",
    "add_terms",
    "fingerprint",
    "frame_to_csv",
    "load",
    "make_preprocessor",
    "read_table",
    "to_csv",
]
