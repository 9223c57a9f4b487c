"""Numbers as Python's own formats write them, for the page's formatter to be held against.

    python -m tests.words.numbers > tests/words/numbers.json

`tests/words/test_say.py` says so when the file is not what this writes.
"""

from __future__ import annotations

import json
import random
import struct
from typing import Any

from moonlet.words import written

FORMATS = [
    "g",
    ".2g",
    ".3g",
    ".1f",
    ".6f",
    ",.0f",
    ",.1f",
    ".0%",
    ".1%",
    "loss",
    "number",
    "percent",
]


def numbers() -> list[float]:
    """What lies exactly half-way, what only seems to, and some of every size."""
    draw = random.Random(0)  # noqa: S311 - nothing secret
    some = [
        0.0,
        -0.0,
        0.5,
        1.5,
        2.5,
        0.125,
        12.5,
        0.0625,
        0.35,
        0.045,
        1.005,
        2.675,
        1e-5,
        1e22,
        1e23,
    ]
    some += [
        9.5,
        99.5,
        999.5,
        999_999.5,
        999_950.0,
        0.9995,
        0.00099995,
        0.09995,
        123_456_789.0,
        5e-324,
    ]
    some += [draw.uniform(-1, 1) * 10.0 ** draw.randint(-12, 12) for _ in range(60)]
    some += [round(draw.uniform(0, 100), draw.randint(0, 4)) for _ in range(60)]
    some += [
        draw.randint(1, 10 ** draw.randint(1, 9)) / 2 ** draw.randint(0, 12) for _ in range(60)
    ]
    some += [struct.unpack("d", struct.pack("Q", draw.getrandbits(63)))[0] for _ in range(12)]
    return [number for number in some if abs(number) < 1e60]  # NaN is not, either


def content() -> list[list[Any]]:
    """Each number with what the formats make of it."""
    return [[number, *(written(number, form) for form in FORMATS)] for number in numbers()]


if __name__ == "__main__":
    rows = ",\n".join(json.dumps(row) for row in content())
    print(f'{{"formats": {json.dumps(FORMATS)},\n"rows": [\n{rows}\n]}}')  # noqa: T201
