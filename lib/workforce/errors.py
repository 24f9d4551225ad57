"""The errors of bad data."""

from nbrun.errors import ListedError


class DataError(ListedError):
    """Bad data: each line names file, row, column and value."""
