"""What is said of pay: where a council stands, where its ladder stalls, what a rise costs, what awards do to a gap."""

from workforce import words
from workforce.display import Tile

_IN_PART = {
    "one amount": "One amount is printed for the post, which is taken as its entry and its top",
    "up to": "Only an amount up to which the scale goes is printed, so entry pay is not known",
    "from": "Only the entry of the scale is printed, so its top is not known",
    "no hourly rate": "No hourly rate is printed, so pay by the hour is not known unless the week is",
    "own points": "The points are the council's own, so the national spine does not price them",
}
UNITS = {"annual": "GBP per year", "hourly": "GBP per hour", "common-week": "GBP per year"}


def pounds(value, unit):
    """Return a sum of money in its unit: pence by the hour, pounds by the year.

    Examples
    --------
    >>> pounds(17.84, "GBP per hour")
    '£17.84 an hour'
    """
    return words.amount(value, unit, 2 if unit == "GBP per hour" else 0)


def place(position):
    """Return a place in words: ``1st of 10``, ``joint 8th of 10``.

    Examples
    --------
    >>> from workforce import pay
    >>> place(pay.position("tameside", "ASYE"))
    'joint 1st of 10'
    """
    return f"{'joint ' if position.tied else ''}{words.ordinal(position.rank)} of {position.councils}"


def standing(position, name):
    """Return a sentence on where a council stands for one end of a scale.

    Examples
    --------
    >>> from workforce import pay
    >>> standing(pay.position("wigan", "ASYE"), "Wigan")[:40]
    'Wigan is joint 1st of 10 at the entry of'
    """
    unit = UNITS[position.basis]
    if position.councils == 1:
        return (
            f"{name} pays {pounds(position.value, unit)} at the {position.end} of the {position.role} scale; the tables have no "
            "other council's pay for it."
        )
    against = f"{_against(position.gap, position.gap_percent, unit)} the median"
    best = (
        "; nobody pays more"
        if position.gap_to_best == 0
        else f" and {_against(position.gap_to_best, position.gap_to_best_percent, unit)} the best"
    )
    pays = pounds(position.value, unit)
    return f"{name} is {place(position)} at the {position.end} of the {position.role} scale ({pays}), {against}{best}."


def pay_tile(position, other=None):
    """Return a tile of a council's pay at one end of a role's scale: its place, the median, and its place on another basis.

    Examples
    --------
    >>> from workforce import pay
    >>> print(pay_tile(pay.position("wigan", "ASYE")))
    ASYE, entry: £33,486 a year; joint 1st of 10; median £30,540 a year
    """
    unit = UNITS[position.basis]
    median = pounds(position.value - position.gap, unit)
    how = {"annual": "by the year", "hourly": "by the hour", "common-week": "at a 37-hour week"}
    beside = f"{place(position)}; median {median}" if position.councils > 1 else "no other council in the tables"
    also = f"{how[other.basis]} {place(other)}" if other and other.councils > 1 else ""
    return Tile(f"{position.role}, {position.end}", pounds(position.value, unit), beside, also)


def moved(annual, hourly, name):
    """Return a sentence on whether a council's place differs when pay is taken by the hour."""
    scale = f"at the {annual.end} of the {annual.role} scale"
    if (annual.rank, annual.tied) == (hourly.rank, hourly.tied):
        return f"By the hour {name} keeps its place {scale}: {place(annual)}."
    return f"By the hour {name} is {place(hourly)} {scale}, where by the year it is {place(annual)}."


def stall(rungs, name, unit):
    """Return a sentence on the step of a career ladder that brings least.

    Parameters
    ----------
    rungs : pandas.DataFrame
        One council's rows of ``pay.ladder``.
    name, unit : str
    """
    known = rungs.dropna(subset="uplift")
    if known.empty:
        return f"The steps of {name}'s career ladder are not known."
    least = known.loc[known["uplift"].idxmin()]
    before = rungs.set_index("step").loc[least["step"] - 1]
    if before["role"] == least["role"]:
        step = f"within {least['role']}"
    else:
        step = f"from {before['role']} {before['end']} to {least['role']} {least['end']}"
    if least["uplift"] < 0:
        return f"Its ladder goes down {step}, by {pounds(-least['uplift'], unit)}."
    if least["uplift"] == 0:
        return f"Its ladder stands still {step}: both pay {pounds(least['value'], unit)}."
    share = words.amount(least["uplift_percent"], "percent")
    return f"Its smallest step, {pounds(least['uplift'], unit)} ({share}), is {step}."


def price(cost, name, april=None):
    """Return a sentence on what it would cost to raise one end of a scale to a target, priced on the spine of an April.

    Examples
    --------
    >>> from workforce import pay
    >>> price(pay.cost("tameside", "experienced/senior social worker"), "Tameside")[-52:]
    'paid there (no on-costs; allowances are left aside).'
    """
    scale = f"the {cost.end} of {name}'s {cost.role} scale"
    raising = f"On the spine of April {april}, raising" if april else "Raising"
    if cost.rise == 0:
        return f"{raising} {scale} to the {cost.target} would cost nothing: it is there, or above."
    on_costs = (
        f"on-costs of {words.amount(100 * cost.on_costs, 'percent')} included" if cost.on_costs else "no on-costs"
    )
    target_pay, per_fte, total = (pounds(one, "GBP per year") for one in (cost.target_pay, cost.per_fte, cost.total))
    several = f", {total} for {words.amount(cost.fte, 'FTE')}" if cost.fte != 1 else ""
    return (
        f"{raising} {scale} to the {cost.target} ({target_pay}) would cost {per_fte} for each full-time equivalent paid there"
        f"{several} ({on_costs}; allowances are left aside)."
    )


def awards_and_gap(gaps, awards, name, role, end):
    """Return a sentence on a gap to the median over the Aprils, and what awards of a flat sum did to it.

    Parameters
    ----------
    gaps : pandas.DataFrame
        As ``pay.gaps_over_time`` returns it.
    awards : pandas.DataFrame
        As ``pay.awards`` returns it.
    name, role, end : str
    """
    scale = f"the {end} of {name}'s {role} scale"
    if (gaps["gap"] == 0).all():
        return f"On every April's spine {scale} is at the median of the councils."
    flat = awards[awards["flat"]]["april"].astype(int).tolist()
    ends = [gaps.iloc[0], gaps.iloc[-1]]
    first, last = (_against(row["gap"], row["gap_percent"], "GBP per year", 2) for row in ends)
    said = (
        f"Priced on each April's spine, {scale} is {first} the median in {gaps['april'].iloc[0]} and {last} it in "
        f"{gaps['april'].iloc[-1]}."
    )
    during = gaps[gaps["april"].isin([min(flat) - 1, *flat])] if flat else gaps.head(0)
    if len(during) < 2 or during["gap"].nunique() > 1:
        return said
    start, finish = (words.amount(abs(during["gap_percent"].iloc[i]), "percent", 2) for i in (0, -1))
    return (
        f"{said} The awards of April {words.listed(list(map(str, flat)))} were flat sums: they left the gap at "
        f"{pounds(abs(during['gap'].iloc[0]), 'GBP per year')} while it went from {start} to {finish} of the median."
    )


def _against(gap, percent, unit, decimals=None):
    if gap == 0:
        return "at"
    side = "above" if gap > 0 else "below"
    return f"{pounds(abs(gap), unit)} ({words.amount(abs(percent), 'percent', decimals)}) {side}"


def said_in_part(partial, names):
    """Return for each way in which scales are told in part a sentence on whose they are.

    Parameters
    ----------
    partial : pandas.DataFrame
        As ``pay.partial_scales`` returns it.
    names : dict of str
        Councils' names by slug.
    """
    return [
        f"{meaning}: {'; '.join(_scales_of(rows, names))}."
        for told, meaning in _IN_PART.items()
        if len(rows := partial[partial["told"] == told])
    ]


def _scales_of(rows, names):
    """Yield for each council its name and the roles of its scales."""
    for authority, part in rows.groupby("authority", sort=False):
        yield f"{names[authority]} ({', '.join(part['role'])})"
