"""Ask the data tables in SQL: in a process of its own, reading only, with limits of time and memory."""

from workforce.query.errors import NoValueError, QueryError, StoppedError
from workforce.query.tables import Tables

__all__ = ["NoValueError", "QueryError", "StoppedError", "Tables"]


def __dir__():
    return __all__
