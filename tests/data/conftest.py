from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moonlet.data import load
from moonlet.data.opening import open_table
from moonlet.exceptions import DataError


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table, text or bytes, and gives its path."""

    def write(contents: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
        return path

    return write


@pytest.fixture
def refusal(write: Callable[..., Path]) -> Callable[..., str]:
    """What `load` says of a table after the name of the file: one line, and never nothing."""

    def refusal(contents: str | bytes, name: str = "table.csv", **options: Any) -> str:
        path = write(contents, name)
        with pytest.raises(DataError) as caught:
            load(path, **options)
        message = str(caught.value)
        assert message.isprintable(), "one line, nothing that moves a terminal's cursor"
        assert message.startswith(str(path))
        return message.removeprefix(str(path)).lstrip(",: ")

    return refusal


@pytest.fixture
def refused(write: Callable[..., Path]) -> Callable[..., str]:
    """What `open_table` says of a file after its name: one line, and never nothing."""

    def refused(contents: str | bytes, name: str = "table.csv", **options: Any) -> str:
        path = write(contents, name)
        with pytest.raises(DataError) as caught:
            open_table(path, **options)
        message = str(caught.value)
        assert message.isprintable(), "one line, nothing that moves a terminal's cursor"
        assert message.startswith(str(path))
        return message.removeprefix(str(path)).lstrip(",: ")

    return refused
