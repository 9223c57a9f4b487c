from __future__ import annotations

import pytest

from moonlet.cli.options import read_alphas, read_layers, read_sizes


def test_sizes_are_numbers_or_layers() -> None:
    assert read_sizes("0, 3,10x5") == (0, 3, (10, 5))


@pytest.mark.parametrize(
    ("text", "layers"), [("3", (3,)), ("8,8", (8, 8)), ("8x4", (8, 4)), ("0", ())]
)
def test_layers_can_be_written_with_commas_or_crosses(text: str, layers: tuple[int, ...]) -> None:
    assert read_layers(text) == layers


@pytest.mark.parametrize("text", ["", "3,", "-1", "1.5", "3x0", "x", "٣", "1_000", "+3"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_sizes(text)


def test_alphas_are_numbers_of_zero_or_more() -> None:
    assert read_alphas("1e-4, 0,1") == (1e-4, 0.0, 1.0)
    for text in ("", "-1", "inf", "nan", "a"):
        with pytest.raises(ValueError, match=r".*"):
            read_alphas(text)
