"""The version of moonlet, for all that write it down; imports nothing."""

__all__ = ["__version__"]

__version__ = "0.1.0"
