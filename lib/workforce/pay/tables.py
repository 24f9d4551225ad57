"""The pay tables of the papers: which there are, their scales, and what they leave open."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from workforce import data
from workforce.data import DataError
from workforce.pay.frames import COUNCIL, ENDS, NATIONAL, SINGLE, complete
from workforce.pay.spine import april_of, repair

KINDS = ("repaired", "printed")


@dataclass(frozen=True, eq=False)
class Tables:
    """One paper's pay tables: ``printed`` and repaired ``scales``, the ``spine``, and whose ``april`` they use (or None)."""

    document: str
    printed: pd.DataFrame
    scales: pd.DataFrame
    spine: pd.DataFrame
    april: int | None

    def __repr__(self):
        councils = self.printed["authority"].nunique()
        roles = ", ".join(self.printed["role"].unique())
        return f"pay tables of {self.document}: {councils} councils; {roles}; April {self.april or 'unknown'}"

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """The repaired scales ranked, see ``pay.ranks``; worked out once, so nobody changes it."""
        from workforce.pay.benchmark import ranks

        return ranks(self.scales)


def documents(authority: str = "", folder=data.DATA) -> list[str]:
    """Return the papers that print pay scales, of an authority if one is given, the oldest first.

    Raises ValueError for an authority of which no paper prints any.

    Examples
    --------
    >>> documents()
    ['tameside-2023']
    """
    printed = data.load("pay_scales", folder)
    if authority:
        data.choose(authority, set(printed["authority"]), "authority")
        printed = printed[printed["authority"] == authority]
    dated = data.load("documents", folder).set_index("slug")["date"]
    return sorted(printed["document"].unique(), key=lambda slug: (dated[slug], slug))


def scales(document: str = "", kind: str = "repaired", folder=data.DATA) -> pd.DataFrame:
    """Return the scales of one paper, or of all, repaired (see ``repair``) or as printed.

    Raises ValueError for an unknown document or kind, with those that there are.

    Examples
    --------
    >>> scales().query("authority == 'tameside' and role == 'ASYE'")[["end", "scp", "annual", "hourly"]].to_numpy().tolist()
    [['entry', 29, 33486, 17.84], ['top', 31, 35336, 18.82]]
    """
    data.choose(kind, KINDS, "kind of scales")
    printed = data.load("pay_scales", folder)
    if document:
        data.choose(document, set(printed["document"]), "document")
        printed = printed[printed["document"] == document].reset_index(drop=True)
    return repair(printed, data.load("pay_spine", folder)) if kind == "repaired" else printed


def tables(authority: str = "", document: str = "", folder=data.DATA) -> Tables:
    """Return the pay tables of a paper: the newest, or the newest that has an authority, where none is named.

    Raises ValueError for an unknown authority or document, and for a paper without the authority.

    Examples
    --------
    >>> tables("wigan")
    pay tables of tameside-2023: 10 councils; ASYE, experienced/senior social worker, team manager; April 2021
    """
    there = documents(authority, folder)
    document = data.choose(document, there, "document") if document else there[-1]
    printed, spine = scales(document, "printed", folder), data.load("pay_spine", folder)
    return Tables(document, printed, repair(printed, spine), spine, april_of(printed, spine))


def partial_scales(scales: pd.DataFrame) -> pd.DataFrame:
    """Return what scales leave open: scales told in part, or on points of the council's own.

    Returns
    -------
    pandas.DataFrame
        ``document, authority, role`` and ``told``: ``one amount`` (for the whole post), ``up to`` (no entry), ``from`` (no top),
        ``no hourly rate`` (at any end) or ``own points``; a row for each that applies.

    Examples
    --------
    >>> own = pd.DataFrame({"authority": ["mine"], "role": ["manager"], "end": ["top"], "annual": [52159]})
    >>> partial_scales(own)["told"].tolist()
    ['up to', 'no hourly rate']
    """
    rows = []
    for key, part in complete(scales).groupby([*COUNCIL, "role"], sort=False):
        rows += [(*key, told) for told, applies in _partial(part).items() if applies]
    return pd.DataFrame(rows, columns=[*COUNCIL, "role", "told"])


def _partial(scale):
    ends = set(scale["end"])
    return {
        "one amount": SINGLE in ends,
        "up to": ends == {ENDS[1]},
        "from": ends == {ENDS[0]},
        "no hourly rate": scale["hourly"].isna().all(),
        "own points": (scale["spine"] != NATIONAL).any(),
    }


def check(folder=data.DATA) -> None:
    """Raise DataError with every scale that cannot be one: a single amount beside entry or top, an entry above the top.

    Examples
    --------
    >>> check()
    """
    errors = []
    for (_, authority, role), part in data.load("pay_scales", folder).groupby([*COUNCIL, "role"], sort=False):
        ends = part.set_index("end")["annual"]
        rows = f"pay_scales.csv, rows {', '.join(str(row + 2) for row in part.index)}: {authority}, {role}"
        if SINGLE in ends and len(ends) > 1:
            errors.append(f"{rows}: '{SINGLE}' is the only amount printed, so neither entry nor top stands beside it")
        elif ends.reindex(ENDS).notna().all() and ends[ENDS[0]] > ends[ENDS[1]]:
            errors.append(f"{rows}: the entry, {ends[ENDS[0]]}, is above the top, {ends[ENDS[1]]}; are they swapped?")
    if errors:
        raise DataError(errors)
