from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moonlet.blocks import MappedRows


def mapped(folder: Path, mode: Any = "r", offset: int = 0) -> tuple[Any, NDArray[np.float32]]:
    X = np.random.default_rng(0).normal(size=(500, 7)).astype(np.float32)
    path = folder / "X.dat"
    path.write_bytes(b"\0" * offset + X.tobytes())
    return np.memmap(path, dtype=np.float32, mode=mode, offset=offset, shape=X.shape), X


def read(rows: MappedRows, begin: int, end: int) -> NDArray[Any]:
    out = np.empty((end - begin, rows.n_features), dtype=rows.dtype)
    rows.read(begin, end, out)
    return out


@pytest.mark.parametrize("offset", [0, 128, 4096, 5000])
@pytest.mark.parametrize("first", [0, 3])
@pytest.mark.parametrize("plain", [False, True])
def test_a_mapped_array_and_a_part_of_it_are_read_from_their_place(
    tmp_path: Path, offset: int, first: int, plain: bool
) -> None:
    memmap, X = mapped(tmp_path, offset=offset)
    memmap = np.asarray(memmap) if plain else memmap
    rows = MappedRows(memmap[first:], np.zeros(500 - first), np.asarray, None)
    assert rows._at is not None  # or the file would not be read at all
    assert np.array_equal(read(rows, 10, 90), X[first + 10 : first + 90])
    rows.close()


def test_a_system_that_cannot_read_at_a_place_reads_the_same_in_many_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "preadv")  # Windows has none
    memmap, X = mapped(tmp_path, offset=128)
    rows = MappedRows(memmap, np.zeros(500), np.asarray, None)
    stretches = [(at, at + 5) for at in range(0, 495, 3)]
    with ThreadPoolExecutor(4) as pool:
        for (begin, end), found in zip(
            stretches, pool.map(lambda at: read(rows, *at), stretches), strict=True
        ):
            assert np.array_equal(found, X[begin:end])
    rows.close()


@pytest.mark.parametrize("mode", ["c", "r+"])
def test_what_was_written_to_a_mapping_is_what_is_read(tmp_path: Path, mode: str) -> None:
    memmap, X = mapped(tmp_path, mode)
    memmap[4] = 5.0
    rows = MappedRows(memmap, np.zeros(500), np.asarray, None)
    assert np.array_equal(read(rows, 3, 5), np.stack([X[3], np.full(7, 5, np.float32)]))
    rows.close()


def test_the_first_row_that_is_not_finite_is_named(tmp_path: Path) -> None:
    memmap, _ = mapped(tmp_path, "r+")
    memmap[321, 2] = np.inf
    rows = MappedRows(memmap, np.zeros(500), np.asarray, None)
    with pytest.raises(ValueError, match=r"contains NaN, infinity.*first in row 321"):
        read(rows, 300, 400)
    rows.close()


def test_a_file_that_was_cut_off_is_told(tmp_path: Path) -> None:
    memmap, _ = mapped(tmp_path)
    rows = MappedRows(memmap, np.zeros(500), np.asarray, None)
    (tmp_path / "X.dat").write_bytes(b"\0" * 1000)
    with pytest.raises(ValueError, match=r"X\.dat has become shorter since training began"):
        read(rows, 100, 200)
    rows.close()
