"""The tables as those who ask see them."""

from workforce.query import apart
from workforce.query.errors import StoppedError

_SECONDS = 60  # for what is not a user's, on a machine that does much else
_NOTHING = {}  # one dict, so that all without shared frames share a database


class Tables:
    """The data tables, ready to be asked in SQL.

    What is asked runs in a process of its own (`apart`), which is ended when a query cannot be interrupted in time or takes
    too much memory; the next query then finds the tables as they were at first.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        Copied in under their names, once for all that are made of this dict; nobody changes them.
    views : dict of str to str, optional
        Named queries over them, in order; a later one may use an earlier one.
    seconds : float, optional
        How long a query may take.
    own : dict of str to pandas.DataFrame, optional
        Further tables, those that `put` and `alter` may change among them.

    Raises
    ------
    QueryError
        For a view that fails.
    """

    def __init__(self, frames, views=None, seconds=10, own=None):
        self._made_of, self._seconds = (frames or _NOTHING, own or {}, views or {}, seconds), seconds
        self._process, self._changed = None, False
        self._begun()

    def rows(self, sql, parameters=None):
        """Return the answer to one SELECT as a list of dicts, a row each.

        Parameters
        ----------
        sql : str
            One SELECT statement; ``$name`` stands for a parameter.
        parameters : dict, optional
            Values by name; those that the statement does not use are left aside.

        Raises
        ------
        QueryError
            When the statement is not a single SELECT, fails, writes, reads outside the tables, or asks what is not a
            function of the data: the time, chance, settings.
        StoppedError
            When it takes too long or too much memory.
        """
        names, rows = self._ask("rows", sql, parameters or {}, seconds=self._seconds)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def value(self, sql, parameters=None):
        """Return the one number that a SELECT answers with, as float. Raises QueryError when it is not one number."""
        return self._ask("value", sql, parameters or {}, seconds=self._seconds)

    def values(self, asked):
        """Return the number that each of several queries, pairs of SQL and parameters, answers with; None for one without."""
        return self._ask("values", asked)

    def named(self, sql):
        """Return the names of the tables and views that a SELECT names itself, in small letters; None for one that fails."""
        return self._ask("named", sql, seconds=self._seconds)

    def put(self, name, frame):
        """Copy a frame in as a table of one's own, in place of one of that name."""
        self._changed = True
        self._ask("put", name, frame)

    def frame(self, table):
        """Return a table as a frame, its rows in their order."""
        return self._ask("frame", table)

    def alter(self, sql, parameters=None):
        """Run a statement of the library's that changes own tables, never one that a user wrote: for trials of other data."""
        self._changed = True
        self._ask("alter", sql, parameters)

    def _ask(self, method, *arguments, seconds=_SECONDS):
        return self._begun().ask(self._number, method, arguments, seconds)

    def _begun(self):
        """Return the process that holds the tables, with the tables in it."""
        process = apart.process()
        if process is not self._process:
            if self._changed:
                raise StoppedError("the tables went with a query that was stopped")
            self._number = process.begin(*self._made_of)
            self._process = process
        return process

    def __del__(self):
        if self._process is not None:
            self._process.forget(self._number)
