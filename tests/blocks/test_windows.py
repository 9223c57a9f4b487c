from __future__ import annotations

import numpy as np
import pytest

from moonlet.blocks import Cut, MappedRows, read_window
from moonlet.blocks.windows import FEWEST_BLOCKS


@pytest.mark.parametrize("n_rows", [1, 7, 511, 512, 5_000, 131_072, 131_073, 10**7, 66_000_001])
@pytest.mark.parametrize("row_bytes", [8, 124, 8_000, 10**6, 10**9])
def test_a_pass_takes_each_row_once_in_windows_of_many_blocks(n_rows: int, row_bytes: int) -> None:
    if n_rows * row_bytes > 10**11:
        pytest.skip("larger than what is asked for")
    cut = Cut.of(n_rows, row_bytes)
    windows = cut.windows(np.random.default_rng(0))
    blocks = np.concatenate(windows)
    assert np.array_equal(np.sort(blocks), np.arange(cut.n_blocks))
    assert min(len(window) for window in windows) >= min(FEWEST_BLOCKS, cut.n_blocks)
    ends = [cut.stretches(window) for window in windows[:2]]
    for stretches in ends:
        assert all(0 <= begin < end <= n_rows for begin, end in stretches)
    last = cut.stretches(np.array([cut.n_blocks - 1]))
    assert last[0][1] == n_rows
    # Memory is bounded, but for rows so wide that 128 of them are more.
    most = max(len(window) for window in windows) * cut.block_rows * row_bytes
    assert most <= max(1 << 26, 256 * row_bytes)


def test_rows_that_are_held_out_are_in_no_window() -> None:
    X = np.arange(6_000.0).reshape(3_000, 2)
    rows = MappedRows(X, X[:, 0], lambda y: y, None)
    without = np.unique(np.random.default_rng(0).integers(0, 3_000, 700))
    cut = Cut.of(3_000, 24)
    seen = []
    for blocks in cut.windows(np.random.default_rng(1)):
        window = read_window(rows, cut.stretches(blocks), without)
        assert np.array_equal(window.X[:, 0], window.y)
        seen.append(window.X[:, 0] // 2)
    expected = np.setdiff1d(np.arange(3_000), without)
    assert np.array_equal(np.sort(np.concatenate(seen)), expected)
