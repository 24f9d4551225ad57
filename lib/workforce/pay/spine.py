"""The national pay spine: printed salaries held against it, damaged cells filled from it, scales priced anew on it.

The spine is ``data.load("pay_spine")``: ``april, scp, annual, basis``. Points of a council's own are never priced on it.
"""

import pandas as pd

from workforce import data
from workforce.pay.frames import KEY, NATIONAL, complete
from workforce.pay.weeks import hourly_rate, hours_of_rows, in_hours, working_weeks

_MATCH = {True: "yes", False: "no"}


def april_of(scales: pd.DataFrame, spine: pd.DataFrame | None = None) -> int | None:
    """Return the April whose spine gives the most of one paper's salaries at their printed points, None where none does.

    Examples
    --------
    >>> from workforce import pay
    >>> april_of(pay.scales("tameside-2023"))
    2021
    """
    scales, spine = complete(scales), _spine(spine)
    priced = _national(scales).dropna(subset=["scp", "annual"]).merge(spine, on="scp", suffixes=("", "_spine"))
    found = (priced["annual"] == priced["annual_spine"]).groupby(priced["april"]).sum()
    return int(found.idxmax()) if found.any() else None


def salary(april: int, scp: int, spine: pd.DataFrame | None = None) -> int:
    """Return the annual salary, GBP, of a point from an April.

    Raises
    ------
    ValueError
        For an April that the spine does not have, or a point that it does not have then.

    Examples
    --------
    >>> salary(2021, 29)
    33486
    """
    points = _points(_spine(spine), april)
    if scp not in points.index:
        raise ValueError(
            f"the spine of April {april} has no point {scp}; it runs from {points.index.min()} to {points.index.max()}"
        )
    return int(points[scp])


def spine_check(scales: pd.DataFrame, spine: pd.DataFrame | None = None, april: int | None = None) -> pd.DataFrame:
    """Set every printed salary against the national spine, and against the other rows of its paper.

    Parameters
    ----------
    scales : pandas.DataFrame
    spine : pandas.DataFrame, optional
        By default the project's.
    april : int, optional
        By default the one that gives most of each paper's salaries, see ``april_of``.

    Returns
    -------
    pandas.DataFrame
        A row a cell: ``document, authority, role, end, scp, printed, april`` (whose spine was taken, missing where none gives a
        printed salary), ``spine`` (GBP per year), ``basis`` (how the spine's value is known), ``matches`` (yes, no, or cannot be
        checked) and ``explained_by`` (for a cell that does not match: the point and April that pay exactly this, and how many
        other cells of the paper print otherwise; else why it is not checked).

    Examples
    --------
    >>> own = pd.DataFrame({"authority": ["mine"] * 2, "role": ["ASYE"] * 2, "end": ["entry", "top"], "scp": [28, 30],
    ...                     "annual": [32798, 34000]})
    >>> spine_check(own, april=2021)[["scp", "printed", "spine", "matches"]].to_numpy().tolist()
    [[28, 32798, 32798, 'yes'], [30, 34000, 34373, 'no']]
    """
    scales, spine = complete(scales), _spine(spine)
    checked = []
    for _, part in scales.groupby("document", sort=False):
        cells = _held(part, spine, april)
        pairs = zip(cells.itertuples(), part["spine"] != NATIONAL, strict=True)
        checked.append(cells.assign(explained_by=[_explained(cell, own, part, spine) for cell, own in pairs]))
    return pd.concat(checked, ignore_index=True)


def spine_values(scales: pd.DataFrame, spine: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what ``spine_check`` does, but for ``explained_by``, which takes most of its time.

    Examples
    --------
    >>> from workforce import pay
    >>> spine_values(pay.scales())["matches"].value_counts().to_dict()
    {'yes': 56, 'no': 3, 'cannot be checked': 1}
    """
    scales, spine = complete(scales), _spine(spine)
    parts = [_held(part, spine, None) for _, part in scales.groupby("document", sort=False)]
    return pd.concat(parts, ignore_index=True)


def _held(scales, spine, april):
    """Return one paper's salaries beside the spine's."""
    april = april_of(scales, spine) if april is None else april
    today = _points(spine, april) if april is not None else pd.Series(dtype="Int64")
    basis = spine[spine["april"] == april].set_index("scp")["basis"]
    national = scales["spine"] == NATIONAL
    cells = scales[[*KEY, "scp", "annual"]].rename(columns={"annual": "printed"}).assign(april=april)
    cells = cells.astype({"april": "Int64"})
    cells["spine"] = scales["scp"].map(today).where(national).astype("Int64")
    cells["basis"] = scales["scp"].map(basis).where(national)
    known = cells[["printed", "spine"]].notna().all(axis=1)
    equal = (cells["printed"] == cells["spine"]).fillna(False)
    return cells.assign(matches=equal.map(_MATCH).where(known, "cannot be checked"))


def _explained(cell, own_points, scales, spine):
    if cell.matches == "yes":
        return ""
    if pd.isna(cell.printed):
        return "lost in the copy"
    if own_points:
        return "a point of the council's own"
    found = spine[spine["annual"] == cell.printed]
    places = ", ".join(f"point {row.scp} of April {row.april}" for row in found.itertuples())
    if pd.isna(cell.scp):
        return f"no point is printed{f'; it is the salary of {places}' if places else ''}"
    if cell.matches != "no":
        return places or ("no April is known" if pd.isna(cell.april) else "the point is above the national spine")
    same = scales[(scales["scp"] == cell.scp) & (scales["annual"] != cell.printed)].dropna(subset="annual")
    others = f"{len(same)} other cells at point {cell.scp} print otherwise" if len(same) else ""
    return "; ".join(filter(None, [places, others])) or "no point of any April"


def repair(scales: pd.DataFrame, spine: pd.DataFrame | None = None) -> pd.DataFrame:
    """Fill the cells that the copy has lost, from the spine and the council's working week; change no printed cell.

    Parameters
    ----------
    scales : pandas.DataFrame
    spine : pandas.DataFrame, optional

    Returns
    -------
    pandas.DataFrame
        ``scales`` with ``derived`` (the columns filled in, joined by commas, empty for a row as printed) and
        ``method``. A cell that neither spine nor week determines stays missing.

    Examples
    --------
    >>> filled = repair(data.load("pay_scales")).query("derived != ''")
    >>> filled[["authority", "end", "derived"]].to_numpy().tolist()
    [['manchester', 'top', 'hourly'], ['salford', 'entry', 'annual, hourly'], ['salford', 'top', 'scp, annual']]
    """
    scales, spine = complete(scales), _spine(spine)
    repaired = [_repaired_paper(part, spine) for _, part in scales.groupby("document", sort=False)]
    return pd.concat(repaired, ignore_index=True)


def _repaired_paper(scales, spine):
    april = april_of(scales, spine)
    points = _points(spine, april) if april is not None else pd.Series(dtype="Int64")
    hours = working_weeks(scales).set_index("authority")["hours"]
    rows = [_repaired(row, points, hours.get(row["authority"]), april) for row in scales.to_dict("records")]
    return pd.DataFrame(rows).astype({"scp": "Int64", "annual": "Int64", "hourly": float})


def _repaired(row, points, hours, april):
    row = {**row, "derived": [], "method": []}

    def fill(column, value, method):
        row[column] = value
        row["derived"].append(column)
        row["method"].append(method)

    known_week, national = hours is not None and not pd.isna(hours), row["spine"] == NATIONAL
    if national and pd.isna(row["scp"]) and pd.isna(row["annual"]) and not pd.isna(row["hourly"]) and known_week:
        fits = [point for point, annual in points.items() if hourly_rate(annual, hours) == row["hourly"]]
        if len(fits) == 1:
            fill("scp", fits[0], f"the only point that pays the printed rate at {in_hours(hours)} a week")
    if national and pd.isna(row["annual"]) and row["scp"] in points.index:
        fill("annual", points[row["scp"]], f"the national spine of April {april} at the point")
    if pd.isna(row["hourly"]) and not pd.isna(row["annual"]) and known_week:
        fill("hourly", hourly_rate(row["annual"], hours), f"annual pay over 365/7 weeks of {in_hours(hours)}")
    return {**row, "derived": ", ".join(row["derived"]), "method": "; ".join(row["method"])}


def off_spine(scales: pd.DataFrame, april: int, spine: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the rows on no point of the spine of an April: on a point beyond it, of the council's own, or not known.

    Examples
    --------
    >>> from workforce import pay
    >>> off_spine(pay.scales(), 2021)[["authority", "scp"]].drop_duplicates().to_numpy().tolist()
    [['wigan', 45]]
    """
    scales = complete(scales)
    return scales[~(scales["scp"].isin(_points(_spine(spine), april).index) & (scales["spine"] == NATIONAL))]


def uprate(scales: pd.DataFrame, april: int, spine: pd.DataFrame | None = None) -> pd.DataFrame:
    """Price scales anew on the spine of an April, at their points and working weeks.

    Parameters
    ----------
    scales : pandas.DataFrame
        Every row is on a point of the spine; see ``off_spine`` for those to leave aside.
    april : int
        The year of the April from which the spine was in force.
    spine : pandas.DataFrame, optional

    Returns
    -------
    pandas.DataFrame
        ``scales`` with ``annual`` and ``hourly`` of that April; the hourly rate is missing where the week is not known.

    Raises
    ------
    ValueError
        For an unknown April, or points that its spine does not have.

    Examples
    --------
    >>> from workforce import pay
    >>> own = pay.scales().query("authority == 'tameside' and role == 'ASYE'")
    >>> uprate(own, 2025)[["end", "scp", "annual", "hourly"]].to_numpy().tolist()
    [['entry', 29, 39862, 21.24], ['top', 31, 41771, 22.25]]
    """
    scales, spine = complete(scales), _spine(spine)
    missing = off_spine(scales, april, spine)
    if len(missing):
        cells = "; ".join(f"{row.authority}, {row.role}, {row.end}: {row.scp}" for row in missing.itertuples())
        raise ValueError(f"the spine of April {april} does not have these points: {cells}")
    annual = scales["scp"].map(_points(spine, april))
    pairs = zip(annual, hours_of_rows(scales), strict=True)
    hourly = [hourly_rate(pay, week) if week == week else None for pay, week in pairs]
    return scales.assign(annual=annual.astype("Int64"), hourly=pd.Series(hourly, index=scales.index, dtype=float))


def awards(spine: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what each April's award did to the points that both spines have.

    Returns
    -------
    pandas.DataFrame
        ``april, lowest, highest`` (the least and the greatest rise, GBP), ``lowest_percent, highest_percent`` and
        ``flat`` (whether every point rose by the same sum).

    Examples
    --------
    >>> awards().query("april == 2022")[["lowest", "highest", "flat"]].to_numpy().tolist()
    [[1925.0, 1925.0, True]]
    """
    table = _spine(spine).pivot(index="scp", columns="april", values="annual").astype(float)
    rows = []
    for before, after in zip(table.columns, table.columns[1:], strict=False):
        rise = (table[after] - table[before]).dropna()
        percent = 100 * rise / table[before].loc[rise.index]
        rows.append((after, rise.min(), rise.max(), percent.min(), percent.max(), rise.nunique() == 1))
    return pd.DataFrame(rows, columns=["april", "lowest", "highest", "lowest_percent", "highest_percent", "flat"])


def _spine(spine):
    return data.load("pay_spine") if spine is None else spine


def _points(spine, april):
    """Return the salaries of an April by point."""
    return spine[spine["april"] == data.choose(april, set(spine["april"]), "April")].set_index("scp")["annual"]


def _national(scales):
    return scales[scales["spine"] == NATIONAL]
