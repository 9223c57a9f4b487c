"""Every error that moonlet raises on purpose.

::

    MoonletError
    ├── DivergedError        (ValueError)    training left the finite numbers
    ├── DataError            (ValueError)    a table cannot be read as asked
    ├── ModelFileError       (ValueError)    a file is not a model that moonlet wrote
    ├── StudyStoreError      (RuntimeError)  a study's store does not fit the study
    │   └── StudyWriteError                  a store can no longer be written: a full disk
    ├── WorkerError          (RuntimeError)  a cluster's workers cannot train a study
    ├── EngineMissingError   (ImportError)   the compiled core is not there
    ├── MissingExtraError    (ImportError)   an optional library is not installed
    └── UnknownLibraryError  (ImportError)   a library is newer than what moonlet knows of it

Each also inherits the builtin that callers already catch.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "DivergedError",
    "EngineMissingError",
    "MissingExtraError",
    "ModelFileError",
    "MoonletError",
    "StudyStoreError",
    "StudyWriteError",
    "UnknownLibraryError",
    "WorkerError",
]


class MoonletError(Exception):
    """Base class of all errors that moonlet raises on purpose."""


class DivergedError(MoonletError, ValueError):
    """Training left the finite numbers; the estimator stays unfitted.

    The message begins with scikit-learn's words for it and then names the
    iteration and the cure.
    """


class DataError(MoonletError, ValueError):
    """A table cannot be read as asked: the message names place and cure."""


class ModelFileError(MoonletError, ValueError):
    """A file is not a model that moonlet can load safely."""


class StudyStoreError(MoonletError, RuntimeError):
    """A study's store is in use, damaged, or belongs to another study."""


class StudyWriteError(StudyStoreError):
    """A study's store cannot be written any more: a full disk, a folder that was removed."""


class WorkerError(MoonletError, RuntimeError):
    """The workers of a cluster cannot train a study: other versions, or lost again and again."""


class EngineMissingError(MoonletError, ImportError):
    """The compiled core is missing: the message says how to build it."""


class MissingExtraError(MoonletError, ImportError):
    """An optional library is missing: the message names the extra to install."""


class UnknownLibraryError(MoonletError, ImportError):
    """A library that is installed lacks a name that moonlet takes from it."""
