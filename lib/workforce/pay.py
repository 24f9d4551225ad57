"""Pay scales: working weeks, the national pay spine, repair of damaged cells, benchmarks, uprating and costs.

Scales are frames with a row for each end of each scale, as ``data.load("pay_scales")`` gives them: ``authority``,
``role``, ``end`` (``entry`` or ``top``), ``scp`` (spinal column point), ``annual`` (GBP per year) and ``hourly`` (GBP per
hour, to a penny). The spine is ``data.load("pay_spine")``: ``april, scp, annual, basis``.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import nan

import pandas as pd

from workforce import data
from workforce.rounding import half_up

WEEKS_A_YEAR = 365 / 7
COMMON_WEEK = 37.0
HALF_A_PENNY = 0.005
BASES = {
    "annual": "annual pay",
    "hourly": "hourly rate",
    "common-week": "annual pay at a 37-hour week",
}
TARGETS = ("median", "upper quartile", "best")
STEPS = (
    ("ASYE", "entry"),
    ("experienced/senior social worker", "entry"),
    ("experienced/senior social worker", "top"),
    ("team manager", "entry"),
)
_KEY = ["authority", "role", "end"]


# Working weeks


def hours_of(annual, hourly):
    """Return the working weeks that an annual salary and its hourly rate allow.

    An hourly rate is annual pay over 365/7 weeks and the hours of a week, rounded half up to a penny; so the hours lie
    in an interval, open at its low end.

    Parameters
    ----------
    annual, hourly : float or pandas.Series
        In pounds.

    Returns
    -------
    tuple
        Hours above which, and up to which, the rate is the one printed.
    """
    return annual / (hourly + HALF_A_PENNY) / WEEKS_A_YEAR, annual / (hourly - HALF_A_PENNY) / WEEKS_A_YEAR


def hourly_rate(annual, hours):
    """Return the hourly rate, to the penny, of an annual salary at a working week of so many hours."""
    return float(half_up(annual / WEEKS_A_YEAR / hours, Decimal("0.01")))


def working_weeks(scales):
    """Work out each council's week from its pairs of annual and hourly pay, over all its scales.

    Parameters
    ----------
    scales : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        ``authority, hours_low, hours_high`` (the hours that most of its pairs allow, missing where no more than half
        of them agree), ``hours`` (the round week within, else the middle), ``week`` (the same in words) and
        ``inconsistent_pairs`` (their number).
    """
    pairs = _pairs(scales)
    return pd.DataFrame([_working_week(authority, rows) for authority, rows in pairs.groupby("authority")])


def odd_pairs(scales, weeks):
    """Return the pairs of annual and hourly pay that their council's week cannot explain.

    Parameters
    ----------
    scales, weeks : pandas.DataFrame
        ``weeks`` as ``working_weeks`` returns it.

    Returns
    -------
    pandas.DataFrame
        ``authority, role, end, annual, hourly, should_be`` (the rate at the council's week) and ``fits`` (the councils
        whose weeks would give the printed rate, if any).
    """
    merged = _pairs(scales).merge(weeks.drop(columns="inconsistent_pairs"), on="authority", suffixes=("_pair", ""))
    odd = merged[~((merged["low_pair"] < merged["hours_high"]) & (merged["hours_low"] < merged["high_pair"]))]
    should_be = [hourly_rate(row.annual, row.hours) if row.hours == row.hours else None for row in odd.itertuples()]
    fits = [_whose_week(row, weeks) for row in odd.itertuples()]
    columns = [*_KEY, "annual", "hourly"]
    return odd[columns].assign(should_be=should_be, fits=fits).reset_index(drop=True)


def _pairs(scales):
    pairs = scales.dropna(subset=["annual", "hourly"])[[*_KEY, "annual", "hourly"]]
    low, high = hours_of(pairs["annual"].astype(float), pairs["hourly"])
    return pairs.assign(low_pair=low, high_pair=high)


def _working_week(authority, rows):
    """Find the hours that lie in most intervals: the overlap begins at one of their low ends."""
    lows, highs = rows["low_pair"].to_numpy(), rows["high_pair"].to_numpy()
    holding = (lows <= lows[:, None]) & (lows[:, None] < highs)  # a row for each low end, a column for each interval
    agreeing = rows[holding[holding.sum(axis=1).argmax()]]
    if len(agreeing) * 2 <= len(rows) and len(rows) > 1:
        nothing = {"hours_low": nan, "hours_high": nan, "hours": nan, "week": "no week on which most pairs agree"}
        return {"authority": authority, **nothing, "inconsistent_pairs": len(rows)}
    low, high = agreeing["low_pair"].max(), agreeing["high_pair"].min()
    hours, week = _round_week(low, high)
    found = {"hours_low": low, "hours_high": high, "hours": hours, "week": week}
    return {"authority": authority, **found, "inconsistent_pairs": len(rows) - len(agreeing)}


def _round_week(low, high):
    """Return the roundest week within the bounds, in hours and in words; where there is none, say what is near."""
    for minutes in (60, 30, 15, 5):
        nearest = half_up((low + high) / 2 * 60 / minutes) * minutes
        if low * 60 < nearest <= high * 60:
            return float(nearest) / 60, in_hours(float(nearest) / 60)
    middle = (low + high) / 2
    nearest = float(half_up(middle * 12)) / 12
    return middle, f"{half_up(middle, Decimal('0.01'))} h ({in_hours(nearest)} is just outside)"


def in_hours(hours):
    """Return hours in words: ``36 h 25 min``."""
    minutes = int(half_up(hours * 60))
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def _whose_week(pair, weeks):
    others = weeks[(weeks["authority"] != pair.authority) & weeks["hours"].notna()]
    fits = [other.authority for other in others.itertuples() if hourly_rate(pair.annual, other.hours) == pair.hourly]
    return ", ".join(fits)


# The national pay spine


def april_of(scales, spine):
    """Return the April whose spine gives the most of the printed salaries at their printed points."""
    priced = scales.dropna(subset=["scp", "annual"]).merge(spine, on="scp", suffixes=("", "_spine"))
    return int((priced["annual"] == priced["annual_spine"]).groupby(priced["april"]).sum().idxmax())


def salary(spine, april, scp):
    """Return the annual salary, GBP, of a point from an April.

    Raises
    ------
    ValueError
        For an April that the spine does not have, or a point that it does not have then.
    """
    points = spine[spine["april"] == data.choose(april, set(spine["april"]), "April")].set_index("scp")["annual"]
    if scp not in points.index:
        raise ValueError(
            f"the spine of April {april} has no point {scp}; it runs from {points.index.min()} to {points.index.max()}"
        )
    return int(points[scp])


def spine_check(scales, spine):
    """Set every printed salary against the national spine of the April that the tables use, and against other rows.

    Parameters
    ----------
    scales, spine : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        A row a cell: ``authority, role, end, scp, printed, spine`` (GBP per year), ``basis`` (how the spine's value is
        known), ``matches`` (yes, no, or cannot be checked) and ``explained_by`` (for a cell that does not match: the
        point and April that pay exactly this, and how many other cells print otherwise; else why it is not checked).
    """
    april = april_of(scales, spine)
    today = spine[spine["april"] == april].rename(columns={"annual": "spine"})[["scp", "spine", "basis"]]
    cells = scales[[*_KEY, "scp", "annual"]].rename(columns={"annual": "printed"}).merge(today, on="scp", how="left")
    known = cells[["printed", "spine"]].notna().all(axis=1)
    equal = (cells["printed"] == cells["spine"]).fillna(False)
    matches = equal.map({True: "yes", False: "no"}).where(known, "cannot be checked")
    explained = [
        _explained(cell, match, scales, spine) for cell, match in zip(cells.itertuples(), matches, strict=True)
    ]
    return cells.assign(matches=matches, explained_by=explained)


def _explained(cell, match, scales, spine):
    if match == "yes":
        return ""
    if pd.isna(cell.printed):
        return "lost in the copy"
    found = spine[spine["annual"] == cell.printed]
    places = [f"point {row.scp} of April {row.april}" for row in found.itertuples()]
    if match != "no":
        return ", ".join(places) or "the point is above the national spine"
    same = scales[(scales["scp"] == cell.scp) & (scales["annual"] != cell.printed)].dropna(subset="annual")
    others = f"{len(same)} other cells at point {cell.scp} print otherwise" if len(same) else ""
    return "; ".join(filter(None, [", ".join(places), others])) or "no point of any April"


# Repair


def repair(scales, spine):
    """Fill the cells that the copy has lost, from the spine and the council's working week; change no printed cell.

    Parameters
    ----------
    scales, spine : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        ``scales`` with ``derived`` (the columns filled in, joined by commas, empty for a row as printed) and
        ``method``. A cell that neither spine nor week determines stays missing.
    """
    april = april_of(scales, spine)
    points = spine[spine["april"] == april].set_index("scp")["annual"]
    hours = working_weeks(scales).set_index("authority")["hours"]
    rows = [_repaired(row, points, hours.get(row["authority"]), april) for row in scales.to_dict("records")]
    return pd.DataFrame(rows).astype({"scp": "Int64", "annual": "Int64"})


def _repaired(row, points, hours, april):
    row = {**row, "derived": [], "method": []}

    def fill(column, value, method):
        row[column] = value
        row["derived"].append(column)
        row["method"].append(method)

    known_week = hours is not None and not pd.isna(hours)
    if pd.isna(row["scp"]) and pd.isna(row["annual"]) and not pd.isna(row["hourly"]) and known_week:
        fits = [point for point, annual in points.items() if hourly_rate(annual, hours) == row["hourly"]]
        if len(fits) == 1:
            fill("scp", fits[0], f"the only point that pays the printed rate at {in_hours(hours)} a week")
    if pd.isna(row["annual"]) and row["scp"] in points.index:
        fill("annual", points[row["scp"]], f"the national spine of April {april} at the point")
    if pd.isna(row["hourly"]) and not pd.isna(row["annual"]) and known_week:
        fill("hourly", hourly_rate(row["annual"], hours), f"annual pay over 365/7 weeks of {in_hours(hours)}")
    return {**row, "derived": ", ".join(row["derived"]), "method": "; ".join(row["method"])}


# Benchmark


def values(scales, basis):
    """Return the scales with ``value``: pay on one of the bases BASES, missing where it is not known."""
    data.choose(basis, BASES, "basis")
    if basis == "common-week":
        hours = scales["authority"].map(working_weeks(scales).set_index("authority")["hours"])
        return scales.assign(value=scales["annual"].astype(float) * COMMON_WEEK / hours)
    return scales.assign(value=scales[basis].astype(float))


def benchmark(scales, role, end, basis="annual"):
    """Rank the councils by one end of their scales for a role, highest pay first.

    Parameters
    ----------
    scales : pandas.DataFrame
    role : str
    end : {"entry", "top"}
    basis : str, optional
        One of BASES.

    Returns
    -------
    pandas.DataFrame
        A row a council with a known value, in order of rank: ``authority, value`` (GBP to the penny), ``rank`` (1 is
        the highest; ties share the best rank), ``tied`` (whether another has the same rank), ``median, gap`` (value
        less median), ``gap_percent`` (of the median) and ``quartile`` (1, the lowest quarter of the values, to 4; a
        value on a boundary counts as above it).

    Raises
    ------
    ValueError
        For an unknown role, end or basis.
    """
    data.choose(role, set(scales["role"]), "role")
    data.choose(end, set(scales["end"]), "end")
    chosen = _end_of(values(scales, basis), role, end).dropna(subset="value")
    value = chosen["value"].map(lambda number: float(half_up(number, Decimal("0.01"))))
    median, quarters = value.median(), value.quantile([0.25, 0.5, 0.75])
    table = pd.DataFrame({"authority": chosen["authority"], "value": value})
    table["rank"] = value.rank(ascending=False, method="min").astype(int)
    table["tied"] = value.duplicated(keep=False)
    table["median"] = median
    table["gap"] = value - median
    table["gap_percent"] = 100 * table["gap"] / median
    table["quartile"] = [1 + sum(number >= quarter for quarter in quarters) for number in value]
    return table.sort_values(["rank", "authority"], ignore_index=True)


def _end_of(scales, role, end):
    return scales[(scales["role"] == role) & (scales["end"] == end)]


@dataclass(frozen=True)
class Position:
    """Where one council stands among the others for one end of a role's scale, in pounds of the basis."""

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
    def gap(self):
        """Pounds above the median; negative below it."""
        return self.value - self.median

    @property
    def gap_percent(self):
        """The gap as a percentage of the median."""
        return 100 * self.gap / self.median

    @property
    def gap_to_best(self):
        """Pounds above the best; zero or negative."""
        return self.value - self.best

    @property
    def gap_to_best_percent(self):
        """The gap to the best as a percentage of the best."""
        return 100 * self.gap_to_best / self.best


def position(scales, authority, role, end, basis="annual"):
    """Return where a council stands, as a Position. Raises ValueError for an unknown authority, role, end or basis."""
    data.choose(authority, set(scales["authority"]), "authority")
    return position_in(benchmark(scales, role, end, basis), authority, role, end, basis)


def position_in(table, authority, role, end, basis="annual"):
    """Return where a council stands in a table that ``benchmark`` made. Raises ValueError where its pay is not known."""
    found = table[table["authority"] == authority]
    if found.empty:
        raise ValueError(f"the {BASES[basis]} of {authority} for {role}, {end}, is not known")
    row = found.iloc[0]
    return Position(
        role,
        end,
        basis,
        value=float(row["value"]),
        rank=int(row["rank"]),
        tied=bool(row["tied"]),
        councils=len(table),
        median=float(row["median"]),
        best=float(table["value"].max()),
    )


def headroom(scales, role, basis="annual"):
    """Return each council's room to progress in a role: ``authority, entry, top, headroom`` (top less entry, GBP)."""
    data.choose(role, set(scales["role"]), "role")
    ends = values(scales, basis)[scales["role"] == role].pivot(index="authority", columns="end", values="value")
    return ends.assign(headroom=ends["top"] - ends["entry"])[["entry", "top", "headroom"]].reset_index()


def ladder(scales, basis="annual"):
    """Return each council's career ladder over STEPS.

    Returns
    -------
    pandas.DataFrame
        ``authority, step`` (1 to 4), ``role, end, value`` (GBP), ``uplift`` (on the step before, GBP) and
        ``uplift_percent``; the uplift of the first step is missing.
    """
    priced = values(scales, basis)
    steps = pd.DataFrame(STEPS, columns=["role", "end"]).assign(step=range(1, len(STEPS) + 1))
    every = pd.DataFrame({"authority": sorted(priced["authority"].unique())}).merge(steps, how="cross")
    rungs = every.merge(priced, on=[*_KEY], how="left").sort_values(["authority", "step"], ignore_index=True)
    before = rungs.groupby("authority")["value"].shift()
    rungs = rungs.assign(uplift=rungs["value"] - before, uplift_percent=100 * (rungs["value"] / before - 1))
    return rungs[["authority", "step", "role", "end", "value", "uplift", "uplift_percent"]]


# Uprating


def off_spine(scales, spine, april):
    """Return the rows of ``scales`` whose point the spine of an April does not have, or whose point is not known."""
    points = spine[spine["april"] == data.choose(april, set(spine["april"]), "April")]["scp"]
    return scales[~scales["scp"].isin(points)]


def uprate(scales, spine, april):
    """Price scales anew on the spine of an April, at their points and working weeks.

    Parameters
    ----------
    scales, spine : pandas.DataFrame
        Every row of ``scales`` has a point; see ``off_spine`` for those to leave aside.
    april : int
        The year of the April from which the spine was in force.

    Returns
    -------
    pandas.DataFrame
        ``scales`` with ``annual`` and ``hourly`` of that April; the hourly rate is missing where the week is not known.

    Raises
    ------
    ValueError
        For an unknown April, or points that its spine does not have.
    """
    missing = off_spine(scales, spine, april)
    if len(missing):
        cells = "; ".join(f"{row.authority}, {row.role}, {row.end}: {row.scp}" for row in missing.itertuples())
        raise ValueError(f"the spine of April {april} does not have these points: {cells}")
    points = spine[spine["april"] == april].set_index("scp")["annual"]
    hours = scales["authority"].map(working_weeks(scales).set_index("authority")["hours"])
    annual = scales["scp"].map(points)
    hourly = [
        hourly_rate(pay, week) if week == week else None for pay, week in zip(annual, hours.astype(float), strict=True)
    ]
    return scales.assign(annual=annual.astype("Int64"), hourly=pd.Series(hourly, index=scales.index, dtype=float))


def awards(spine):
    """Return what each April's award did to the points that both spines have.

    Returns
    -------
    pandas.DataFrame
        ``april, lowest, highest`` (the least and the greatest rise, GBP), ``lowest_percent, highest_percent`` and
        ``flat`` (whether every point rose by the same sum).
    """
    table = spine.pivot(index="scp", columns="april", values="annual").astype(float)
    rows = []
    for before, after in zip(table.columns, table.columns[1:], strict=False):
        rise = (table[after] - table[before]).dropna()
        percent = 100 * rise / table[before].loc[rise.index]
        rows.append((after, rise.min(), rise.max(), percent.min(), percent.max(), rise.nunique() == 1))
    return pd.DataFrame(rows, columns=["april", "lowest", "highest", "lowest_percent", "highest_percent", "flat"])


def gaps_over_time(scales, spine, authority, role, end):
    """Return a council's gap to the median of the others' scales and its own, priced on each April of the spine.

    Scales whose points an April does not have are left aside for all Aprils, so that the same councils are compared.

    Returns
    -------
    pandas.DataFrame
        ``april, value, median, gap`` (GBP per year), ``gap_percent`` (of the median) and ``councils``.
    """
    data.choose(authority, set(scales["authority"]), "authority")
    data.choose(role, set(scales["role"]), "role")
    chosen = _end_of(scales, role, end)
    aprils = sorted(spine["april"].unique())
    lost = set().union(*(off_spine(chosen, spine, april).index for april in aprils))
    chosen = chosen.drop(index=list(lost))
    found = [position(uprate(chosen, spine, april), authority, role, end) for april in aprils]
    return pd.DataFrame(
        {
            "april": aprils,
            "value": [one.value for one in found],
            "median": [one.median for one in found],
            "gap": [one.gap for one in found],
            "gap_percent": [one.gap_percent for one in found],
            "councils": [one.councils for one in found],
        }
    )


# Costs


@dataclass(frozen=True)
class Cost:
    """What it would cost to raise one end of a scale, GBP per year; ``per_fte`` is with on-costs."""

    role: str
    end: str
    target: str
    pay: float
    target_pay: float
    fte: float
    on_costs: float

    @property
    def rise(self):
        """The rise in annual pay; zero where the target is no higher."""
        return max(0.0, self.target_pay - self.pay)

    @property
    def per_fte(self):
        """The cost of one full-time equivalent, on-costs included."""
        return self.rise * (1 + self.on_costs)

    @property
    def total(self):
        """The cost of ``fte`` full-time equivalents, on-costs included."""
        return self.per_fte * self.fte


def cost(scales, spine, authority, role, end, target, fte=1.0, on_costs=0.0):
    """Return the cost of raising one end of a council's scale to a target, on annual pay as printed.

    Parameters
    ----------
    scales, spine : pandas.DataFrame
    authority, role, end : str
        The scale; for the whole scale ask for both ends: those on points between lie between the two costs.
    target : {"median", "upper quartile", "best"} or int
        A level among the councils, or a spinal column point of the April that the tables use.
    fte : float, optional
        Full-time equivalents paid at that end.
    on_costs : float, optional
        Employer's on-costs as a share of pay, such as 0.3; by default none.

    Returns
    -------
    Cost

    Raises
    ------
    ValueError
        For an unknown authority, role, end or target, or numbers below zero.
    """
    if fte < 0 or on_costs < 0:
        raise ValueError(f"fte and on_costs are zero or more, not {fte} and {on_costs}")
    data.choose(authority, set(scales["authority"]), "authority")
    table = benchmark(scales, role, end)
    now = position_in(table, authority, role, end)
    if isinstance(target, str):
        data.choose(target, TARGETS, "target")
        pay = {"median": now.median, "upper quartile": table["value"].quantile(0.75), "best": now.best}[target]
    else:
        pay = salary(spine, april_of(scales, spine), target)
        target = f"point {target}"
    return Cost(role, end, target, now.value, float(pay), float(fte), float(on_costs))
