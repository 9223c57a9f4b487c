"""Sparse rows of three kinds, for the benchmarks: made here, for no text may be downloaded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["KINDS", "texts", "uniform"]


def uniform(n_rows: int, width: int, there: int) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Rows of so many numbers each, anywhere; the class is where most of them lie."""
    random = np.random.RandomState(0)
    columns = random.randint(width, size=n_rows * there)
    starts = np.arange(0, n_rows * there + 1, there)
    X = sparse.csr_array((random.rand(n_rows * there), columns, starts), shape=(n_rows, width))
    X.sum_duplicates()
    first_half = np.asarray(X[:, : width // 2].sum(axis=1)).ravel()
    return X, (first_half > there / 4).astype(np.int64)


def texts(n_rows: int, width: int) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """TF-IDF of texts of 90 words, drawn by Zipf's law; the class is which words weigh more."""
    random = np.random.RandomState(0)
    shares = 1.0 / np.arange(1.0, width + 1.0)
    words = random.choice(width, size=(n_rows, 90), p=shares / shares.sum())
    # Which column a word has says nothing about how frequent it is.
    columns = random.permutation(width)[words]
    starts = np.arange(0, n_rows * 90 + 1, 90)
    counts = sparse.csr_array((np.ones(n_rows * 90), columns.ravel(), starts), (n_rows, width))
    counts.sum_duplicates()
    frequency = np.bincount(counts.indices, minlength=width)
    counts.data *= np.log((1.0 + n_rows) / (1.0 + frequency[counts.indices])) + 1.0
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    X = sparse.csr_array(sparse.diags_array(1.0 / lengths) @ counts)
    X.sort_indices()  # as TfidfVectorizer does
    halves = [np.asarray(part.sum(axis=1)).ravel() for part in (X[:, ::2], X[:, 1::2])]
    return X, (halves[0] > halves[1]).astype(np.int64)


KINDS = {
    "20,000 × 50,000": (uniform, (20_000, 50_000, 20), (4,)),
    "texts, 3,000 × 27,806": (texts, (3_000, 27_806), (20,)),
    "1,000 × 1,048,576": (uniform, (1_000, 2**20, 20), (4,)),
}
