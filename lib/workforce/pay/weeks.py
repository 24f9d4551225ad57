"""Working weeks: the hours at which annual pay gives the hourly rates that are printed beside it."""

from decimal import Decimal
from math import nan

import pandas as pd

from workforce.pay.frames import COUNCIL, KEY, complete
from workforce.rounding import half_up

WEEKS_A_YEAR = 365 / 7
HALF_A_PENNY = 0.005


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

    Examples
    --------
    >>> low, high = hours_of(33486, 17.84)
    >>> round(low, 3), round(high, 3)
    (35.988, 36.008)
    """
    return annual / (hourly + HALF_A_PENNY) / WEEKS_A_YEAR, annual / (hourly - HALF_A_PENNY) / WEEKS_A_YEAR


def hourly_rate(annual: float, hours: float) -> float:
    """Return the hourly rate, to the penny, of an annual salary at a working week of so many hours.

    Examples
    --------
    >>> hourly_rate(33486, 36)
    17.84
    """
    return float(half_up(annual / WEEKS_A_YEAR / hours, Decimal("0.01")))


def working_weeks(scales: pd.DataFrame) -> pd.DataFrame:
    """Work out each council's week from its pairs of annual and hourly pay, over all its scales in a paper.

    Parameters
    ----------
    scales : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        ``document, authority, hours_low, hours_high`` (the hours that most of its pairs allow, missing where no more than half
        of them agree), ``hours`` (the round week within, else the middle), ``week`` (the same in words) and
        ``inconsistent_pairs`` (their number). Councils without a pair are not in it.

    Examples
    --------
    >>> from workforce import pay
    >>> working_weeks(pay.scales()).set_index("authority").loc["trafford", "week"]
    '36 h 25 min'
    """
    pairs = _pairs(complete(scales))
    columns = [*COUNCIL, "hours_low", "hours_high", "hours", "week", "inconsistent_pairs"]
    return pd.DataFrame([_working_week(council, rows) for council, rows in pairs.groupby(COUNCIL)], columns=columns)


def hours_of_rows(scales):
    """Return the hours of the week of each row's council, missing where they are not known."""
    weeks = working_weeks(scales).set_index(COUNCIL)["hours"]
    councils = pd.MultiIndex.from_frame(scales[COUNCIL])
    return pd.Series(weeks.reindex(councils).to_numpy(dtype=float), index=scales.index)


def odd_pairs(scales: pd.DataFrame, weeks: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the pairs of annual and hourly pay that their council's week cannot explain.

    Parameters
    ----------
    scales : pandas.DataFrame
    weeks : pandas.DataFrame, optional
        As ``working_weeks`` returns it; by default that of the scales.

    Returns
    -------
    pandas.DataFrame
        ``document, authority, role, end, annual, hourly, should_be`` (the rate at the council's week) and ``fits`` (the councils
        of the paper whose weeks would give the printed rate, if any).

    Examples
    --------
    >>> from workforce import pay
    >>> odd_pairs(pay.scales())[["authority", "hourly", "should_be", "fits"]].to_numpy().tolist()
    [['wigan', 22.44, 22.09, 'trafford']]
    """
    scales = complete(scales)
    weeks = working_weeks(scales) if weeks is None else weeks
    merged = _pairs(scales).merge(weeks.drop(columns="inconsistent_pairs"), on=COUNCIL, suffixes=("_pair", ""))
    odd = merged[~((merged["low_pair"] < merged["hours_high"]) & (merged["hours_low"] < merged["high_pair"]))]
    should_be = [hourly_rate(row.annual, row.hours) if row.hours == row.hours else None for row in odd.itertuples()]
    fits = [_whose_week(row, weeks) for row in odd.itertuples()]
    columns = [*KEY, "annual", "hourly"]
    return odd[columns].assign(should_be=should_be, fits=fits).reset_index(drop=True)


def in_hours(hours: float) -> str:
    """Return hours in words.

    Examples
    --------
    >>> in_hours(36 + 25 / 60)
    '36 h 25 min'
    """
    minutes = int(half_up(hours * 60))
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def _pairs(scales):
    pairs = scales.dropna(subset=["annual", "hourly"])[[*KEY, "annual", "hourly"]]
    low, high = hours_of(pairs["annual"].astype(float), pairs["hourly"])
    return pairs.assign(low_pair=low, high_pair=high)


def _working_week(council, rows):
    """Find the hours that lie in most intervals: the overlap begins at one of their low ends."""
    lows, highs = rows["low_pair"].to_numpy(), rows["high_pair"].to_numpy()
    holding = (lows <= lows[:, None]) & (lows[:, None] < highs)  # a row for each low end, a column for each interval
    agreeing = rows[holding[holding.sum(axis=1).argmax()]]
    if len(agreeing) * 2 <= len(rows) and len(rows) > 1:
        return (*council, nan, nan, nan, "no week on which most pairs agree", len(rows))
    low, high = agreeing["low_pair"].max(), agreeing["high_pair"].min()
    return (*council, low, high, *_round_week(low, high), len(rows) - len(agreeing))


def _round_week(low, high):
    """Return the roundest week within the bounds, in hours and in words; where there is none, say what is near."""
    for minutes in (60, 30, 15, 5):
        nearest = half_up((low + high) / 2 * 60 / minutes) * minutes
        if low * 60 < nearest <= high * 60:
            return float(nearest) / 60, in_hours(float(nearest) / 60)
    middle = (low + high) / 2
    nearest = float(half_up(middle * 12)) / 12
    return middle, f"{half_up(middle, Decimal('0.01'))} h ({in_hours(nearest)} is just outside)"


def _whose_week(pair, weeks):
    others = weeks[(weeks["document"] == pair.document) & (weeks["authority"] != pair.authority)].dropna(subset="hours")
    fits = [other.authority for other in others.itertuples() if hourly_rate(pair.annual, other.hours) == pair.hourly]
    return ", ".join(fits)
