"""What claims may ask: the data tables, and what the library works out from them, so that no rule is said again in SQL."""

from functools import lru_cache
from pathlib import Path

from workforce import data, pay
from workforce.claims import files
from workforce.claims.files import ClaimsError
from workforce.national import quoted
from workforce.query import QueryError, Tables


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
    loaded |= quoted.tables(set(loaded["documents"]["authority"]))
    return {**loaded, **{name: derive(name, loaded) for name in DERIVED}}


def derive(name, loaded):
    """Work one of DERIVED out from the tables that it needs."""
    needed, work_out = DERIVED[name]
    return work_out(*(loaded[table] for table in needed))


def ready(path, frames):
    """Return what the queries of one claims file are asked of: ``frames``, ``paper``, and the file's views.

    Raises ClaimsError for a view that fails.
    """
    paper = frames["observations"][frames["observations"]["document"] == path.stem]
    try:
        return Tables({**frames, "paper": paper}, files.read(path).get("views"))
    except QueryError as error:
        raise ClaimsError([f"{path.name}, {error}"]) from None
