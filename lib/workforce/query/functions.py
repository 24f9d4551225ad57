"""What a query names, as DuckDB's parser and planner have it: its tables, and functions that are not of their arguments alone."""

import re
from functools import cache

# Tables that are made of arguments alone; others tell of the machine, the database or files.
TABLES = {"seq_scan", "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree"}

# What the catalogue calls consistent and yet tells the time, or which DuckDB this is.
_OVERLOOKED = {"current_localtime", "current_localtimestamp", "version"}
_KEYWORDS = {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}  # functions without ()
_HARMLESS = {"error"}  # it gives no value, and stands in every subquery of one value
_SAME = "a query gives the same whenever and wherever it is asked"


@cache
def refused():
    """Return the names of the functions, and macros, that give another value by the moment, by chance or by the machine."""
    import duckdb

    with duckdb.connect() as connection:
        unstable = connection.execute("SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'")
        names = {name for (name,) in unstable.fetchall()} - _HARMLESS | _OVERLOOKED | _KEYWORDS
        macros = connection.execute(
            "SELECT function_name, macro_definition FROM duckdb_functions() WHERE macro_definition IS NOT NULL"
        ).fetchall()
    words = [(name, set(re.findall(r"\w+", definition.lower()))) for name, definition in macros]
    while more := {name for name, used in words if used & names} - names:
        names |= more
    return names


def tables_of(tree):
    """Return the names, in small letters, of the tables and views that a statement names itself.

    Parameters
    ----------
    tree : list
        As DuckDB's ``json_serialize_sql`` gives it.
    """
    return {part["table_name"].lower() for part in _parts(tree) if part.get("type") == "BASE_TABLE"}


def problem(tree, plan, refused):
    """Return in a line what of a query is no function of the data alone; an empty text where all of it is.

    Both are needed: a plan has views put in and every name resolved, but no more what was worked out on the way.

    Parameters
    ----------
    tree, plan : list
        As DuckDB's ``json_serialize_sql`` and ``json_serialize_plan`` give them.
    refused : set of str
        See `refused`.

    Examples
    --------
    >>> problem([], [{"type": "LOGICAL_SAMPLE", "children": []}], set())
    'a sample is another each time; a query gives the same whenever and wherever it is asked'
    """
    return next(filter(None, (_of_tree(tree, refused), _of_plan(plan, refused))), "")


def _of_tree(tree, refused):
    for part in _parts(tree):
        called = part.get("function_name", "").lower()
        named = part.get("column_names", [""])[-1].lower() if part.get("type") == "COLUMN_REF" else ""
        if called in refused or named in _KEYWORDS:
            return _told(called or named)
    return ""


def _of_plan(plan, refused):
    for part in _parts(plan):
        name = part["qname"]["path"][-1] if "qname" in part else ""
        if part.get("type") == "LOGICAL_SAMPLE":
            return f"a sample is another each time; {_SAME}"
        if part.get("type") == "LOGICAL_GET" and name not in TABLES:
            return f"{name} tells of the machine or of DuckDB, not of the data; {_SAME}"
        if name in refused or (name == "age" and len(part.get("children", ())) == 1):  # age takes today as the other
            return _told(name)
    return ""


def _told(name):
    return f"{name} gives another value by the moment, by chance or by the machine; {_SAME}"


def _parts(tree):
    """Yield every dict in a tree of dicts and lists."""
    if isinstance(tree, dict):
        yield tree
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _parts(part)
