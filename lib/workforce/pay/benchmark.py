"""The councils of a paper's pay tables ranked, their room to progress and career ladders, and gaps over the Aprils."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from workforce import data
from workforce.pay import spine as points
from workforce.pay.frames import COUNCIL, ENDS, KEY, both_ends, complete
from workforce.pay.tables import scales as every_scale
from workforce.pay.weeks import hours_of_rows
from workforce.rounding import half_up

COMMON_WEEK = 37.0
BASES = {
    "annual": "annual pay",
    "hourly": "hourly rate",
    "common-week": "annual pay at a 37-hour week",
}
_SCALE_END = ["document", "role", "end"]
_PENNY = Decimal("0.01")


def ranks(scales: pd.DataFrame | None = None) -> pd.DataFrame:
    """Rank the councils of each paper by each end of each role's scale, on every basis, highest pay first.

    Parameters
    ----------
    scales : pandas.DataFrame, optional
        By default every paper's, repaired.

    Returns
    -------
    pandas.DataFrame
        A row for each council with a known value: ``document, role, end, basis`` (one of BASES), ``authority, value`` (GBP to the
        penny), ``rank`` (1 is the highest; ties share the best rank), ``tied`` (whether another has the same rank),
        ``councils`` (how many are ranked), ``median, best, gap`` (value less median), ``gap_percent`` (of the median) and
        ``quartile`` (1, the lowest quarter of the values, to 4; a value on a boundary counts as above it). Roles are in the
        order of the tables.

    Examples
    --------
    >>> found = ranks().query("role == 'ASYE' and end == 'entry' and basis == 'hourly'")
    >>> found[["authority", "value", "rank"]].head(2).to_numpy().tolist()
    [['tameside', 17.84, 1], ['wigan', 17.36, 2]]
    """
    scales = both_ends(complete(every_scale() if scales is None else scales))
    priced = pd.concat([values(scales, basis).assign(basis=basis) for basis in BASES]).dropna(subset="value")
    ranked = _ranked(priced.assign(value=[float(half_up(value, _PENNY)) for value in priced["value"]]))
    orders = {name: scales[name].unique() for name in ("document", "role")} | {"end": ENDS, "basis": list(BASES)}
    by = [*_SCALE_END, "basis", "rank", "authority"]
    ranked = ranked.sort_values(by, key=lambda column: _in_order(column, orders.get(column.name)))
    columns = [*_SCALE_END, "basis", "authority", "value", "rank", "tied", "councils", "median", "best", "gap"]
    return ranked[[*columns, "gap_percent", "quartile"]].reset_index(drop=True)


def _in_order(column, order):
    return column if order is None else pd.Series(pd.Categorical(column, order).codes, index=column.index)


def _ranked(priced, by=(*_SCALE_END, "basis")):
    """Return frames of ``value`` with rank, median and so on within groups."""
    value = priced.groupby(list(by), sort=False)["value"]
    median = value.transform("median")
    above = [(priced["value"] >= value.transform("quantile", quarter)).astype(int) for quarter in (0.25, 0.5, 0.75)]
    return priced.assign(
        rank=value.rank(ascending=False, method="min").astype(int),
        tied=priced.duplicated([*by, "value"], keep=False),
        councils=value.transform("size"),
        median=median,
        best=value.transform("max"),
        gap=priced["value"] - median,
        gap_percent=100 * (priced["value"] - median) / median,
        quartile=1 + sum(above),
    )


def values(scales, basis):
    """Return scales with ``value``: pay on one of the bases BASES, missing where it is not known."""
    data.choose(basis, BASES, "basis")
    if basis == "common-week":
        return scales.assign(value=scales["annual"].astype(float) * COMMON_WEEK / hours_of_rows(scales))
    return scales.assign(value=scales[basis].astype(float))


@dataclass(frozen=True)
class Position:
    """Where one council stands among the others for one end of a role's scale, in pounds of the basis."""

    authority: str
    role: str
    end: str
    basis: str
    value: float
    rank: int
    tied: bool
    councils: int
    median: float
    best: float

    @property
    def gap(self) -> float:
        """Pounds above the median; negative below it."""
        return self.value - self.median

    @property
    def gap_percent(self) -> float:
        """The gap as a percentage of the median."""
        return 100 * self.gap / self.median

    @property
    def gap_to_best(self) -> float:
        """Pounds above the best; zero or negative."""
        return self.value - self.best

    @property
    def gap_to_best_percent(self) -> float:
        """The gap to the best as a percentage of the best."""
        return 100 * self.gap_to_best / self.best


def position(
    authority: str,
    role: str,
    end: str = "entry",
    basis: str = "annual",
    ranked: pd.DataFrame | None = None,
    document: str = "",
) -> Position:
    """Return where a council stands for one end of a role's scale.

    Parameters
    ----------
    authority, role : str
    end : {"entry", "top"}, optional
    basis : str, optional
        One of BASES.
    ranked : pandas.DataFrame, optional
        As ``ranks`` returns it; by default of every paper.
    document : str, optional
        The paper; needed only where the council stands in the tables of several.

    Raises
    ------
    ValueError
        For an unknown authority, role, end, basis or document, for pay that is not known, and for several papers.

    Examples
    --------
    >>> position("tameside", "experienced/senior social worker")
    Position(authority='tameside', role='experienced/senior social worker', end='entry', basis='annual', value=33486.0, rank=8, \
tied=True, councils=10, median=34373.0, best=38553.0)
    """
    ranked = ranks() if ranked is None else ranked
    data.choose(authority, set(ranked["authority"]), "authority")
    chosen = (
        ranked[ranked["document"] == data.choose(document, set(ranked["document"]), "document")] if document else ranked
    )
    for value, column in ((role, "role"), (end, "end"), (basis, "basis")):
        valid = BASES if column == "basis" else set(chosen[column])
        data.choose(value, valid, column)
        chosen = chosen[chosen[column] == value]
    found = chosen[chosen["authority"] == authority]
    if found.empty:
        raise ValueError(f"the {BASES[basis]} of {authority} for {role}, {end}, is not known")
    if len(found) > 1:
        papers = ", ".join(found["document"])
        raise ValueError(f"several papers have the {role} scale of {authority}; choose a document: {papers}")
    row = found.iloc[0]
    numbers = {name: float(row[name]) for name in ("value", "median", "best")}
    counts = {"rank": int(row["rank"]), "tied": bool(row["tied"]), "councils": int(row["councils"])}
    return Position(authority, role, end, basis, **numbers, **counts)


def headroom(scales: pd.DataFrame, role: str, basis: str = "annual") -> pd.DataFrame:
    """Return each council's room to progress in a role: ``document, authority, entry, top, headroom`` (top less entry, GBP).

    Examples
    --------
    >>> headroom(every_scale(), "team manager").set_index("authority").loc["tameside"].to_dict()
    {'document': 'tameside-2023', 'entry': 44624.0, 'top': 47665.0, 'headroom': 3041.0}
    """
    data.choose(role, set(scales["role"]), "role")
    priced = values(both_ends(complete(scales)), basis)
    ends = priced[priced["role"] == role].pivot(index=COUNCIL, columns="end", values="value")
    ends = ends.reindex(columns=list(ENDS)).rename_axis(columns=None)
    return ends.assign(headroom=ends["top"] - ends["entry"]).reset_index()


def steps(scales: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the steps of a career: the entry of each role, in the order of the tables, and the top of those between.

    The top of the first role is none, since whoever is newly qualified moves on before it, nor is that of the last.

    Examples
    --------
    >>> steps(every_scale())[:3]
    [('ASYE', 'entry'), ('experienced/senior social worker', 'entry'), ('experienced/senior social worker', 'top')]
    """
    roles = list(scales["role"].unique())
    return [(role, end) for role in roles for end in (ENDS if role in roles[1:-1] else ENDS[:1])]


def ladder(scales: pd.DataFrame, basis: str = "annual") -> pd.DataFrame:
    """Return each council's career ladder over the ``steps`` of one paper's scales.

    Returns
    -------
    pandas.DataFrame
        ``authority, step`` (from 1), ``role, end, value`` (GBP), ``uplift`` (on the step before, GBP) and
        ``uplift_percent``; the uplift of the first step is missing.

    Examples
    --------
    >>> ladder(every_scale("tameside-2023")).query("authority == 'tameside'")["uplift"].tolist()[1:]
    [0.0, 5067.0, 6071.0]
    """
    priced = values(both_ends(complete(scales)), basis)
    taken = pd.DataFrame(steps(scales), columns=["role", "end"])
    taken = taken.assign(step=range(1, len(taken) + 1))
    every = pd.DataFrame({"authority": sorted(priced["authority"].unique())}).merge(taken, how="cross")
    rungs = every.merge(priced, on=KEY[1:], how="left").sort_values(["authority", "step"], ignore_index=True)
    before = rungs.groupby("authority")["value"].shift()
    rungs = rungs.assign(uplift=rungs["value"] - before, uplift_percent=100 * (rungs["value"] / before - 1))
    return rungs[["authority", "step", "role", "end", "value", "uplift", "uplift_percent"]]


def gaps_over_time(
    scales: pd.DataFrame, authority: str, role: str, end: str = "entry", spine: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return a council's gap to the median of the others' scales and its own, priced on each April of the spine.

    Scales whose points an April does not have are left aside for all Aprils, so that the same councils are compared.

    Parameters
    ----------
    scales : pandas.DataFrame
        Those of one paper.
    authority, role, end : str
    spine : pandas.DataFrame, optional

    Returns
    -------
    pandas.DataFrame
        ``april, value, median, gap`` (GBP per year), ``gap_percent`` (of the median) and ``councils``; no row where the council's
        scale itself is left aside.

    Examples
    --------
    >>> gaps = gaps_over_time(every_scale(), "tameside", "experienced/senior social worker")
    >>> gaps.set_index("april").loc[[2021, 2024], ["gap", "gap_percent"]].round(2).to_numpy().tolist()
    [[-887.0, -2.58], [-887.0, -2.24]]
    """
    data.choose(authority, set(scales["authority"]), "authority")
    data.choose(role, set(scales["role"]), "role")
    spine = data.load("pay_spine") if spine is None else spine
    scales = both_ends(complete(scales))
    chosen = scales[(scales["role"] == role) & (scales["end"] == end)]
    aprils = sorted(spine["april"].unique())
    lost = set().union(*(points.off_spine(chosen, april, spine).index for april in aprils))
    chosen = chosen.drop(index=list(lost))
    priced = pd.concat([points.uprate(chosen, april, spine).assign(april=april) for april in aprils])
    ranked = _ranked(priced.assign(value=priced["annual"].astype(float)), by=["april"])
    own = ranked[ranked["authority"] == authority]
    return own[["april", "value", "median", "gap", "gap_percent", "councils"]].reset_index(drop=True)
