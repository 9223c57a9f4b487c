"""Text tables of all sorts, and what moonlet reads of them, or null: for csv.test.ts."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from moonlet.data import load
from moonlet.exceptions import DataError
from moonlet.lab.page_table import to_page

# What may stand in a column: plain things, and whatever is read in another way than it looks.
SORTS: dict[str, list[str]] = {
    "decimals": ["1.5", "-2.25", "0.125", "3", "1e-3", "12.75"],
    "whole": ["1", "2", "0", "-3", "17", "250"],
    "words": ["red", "green", "Grün", "deep blue", "蓝", "😀x", '"a,b"'],
    "yes": ["yes", "no"],
    "truth": ["True", "False"],
    "gaps": ["1.5", "", "2.5", "NA", "7"],
    "word gaps": ["red", "", "NA", "blue"],
    "thousands": ["1.234", "345", "12.500"],
    "percent": ["12 %", "7 %"],
    "currency": ["$5", "$7"],
    "units": ["3 kg", "4 kg"],
    "dates": ["2024-01-31", "2024-02-29"],
    "packed dates": ["20240131", "20240229"],
    "years": ["1999", "2024", "2001"],
    "codes": ["007", "7", "012"],
    "signs": ["+1", "-1", "+2"],
    "open": [".5", "1.", "2"],
    "long": ["9007199254740993", "5", "9007199254740995"],
    "large": ["1e200", "1", "2"],
    "infinite": ["inf", "1", "2"],
    "mixed": ["1", "2", "3", "low"],
    "grades": ["A1", "B2", "C3"],
    "time": ["12:30", "7:15"],
    "commas": ['"1,5"', '"2,25"'],
    "minus": ["−1", "−2"],
    "wide": ["１", "２"],
    "constant": ["5"],
    "names": [chr(97 + i % 26) * (i // 26 + 1) for i in range(60)],
}


def texts() -> list[str]:
    """Many tables."""
    random = np.random.RandomState(0)
    made = []
    sorts = list(SORTS)
    for i in range(100):
        chosen = ["decimals", *random.choice(sorts, size=2), "yes" if i % 3 else "whole"]
        if i % 2 == 0:
            chosen[1:3] = [sorts[i // 2 % len(sorts)], "words"]
        n_rows = int(random.choice([6, 12, 40]))
        columns = [random.choice(SORTS[sort], size=n_rows).tolist() for sort in chosen]
        for sort, column in zip(chosen, columns, strict=True):
            column[: len(SORTS[sort])] = SORTS[sort][:n_rows]
        names = [f"{sort.replace(' ', '_')}{'abcd'[k]}" for k, sort in enumerate(chosen)]
        if i % 11 == 0:
            columns.insert(0, [str(k + 1) for k in range(n_rows)])
            names.insert(0, "id")
        sign = ",;\t"[i % 3]
        lines = [names, *zip(*columns, strict=True)]
        made.append("\n".join(sign.join(cells) for cells in lines) + "\n" * (i % 5 != 0))
    made += ["", "a,b", "a,b\n1,x\n\n2,y\n", "1,2\n3,4\n5,6\n", "a,b\n1\n", 'a,b\n"1,x\n']
    made += ["a,b;c\n1,2;3\n", "Sara,34\nPaul,12\nSara,5\n", 'a,b\n"x"y,1\nz,2\n']
    made += ["a,b\r\n1,x\r\n2,y\r\n3,x\r\n", "a,a\n1,2\n3,4\n"]
    return made


def main() -> None:
    """Write them, and what they are, to stdout."""
    told: list[dict[str, Any]] = []
    for text in texts():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.csv")
            path.write_text(text, encoding="utf-8", newline="")
            try:
                table = to_page(load(path))
            except DataError:
                table = None
            told.append({"text": text, "table": table})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
