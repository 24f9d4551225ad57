"""What claims may ask: the data tables, and what the library works out from them, so that no rule is said again in SQL."""

import re
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from workforce import data, pay
from workforce.claims import files
from workforce.claims.files import ClaimsError
from workforce.national import areas, quoted, release
from workforce.query import QueryError, StoppedError, Tables

SECONDS = 10  # that a query may take
_MANY = 15  # of more measures only the near are told


def _ranked(scales, spine):
    return pay.ranks(pay.repair(scales, spine))


# By name: the tables that it is worked out from, in the order of the function's arguments, and the function.
DERIVED = {
    "working_weeks": (("pay_scales",), pay.working_weeks),
    "spine_check": (("pay_scales", "pay_spine"), pay.spine_values),
    "pay_ranks": (("pay_scales", "pay_spine"), _ranked),
}


def frames(folder=data.DATA):
    """Return by name the data tables, those of the national statistics that papers quote, and those of DERIVED.

    Nobody changes them. Raises DataError as ``data.load_all``.

    Examples
    --------
    >>> frames()["working_weeks"].set_index("authority")["hours"].round(2).to_dict()["oldham"]
    36.66
    """
    return _frames(Path(folder), data.content(folder))


@lru_cache(maxsize=4)
def _frames(folder, state):
    loaded = data.load_all(folder)
    if errors := list(areas.code_errors(loaded["authorities"], release.newest(folder=data.NATIONAL).areas)):
        raise data.DataError(errors)
    loaded |= quoted.tables(set(loaded["documents"]["authority"]))
    return {**loaded, **{name: derive(name, loaded) for name in DERIVED}}


def derive(name, loaded):
    """Work one of DERIVED out from the tables that it needs."""
    needed, work_out = DERIVED[name]
    return work_out(*(loaded[table] for table in needed))


def unknown_measures(sql, asked, parameters=None):
    """Return in a phrase which measures a query names that neither the paper nor the statistics have; else an empty text.

    Those that the paper has are told, the near first, of many the near alone.
    """
    conditions = re.findall(r"\bmeasure\s*(?:=\s*'[^']*'|IN\s*\([^)]*\))", sql, re.IGNORECASE)
    bound = re.findall(r"\bmeasure\s*=\s*\$(\w+)", sql, re.IGNORECASE)
    named = re.findall(r"'([^']*)'", " ".join(conditions))
    named += [str(parameters[name]) for name in bound if name in (parameters or {})]
    has = _measures("paper", asked) or _measures("observations", asked)  # what compares papers has none of its own
    known = {*has, *_measures("statistics", asked)}
    return "; ".join(f"the paper has no measure '{name}'; {_near(name, has)}" for name in named if name not in known)


def _measures(table, asked):
    return [row["measure"] for row in asked.rows(f"SELECT DISTINCT measure FROM {table} ORDER BY measure")]


def _near(name, has):
    """Return which measures there are, the near first, of many the near alone."""
    near = get_close_matches(name, has, n=5, cutoff=0.5)
    if near and len(has) > _MANY:
        return f"near are: {'; '.join(near)}"
    return f"it has: {'; '.join([*near, *(one for one in has if one not in near)])}"


def ready(path, frames):
    """Return what the queries of one claims file are asked of: ``frames``, ``paper``, and the file's views.

    Raises ClaimsError for a view that fails.
    """
    paper = frames["observations"][frames["observations"]["document"] == path.stem]
    try:
        return Tables(frames, files.read(path).get("views"), SECONDS, own={"paper": paper})
    except (QueryError, StoppedError) as error:
        raise ClaimsError([f"{path.name}, {error}"]) from None
