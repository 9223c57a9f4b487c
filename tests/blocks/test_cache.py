from __future__ import annotations

import os
import shutil
from collections import namedtuple

import numpy as np
import pytest

from moonlet.blocks import RowCache

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("n_features", "n_targets"), [(1, 1), (30, 1), (5, 3), (40_000, 2)])
def test_rows_of_batches_of_any_length_come_back_from_any_place(
    dtype: type, n_features: int, n_targets: int
) -> None:
    generator = np.random.default_rng(0)
    sizes = generator.integers(1, 40 if n_features > 1000 else 3_000, 6).tolist()
    X = generator.normal(size=(sum(sizes), n_features)).astype(dtype)
    y = generator.normal(size=(len(X), n_targets)).astype(dtype)
    cache = RowCache(n_features, n_targets, np.dtype(dtype), len(X))
    for end, size in zip(np.cumsum(sizes), sizes, strict=True):
        cache.add(X[end - size : end], y[end - size : end])
    cache.finish()
    assert (cache.n_rows, cache.n_bytes) == (len(X), X.nbytes + y.nbytes)
    stretches = []
    for _ in range(8):
        begin, end = np.sort(generator.integers(0, len(X) + 1, 2)).tolist()
        out = np.empty((end - begin, n_features), dtype=dtype)
        cache.read(begin, end, out)
        assert np.array_equal(out, X[begin:end])
        stretches.append((begin, end))
    found = cache.targets(stretches)
    assert np.array_equal(found, np.concatenate([y[begin:end] for begin, end in stretches]))
    cache.close()


def test_the_file_has_no_name_that_could_be_left_behind(
    tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    cache = RowCache(2, 1, np.dtype(np.float32))
    cache.add(np.zeros((10, 2), np.float32), np.zeros(10))
    cache.finish()
    assert cache.folder == str(tmp_path)
    assert os.listdir(tmp_path) == []
    cache.close()


def test_room_is_looked_for_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, 10**9))
    with pytest.raises(OSError, match=r"no room for it \(1\.0 GB are free\)\. Set TMPDIR"):
        RowCache(99, 1, np.dtype(np.float32), 10**7)
    RowCache(99, 1, np.dtype(np.float32), 10**5).close()
