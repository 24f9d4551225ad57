"""Whether a release can be right: its rates against its own counts, and zeros that cannot be true."""

import numpy as np
import pandas as pd

from workforce import words
from workforce.national import areas
from workforce.national.measures import BY_HEADCOUNT, MEASURES, Measure, at_most, is_whole
from workforce.rounding import half_up

# A zero is suspect among at least so many people, where England's rate would make at least so many: the chance of
# none is then below one in 20,000, were they counted one by one. So are leavers of less than a part of what is expected.
FEWEST_PEOPLE, FEWEST_EXPECTED, LEAST_PART = 20, 10, 0.2

SUSPECT, UNRELIABLE = "suspect", "low reliability"
_STARTERS = tuple(
    Measure(f"starters, {by}", f"starters_rate_{by}", f"starters_{by}", (f"inpost_{by}",))
    for by in ("fte", "headcount")
)
_LEAVERS = tuple(measure for measure in (*MEASURES, *BY_HEADCOUNT) if measure.model == "rate")
_PEOPLE = (("inpost", "workers", ""), ("starters", "starters", ""), ("leavers", "leavers", "turnover_rate_fte"))
_FLOWS = ("starters_", "leavers_", "turnover_", "working_days_", "absence_")
_NOISE = 1e-9
_LONDON = {"E12000007": ("E13000001", "E13000002")}


def without_suspects(values, reasons, known):
    """Set aside the numbers that cannot be true, and those that are no year's: see the functions below.

    Returns
    -------
    values, reasons : pandas.DataFrame
        The number missing, and the reason in its place: ``suspect: …`` for what cannot be true.
    """
    beyond = [(place, column, f"{SUSPECT}: {reason}") for place, column, reason in _beyond(values, known)]
    values, reasons = _without(values, reasons, beyond)  # what there cannot be is no measure of the rest
    untrue = (*_zeros(values, known), *_parts_of_people(values), *_below_zero(values))
    suspects = [(place, column, f"{SUSPECT}: {reason}") for place, column, reason in untrue]
    return _without(values, reasons, [*suspects, *_parts_of_years(values, known)])


def _without(values, reasons, found):
    """Return values and reasons with a reason in the place of each number that was found."""
    kept, told = values.copy(), reasons.copy()
    for place, column, reason in found:
        kept.loc[place, column] = np.nan
        told.loc[place, column] = reason
    return kept, told


def _beyond(values, known):
    """Yield place, column and reason of numbers that are beyond what the census can have."""
    is_authority = (known["level"] == "Local authority").reindex(values.index.get_level_values("area")).to_numpy()
    for column in values:
        limits = np.where(is_authority, at_most(column), at_most(column, is_authority=False))
        for place, limit in zip(values.index, limits, strict=True):
            if values.loc[place, column] > limit:
                yield place, column, f"more than {limit:,}, beyond what there can be"


def _zeros(values, known):
    """Yield place, column and reason of zeros, and of next to no leavers, where England's rate would make many.

    Vacancies and agency workers can be none by decision; leavers, starters, cases and days lost among many people cannot.
    """
    for measure in (measure for measure in (*MEASURES, *BY_HEADCOUNT, *_STARTERS) if measure.model != "share"):
        if not {measure.count, *measure.base} <= set(values):
            continue
        people = values[list(measure.base)].sum(axis=1, min_count=len(measure.base))
        england = _england(values[measure.count], people, known)
        expected = people * values.index.get_level_values("year").map(england)
        many = (people >= FEWEST_PEOPLE) & (expected >= FEWEST_EXPECTED)
        few = values[measure.count] < LEAST_PART * expected if measure in _LEAVERS else values[measure.count] == 0
        for column in (name for name in (measure.count, measure.rate) if name in values):
            for place in values.index[many & ((values[column] == 0) | few & values[column].notna())]:
                count = values.loc[place, measure.count]
                told = "zero" if values.loc[place, column] == 0 else words.amount(count, "leavers")
                yield place, column, f"{told}, where England’s rate would give {half_up(expected[place])}"


def _england(counts, bases, known):
    """Return England's rate by year: of its own row, else of the authorities that have both numbers."""
    both = pd.DataFrame({"counts": counts, "bases": bases}).dropna()
    level = both.index.get_level_values("area").map(known["level"])
    own, pooled = (both[level == kind].groupby("year").sum() for kind in ("National", "Local authority"))
    return (own["counts"] / own["bases"]).combine_first(pooled["counts"] / pooled["bases"])


def _parts_of_people(values):
    """Yield place, column and reason of full-time equivalents, and rates of them, of less than half of the people."""
    for name, named, rate in _PEOPLE:
        if not {f"{name}_fte", f"{name}_headcount"} <= set(values):
            continue
        parts, people = values[f"{name}_fte"], values[f"{name}_headcount"]
        for place in values.index[(people >= FEWEST_EXPECTED) & (parts < people / 2)]:
            for column in (column for column in (f"{name}_fte", rate) if column in values):
                yield place, column, f"{named} of {parts[place]:g} FTE for {people[place]:g} people"


def _parts_of_years(values, known):
    """Yield place, column and reason of what an authority that came within a census year counted in that year."""
    for key, date in areas.beginnings(known).items():
        year = date.year + (date.month >= 10)
        if (key, year) in values.index:
            for column in (name for name in values if name.startswith(_FLOWS)):
                yield (
                    (key, year),
                    column,
                    f"perhaps for a part of the year only: the authority began in {words.period(f'{date:%Y-%m}')}",
                )


def _below_zero(values):
    for column in values:
        for place in values.index[values[column] < 0]:
            yield place, column, "below zero"


def without_set_aside(release):
    """Return what the rates of regions and England would be without the authorities whose count is set aside as suspect.

    The published counts of those authorities are taken out of the aggregate's own, from count and base; out of its base too
    those whose leaving out explains the published rate, see ``disagreements``, so that nothing else is counted otherwise.

    Returns
    -------
    pandas.DataFrame
        ``area, name, year, measure, published, without`` and ``left_out`` (the names of the authorities); a row for each rate
        that has any.

    Examples
    --------
    >>> from workforce.national import release
    >>> found = without_set_aside(release.newest()).query("name == 'North West' and year == 2022 and measure == 'turnover rate'")
    >>> found[["published", "without", "left_out"]].round(1).to_numpy().tolist()
    [[16.9, 19.5, 'Manchester and Oldham']]
    """
    measures = [measure for measure in MEASURES if set(measure.columns) <= set(release.values)]
    rows = [row for measure in measures for row in _without_set_aside(release, measure)]
    columns = ["area", "name", "year", "measure", "published", "without", "left_out"]
    return pd.DataFrame(rows, columns=columns).dropna(subset=["published", "without"])


def _without_set_aside(release, measure):
    known, numbers = release.areas, release.as_published[list(measure.columns)]
    off = (
        release.disagreements.query("measure == @measure.name and explained_by != ''").set_index(["area", "year"]).index
    )
    for year, reasons in release.reasons[measure.count].groupby(level="year"):
        reasons = reasons.droplevel("year")
        suspects = set(reasons.index[reasons.str.startswith(SUSPECT)])
        unreliable = set(reasons.index[reasons == UNRELIABLE])
        for area in known.index[known["level"] != "Local authority"] if suspects else ():
            within = _members(known, area)
            out = [key for key in reasons.index if key in suspects & within]
            if not out or (area, year) not in numbers.index:
                continue
            gone = [*out, *(unreliable & within if (area, year) in off else ())]
            less = numbers.loc[(area, year)] - numbers.reindex([(key, year) for key in gone]).fillna(0).sum()
            rate = measure.factor(year) * less[measure.count] / less[list(measure.base)].sum()
            published, names = numbers.loc[(area, year), measure.rate], words.named(known.loc[out, "name"])
            yield area, known.loc[area, "name"], year, measure.name, published, rate, names


def disagreements(release):
    """Return the published rates that their counts cannot give, at any values that round to those published.

    Full-time equivalents and rates are rounded, headcounts and cases are not. The rate of an aggregate may leave out the
    authorities whose count is of low reliability: of its base, or of both; where that explains it, ``explained_by`` names
    them.

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
    numbers, halves = release.values[list(measure.columns)].dropna(), _halves(release, measure)
    low, high = _bounds(measure, numbers, halves)
    outside = ~numbers[measure.rate].between(low, high)
    for (area, year), row in numbers[outside].iterrows():
        left_out = _left_out(release, measure, numbers.loc[[(area, year)]], halves)
        names = words.named(release.areas.loc[left_out, "name"]) if left_out else ""
        place = (area, year)
        name = release.areas.loc[area, "name"]
        yield area, name, year, measure.name, row[measure.rate], low[place], high[place], names, release.name


def _bounds(measure, numbers, halves):
    """Return the least and greatest rates that rows of counts allow, both ends rounded as the published rate is."""
    halves = halves.reindex(numbers.index)
    return _allowed(measure, numbers, halves, halves[measure.rate])


def _allowed(measure, numbers, halves, of_rate):
    """Return the least and greatest rates of counts that may be off by ``halves``, less and more half a step of the rate."""
    others = [column for column in measure.base if column != measure.count]
    factor = numbers.index.get_level_values("year").map(measure.factor)
    ends = []
    for sign in (-1, 1):
        top = (numbers[measure.count] + sign * halves[measure.count]).clip(lower=0)
        other = (numbers[others] - sign * halves[others]).clip(lower=0).sum(axis=1)
        bottom = other + top if measure.count in measure.base else other
        rate = (factor * top / bottom).where(bottom > 0, sign * np.inf)
        ends.append(rate + sign * (of_rate + _NOISE))
    return ends


def _halves(release, measure):
    """Return by how much each number may be off: half of the last digit it is published to; nothing for whole ones."""
    halves = {}
    for column in measure.columns:
        digits = release.published[column].str.extract(r"\.(\d+)", expand=False).str.len()
        usual = digits.mode().max() if digits.notna().any() else 0  # a trailing zero is not published
        halves[column] = 0.0 if is_whole(column) else 0.5 * 10.0 ** -digits.fillna(0).clip(lower=usual)
    return pd.DataFrame(halves, index=release.published.index)


def _left_out(release, measure, numbers, halves):
    """Return the authorities whose leaving out of an aggregate explains its rate, if they do."""
    ((area, year),) = numbers.index
    if release.areas.loc[area, "level"] == "Local authority":
        return []
    columns = list(dict.fromkeys((measure.count, *measure.base)))
    reasons = release.reasons[measure.count].xs(year, level="year")
    members = _members(release.areas, area)
    within = [key for key in reasons.index if key in members]
    left_out = [key for key in within if reasons[key] == UNRELIABLE]
    halves = halves.xs(year, level="year")
    here = release.values.xs(year, level="year")[columns]
    of_rate = halves.loc[area, measure.rate]
    less = numbers[columns] - here.reindex(left_out).fillna(0).sum()  # of the base only: their count is no number
    kept = here.reindex([key for key in within if key not in left_out]).dropna()
    for sums, counted in ((less, [area, *left_out]), (kept.sum().to_frame((area, year)).T, list(kept.index))):
        sums = sums.set_axis(numbers.index)
        off = halves.reindex(counted)[columns].sum().to_frame(0).T.set_axis(numbers.index)
        low, high = _allowed(measure, sums, off, of_rate)
        if numbers[measure.rate].between(low, high).all():
            return left_out
    return []


def _members(known, area):
    """Return the keys of the authorities in an aggregate."""
    authorities = known["level"] == "Local authority"
    if known.loc[area, "level"] != "National":
        authorities &= known["region"].isin((area, *_LONDON.get(area, ())))
    return set(known.index[authorities])
