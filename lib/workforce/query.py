"""Ask the data tables in SQL: DuckDB in memory, reading only, with files, settings and Python out of reach."""

import json
import math
from contextlib import contextmanager

import duckdb


class QueryError(ValueError):
    """A query that fails, or does not answer with what was asked for."""


class NoValueError(QueryError):
    """A query that answers with no row, or with NULL: mostly its conditions match no row of the data."""


class Tables:
    """The data tables, ready to be asked in SQL.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        Copied in under their names.
    views : dict of str to str, optional
        Named queries over them, in order; a later one may use an earlier one.
    seconds : float, optional
        How long a query may take.
    """

    def __init__(self, frames, views=None, seconds=10):
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": "512MB", "temp_directory": ""})
        for name, frame in frames.items():
            self.put(name, frame)
        self._connection.execute("SET enable_external_access = false; SET python_enable_replacements = false")
        for name, sql in (views or {}).items():
            with _told(f"view '{name}': "):
                self._connection.execute(f'CREATE VIEW "{name}" AS {self._select(sql).query}')
        self._connection.execute(f"SET max_execution_time = {math.ceil(seconds * 1000)}; SET lock_configuration = true")

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
            When the statement is not a single SELECT, fails, writes, reads outside the tables or takes too long.
        """
        with _told():
            statement = self._select(sql)
            used = {name: (parameters or {})[name] for name in statement.named_parameters if name in (parameters or {})}
            with self._reading():
                cursor = self._connection.execute(statement, used or None)
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def value(self, sql, parameters=None):
        """Return the one number that a SELECT answers with, as float. Raises QueryError when it is not one number."""
        rows = self.rows(sql, parameters)
        if len(rows) != 1 or len(rows[0]) != 1:
            shape = "no row" if not rows else f"{len(rows)} row(s) of {len(rows[0])} value(s)"
            raise (QueryError if rows else NoValueError)(f"the query returns {shape}; it must return exactly one value")
        (answer,) = rows[0].values()
        if answer is None:
            raise NoValueError("the query returns NULL; does a condition match no row of the data?")
        try:
            number = float(answer)
        except (TypeError, ValueError):
            raise QueryError(f"the query returns {answer!r}, which is not a number") from None
        if not math.isfinite(number):
            raise QueryError(f"the query returns {number}; does it divide by nothing?")
        return number

    def named(self, sql):
        """Return the names of the tables and views that a SELECT names itself, in small letters; None for one that fails."""
        try:
            self._select(sql)
            ((tree,),) = self._connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
        except (duckdb.Error, QueryError):
            return None
        parsed = json.loads(tree)
        return None if parsed["error"] else {name.lower() for name in _tables_in(parsed["statements"])}

    def put(self, name, frame):
        """Copy a frame in as a table, in place of one of that name."""
        self._connection.register("incoming", frame)
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')
        self._connection.unregister("incoming")

    def frame(self, table):
        """Return a table as a frame, its rows in their order."""
        return self._connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid').df()

    def alter(self, sql, parameters=None):
        """Run a statement of our own that changes the tables, never one that a user wrote: for trials of other data."""
        self._connection.execute(sql, parameters)

    def _select(self, sql):
        statements = self._connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("only a single SELECT statement is allowed")
        return statements[0]

    @contextmanager
    def _reading(self):
        # A SELECT may still hold an INSERT in a common table expression; a read-only transaction refuses it.
        self._connection.execute("BEGIN TRANSACTION READ ONLY")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")


def _tables_in(tree):
    """Yield the names of the tables in a statement as DuckDB's parser has it."""
    if isinstance(tree, dict) and tree.get("type") == "BASE_TABLE":
        yield tree["table_name"]
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _tables_in(part)


@contextmanager
def _told(place=""):
    """Turn DuckDB's errors into QueryError, in one line."""
    try:
        yield
    except duckdb.InterruptException:
        raise QueryError(f"{place}the query takes too long and was stopped") from None
    except duckdb.Error as error:
        raise QueryError(f"{place}{str(error).splitlines()[0]}") from None
    except QueryError as error:
        raise QueryError(f"{place}{error}") from None
