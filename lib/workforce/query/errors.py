"""What can be wrong with a query."""


class QueryError(ValueError):
    """A query that fails, or does not answer with what was asked for."""


class NoValueError(QueryError):
    """A query that answers with no row, or with NULL: mostly its conditions match no row of the data."""


class StoppedError(ValueError):
    """A query that had to be stopped for its time or memory. What asks many ends at it, and does not go on to the next."""
