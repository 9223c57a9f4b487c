"""What scikit-learn keeps for itself and moonlet needs all the same, in one place.

A release may rename any of these: then the import says so, and which release to take, instead of
failing somewhere in the middle.

* `callback_management_context` calls users' callbacks when a fit begins and ends.
* `validate_parameter_constraints`, `Interval`, `Options` and `StrOptions` check parameters, and
  `_check_sample_weight` weights, in its words.
"""

from __future__ import annotations

import sklearn

from moonlet.exceptions import UnknownLibraryError

try:
    from sklearn.callback._callback_support import callback_management_context
    from sklearn.utils._param_validation import (
        Interval,
        Options,
        StrOptions,
        validate_parameter_constraints,
    )
    from sklearn.utils.validation import _check_sample_weight as check_sample_weight
except ImportError as error:
    raise UnknownLibraryError(
        f"moonlet does not know scikit-learn {sklearn.__version__} ({error}). "
        "Install one that it does, pip install 'scikit-learn>=1.9,<1.10', or a newer moonlet."
    ) from error

__all__ = [
    "Interval",
    "Options",
    "StrOptions",
    "callback_management_context",
    "check_sample_weight",
    "validate_parameter_constraints",
]
