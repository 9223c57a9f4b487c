"""A study as a program that runs it again."""

from __future__ import annotations

import inspect

from moonlet.data import DATASET_NAMES, Dataset
from moonlet.study import CapacityStudy, default_network
from moonlet.study.rows import reads_numbers

# Letters in a line that need not be scrolled.
_WIDEST = 88

# Parameters that say where and how a study runs, not what comes out.
_IMMATERIAL = ("store", "executor", "n_jobs", "progress", "random_state")


def python_lines(study: CapacityStudy, name: str, dataset: Dataset | None = None) -> str:
    """Write a program that runs the study again, on the data set if it is given."""
    settings, imports = [], {"moonlet": ["CapacityStudy"]}
    for key, parameter in inspect.signature(type(study)).parameters.items():
        value = getattr(study, key)
        if key in _IMMATERIAL or repr(value) == repr(parameter.default):
            continue
        if key == "estimator" and _is_default_network(study):
            continue
        kind = type(value)
        if hasattr(value, "get_params") or hasattr(value, "split"):
            # sklearn.model_selection._split is imported from sklearn.model_selection.
            home = kind.__module__.partition("._")[0]
            home = "moonlet" if home.startswith("moonlet.") else home
            imports.setdefault(home, []).append(kind.__name__)
        settings.append(f"{key}={value.__name__ if inspect.isfunction(value) else repr(value)}")
    settings.append(f"random_state={study.seed_}")
    call = f"study = CapacityStudy({', '.join(settings)})"
    if len(call) > _WIDEST:
        call = "\n".join(["study = CapacityStudy(", *(f"    {one}," for one in settings), ")"])
    said = {} if dataset is None else dataset.said
    source = f"X, y = load({', '.join([repr(name), *(f'{k}={v!r}' for k, v in said.items())])})"
    if name not in DATASET_NAMES and dataset is None:
        source += "  # target=... if it is not the last column"
    return "\n".join(
        [
            *(f"from {home} import {', '.join(kinds)}" for home, kinds in imports.items()),
            "from moonlet.data import load",
            "",
            source,
            call,
            f"study.fit({', '.join(['X', 'y', *(f'{one}=...' for one in study.named_)])})",
            "print(study.verdict_)",
        ]
    )


def _is_default_network(study: CapacityStudy) -> bool:
    """Whether the study's network is what it would take by itself."""
    is_numeric = not hasattr(study, "classes_")
    default = default_network(is_numeric=is_numeric)
    same = repr(study.estimator) == repr(default)
    return same and reads_numbers(None, study.y_) is is_numeric
