"""DuckDB in memory, reading only, with files, settings and Python out of reach: in the process that queries run in."""

import json
import math
from contextlib import contextmanager, suppress

import duckdb

from workforce.query import functions
from workforce.query.errors import NoValueError, QueryError, StoppedError

MEGABYTES = 512  # that DuckDB itself keeps account of


def database(frames, seconds):
    """Return a database that holds frames as tables, reading only and locked, for many engines to share.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
    seconds : float
        How long a query may take, where it can be interrupted.
    """
    limits = {"threads": 1, "memory_limit": f"{MEGABYTES}MB", "temp_directory": ""}
    connection = duckdb.connect(config=limits)
    for name, frame in frames.items():
        _put(connection, "TABLE", name, frame)
    connection.execute(
        "SET TimeZone = 'UTC';"  # not that of the machine
        "SET enable_external_access = false; SET python_enable_replacements = false;"
        f"SET GLOBAL max_execution_time = {math.ceil(seconds * 1000)}; SET lock_configuration = true"
    )
    return connection


def _put(connection, kind, name, frame):
    connection.register("incoming", frame)
    connection.execute(f'CREATE OR REPLACE {kind} "{name}" AS SELECT * FROM incoming')
    connection.unregister("incoming")


class Engine:
    """The tables of one `Tables`, and what is done with them: one method a request.

    Parameters
    ----------
    shared : duckdb.DuckDBPyConnection
        See `database`.
    own : dict of str to pandas.DataFrame
        Tables that no other engine sees.
    views : dict of str to str
    """

    def __init__(self, shared, own, views):
        self._connection = shared.cursor()
        self._examined = set()
        for name, frame in own.items():
            self.put(name, frame)
        for name, sql in views.items():
            with _told(f"view '{name}': "):
                statement = self._select(sql)
                self._examine(sql, {})
                self._connection.execute(f'CREATE TEMP VIEW "{name}" AS {statement.query}')

    def rows(self, sql, parameters):
        """Return the answer to one SELECT: the columns' names, and the rows as tuples."""
        with _told():
            statement = self._select(sql)
            if lacking := sorted(statement.named_parameters - parameters.keys()):
                raise QueryError(f"${lacking[0]} has no value; there are: {', '.join(map(str, parameters)) or 'none'}")
            used = {name: parameters[name] for name in statement.named_parameters}
            self._examine(sql, used)
            with self._reading():
                cursor = self._connection.execute(statement, used or None)
                return [column[0] for column in cursor.description], cursor.fetchall()

    def value(self, sql, parameters):
        """Return the one number that a SELECT answers with, as float. Raises QueryError when it is not one number."""
        names, rows = self.rows(sql, parameters)
        if len(rows) != 1 or len(names) != 1:
            shape = "no row" if not rows else f"{len(rows)} row(s) of {len(names)} value(s)"
            raise (QueryError if rows else NoValueError)(f"the query returns {shape}; it must return exactly one value")
        ((answer,),) = rows
        if answer is None:
            raise NoValueError("the query returns NULL; does a condition match no row of the data?")
        try:
            number = float(answer)
        except (TypeError, ValueError, OverflowError):
            raise QueryError(f"the query returns {answer!r:.100}, which is not a number") from None
        if not math.isfinite(number):
            raise QueryError(f"the query returns {number}; does it divide by nothing?")
        return number

    def values(self, asked):
        """Return the number that each of several queries answers with, None for one that has none."""
        return [self._value_or_none(*one) for one in asked]

    def _value_or_none(self, sql, parameters):
        with suppress(QueryError):
            return self.value(sql, parameters)

    def named(self, sql):
        """Return the names of the tables and views that a SELECT names itself, in small letters; None for one that fails."""
        try:
            self._select(sql)
            parsed = self._parsed(sql)
        except (duckdb.Error, QueryError):
            return None
        return None if parsed["error"] else functions.tables_of(parsed["statements"])

    def put(self, name, frame):
        """Copy a frame in as a table of this engine's own, in place of one of that name."""
        _put(self._connection, "TEMP TABLE", name, frame)

    def frame(self, table):
        """Return a table as a frame, its rows in their order."""
        return self._connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid').df()

    def alter(self, sql, parameters):
        """Run a statement of our own that changes the tables."""
        self._connection.execute(sql, parameters)

    def _select(self, sql):
        try:
            statements = self._connection.extract_statements(sql)
        except (TypeError, UnicodeError):  # of half a character, which a text in YAML may have
            raise QueryError("the query has a character that is no text") from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("only a single SELECT statement is allowed")
        return statements[0]

    def _examine(self, sql, parameters):
        """Raise QueryError for a query that is no function of the data alone, once for each text."""
        if sql in self._examined:
            return
        tree, plan = self._parsed(sql), self._planned(sql)
        if plan["error"] and parameters and not tree["error"]:  # some parameters' types follow from their values alone
            plan = self._planned(self._with_values(tree, parameters))
        if wrong := next((one for one in (plan, tree) if one["error"]), None):
            raise QueryError(f"{wrong['error_type'].capitalize()} Error: {wrong['error_message'].splitlines()[0]}")
        if told := functions.problem(tree["statements"], plan["plans"], functions.refused()):
            raise QueryError(told)
        self._examined.add(sql)

    def _planned(self, sql):
        """Return what DuckDB makes of a query before it runs it: views and macros put in, every name resolved."""
        ((plan,),) = self._connection.execute("SELECT json_serialize_plan($sql)", {"sql": sql}).fetchall()
        return json.loads(plan)

    def _parsed(self, sql):
        ((tree,),) = self._connection.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchall()
        return json.loads(tree)

    def _with_values(self, tree, parameters):
        """Return the query of a tree with constants in place of its parameters."""
        filled = json.dumps(_filled(tree, parameters))
        ((text,),) = self._connection.execute("SELECT json_deserialize_sql($tree)", {"tree": filled}).fetchall()
        return text

    @contextmanager
    def _reading(self):
        # A SELECT may still hold an INSERT in a common table expression; a read-only transaction refuses it.
        self._connection.execute("BEGIN TRANSACTION READ ONLY")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")


def _filled(tree, parameters):
    """Return a tree of DuckDB's parser with the values of parameters as constants."""
    if isinstance(tree, list):
        return [_filled(part, parameters) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.get("class") == "PARAMETER" and tree["identifier"] in parameters:
        value = parameters[tree["identifier"]]
        kind = "NUMERIC" if isinstance(value, int | float) else "STRING"
        constant = {"class": "CONSTANT", "type": "VALUE_CONSTANT", "literal": {"kind": kind, "text": str(value)}}
        return {**tree, **constant}
    return {key: [] if key == "named_param_map" else _filled(part, parameters) for key, part in tree.items()}


@contextmanager
def _told(place=""):
    """Turn DuckDB's errors into the project's, in one line."""
    try:
        yield
    except duckdb.InterruptException:
        raise StoppedError(f"{place}the query takes too long and was stopped") from None
    except duckdb.Error as error:
        raise QueryError(f"{place}{str(error).splitlines()[0]}") from None
    except QueryError as error:
        raise QueryError(f"{place}{error}") from None
