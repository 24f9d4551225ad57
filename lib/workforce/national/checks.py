"""Whether a release can be right: its rates against its own counts, and noughts that cannot be true."""

import numpy as np
import pandas as pd

from workforce.national.measures import BY_HEADCOUNT, MEASURES, Measure, is_whole
from workforce.rounding import half_up

# A nought is suspect among at least so many people, where England's rate would make at least so many: the chance of
# none is then below one in 20,000, were they counted one by one.
FEWEST_PEOPLE, FEWEST_EXPECTED = 20, 10

SUSPECT = "suspect"
_STARTERS = tuple(
    Measure(f"starters, {by}", f"starters_rate_{by}", f"starters_{by}", (f"inpost_{by}",))
    for by in ("fte", "headcount")
)
_NOISE = 1e-9
_LONDON = {"E12000007": ("E13000001", "E13000002")}


def without_suspects(values, reasons, known):
    """Set aside the numbers that cannot be true: see ``_noughts``, ``_parts_of_people`` and ``_below_nought``.

    Returns
    -------
    values, reasons : pandas.DataFrame
        The number missing, and the reason ``suspect: …`` in its place.
    """
    kept, told = values.copy(), reasons.copy()
    national = known.index[known["level"] == "National"][0]
    for place, column, reason in (*_noughts(values, national), *_parts_of_people(values), *_below_nought(values)):
        kept.loc[place, column] = np.nan
        told.loc[place, column] = f"{SUSPECT}: {reason}"
    return kept, told


def _noughts(values, national):
    """Yield place, column and reason of noughts where England's rate would make many.

    Vacancies and agency workers can be none by decision; leavers, starters, cases and days lost among many people cannot.
    """
    for measure in (measure for measure in (*MEASURES, *BY_HEADCOUNT, *_STARTERS) if measure.model != "share"):
        if not {measure.count, *measure.base} <= set(values):
            continue
        people = values[list(measure.base)].sum(axis=1, min_count=len(measure.base))
        england = (values[measure.count] / people).xs(national, level="area")
        expected = people * values.index.get_level_values("year").map(england)
        many = (people >= FEWEST_PEOPLE) & (expected >= FEWEST_EXPECTED)
        for column in (name for name in (measure.count, measure.rate) if name in values):
            for place in values.index[many & (values[column] == 0)]:
                yield place, column, f"nought, where England's rate would make {half_up(expected[place])}"


def _parts_of_people(values):
    """Yield place, column and reason of full-time equivalents, and rates of them, of less than half of the people."""
    for name, rate in (("inpost", ""), ("starters", ""), ("leavers", "turnover_rate_fte")):
        if not {f"{name}_fte", f"{name}_headcount"} <= set(values):
            continue
        parts, people = values[f"{name}_fte"], values[f"{name}_headcount"]
        for place in values.index[(parts > 0) & (people >= FEWEST_EXPECTED) & (parts < people / 2)]:
            for column in (column for column in (f"{name}_fte", rate) if column in values):
                yield place, column, f"{parts[place]:g} FTE for {people[place]:g} people"


def _below_nought(values):
    for column in values:
        for place in values.index[values[column] < 0]:
            yield place, column, "below nought"


def disagreements(release):
    """Return the published rates that their counts cannot give, at any values that round to those published.

    Full-time equivalents and rates are rounded, headcounts and cases are not. An aggregate may leave out of its base the
    authorities whose count is of low reliability; where that explains its rate, ``explained_by`` names them.

    Returns
    -------
    pandas.DataFrame
        ``area``, ``name``, ``year``, ``measure``, ``published``, ``low`` and ``high`` (the rates that the counts allow),
        ``explained_by``, ``release``.
    """
    found = [row for measure in (*MEASURES, *BY_HEADCOUNT) for row in _disagreements(release, measure)]
    columns = ["area", "name", "year", "measure", "published", "low", "high", "explained_by", "release"]
    return pd.DataFrame(found, columns=columns)


def _disagreements(release, measure):
    if not set(measure.columns) <= set(release.values):
        return
    numbers = release.values[list(measure.columns)].dropna()
    low, high = _bounds(release, measure, numbers)
    outside = ~numbers[measure.rate].between(low, high)
    for (area, year), row in numbers[outside].iterrows():
        left_out = _left_out(release, measure, numbers.loc[[(area, year)]])
        names = ", ".join(release.areas.loc[key, "name"] for key in left_out)
        place = (area, year)
        name = release.areas.loc[area, "name"]
        yield area, name, year, measure.name, row[measure.rate], low[place], high[place], names, release.name


def _bounds(release, measure, numbers, without=0.0, members=0):
    """Return the least and greatest rates that rows of counts allow, both ends rounded as the published rate is.

    ``without`` is taken from the base, and comes of adding up ``members`` rounded numbers.
    """
    half = {column: 0.0 if is_whole(column) else 0.5 * 10.0 ** -decimals(release, column) for column in measure.columns}
    others = [column for column in measure.base if column != measure.count]
    slack = sum(half[column] for column in others) * (1 + members)
    factor = numbers.index.get_level_values("year").map(measure.factor)
    ends = []
    for sign in (-1, 1):
        top = (numbers[measure.count] + sign * half[measure.count]).clip(lower=0)
        other = (numbers[others].sum(axis=1) - without - sign * slack).clip(lower=0)
        bottom = other + top if measure.count in measure.base else other
        rate = (factor * top / bottom).where(bottom > 0, sign * np.inf)
        ends.append(rate + sign * (half[measure.rate] + _NOISE))
    return ends


def decimals(release, column):
    """Return to how many decimals a column is published: the most that any of its cells has."""
    digits = release.published[column].str.extract(r"\.(\d+)", expand=False).str.len()
    return int(digits.fillna(0).max())


def _left_out(release, measure, numbers):
    """Return the authorities whose leaving out of an aggregate's base explains its rate, if they do."""
    ((area, year),) = numbers.index
    if release.areas.loc[area, "level"] == "Local authority":
        return []
    reasons = release.reasons[measure.count].xs(year, level="year")
    within = [key for key in reasons.index if _is_in(release.areas, key, area)]
    left_out = [key for key in within if reasons[key] == "low reliability"]
    others = [column for column in measure.base if column != measure.count]
    without = sum(release.value(key, year, column) for key in left_out for column in others)
    low, high = _bounds(release, measure, numbers, without, len(left_out))
    return left_out if numbers[measure.rate].between(low, high).all() else []


def _is_in(known, key, area):
    if known.loc[key, "level"] != "Local authority":
        return False
    return known.loc[area, "level"] == "National" or known.loc[key, "region"] in (area, *_LONDON.get(area, ()))
