"""The national statistics as papers quote them: figures by the names that papers use, and who is whose neighbour.

They are of the box alone, so that no verdict changes with what a user has downloaded.
"""

import re
from functools import lru_cache

import pandas as pd

from workforce import data
from workforce.national import neighbours, release
from workforce.national.measures import DAYS, MEASURES

# What papers quote besides rates: a count's column, and its unit.
COUNTS = {
    "social workers in post": ("inpost_fte", "FTE"),
    "agency workers": ("agency_fte", "FTE"),
    "vacancies": ("vacancy_fte", "FTE"),
    "leavers": ("leavers_headcount", "people"),
    "working days lost": (DAYS, "days"),
}
STATISTICS, NEIGHBOURS = "statistics", "neighbours"
KEYS = {STATISTICS: ["authority", "measure", "period"], NEIGHBOURS: ["authority", "place"]}


def tables(authorities) -> dict[str, pd.DataFrame]:
    """Return what claims may ask of the national statistics, of some authorities and their neighbours, regions and England.

    Parameters
    ----------
    authorities : collection of str
        Slugs.

    Returns
    -------
    dict of pandas.DataFrame
        ``statistics``: ``authority`` (a slug), ``measure, period`` (the census year, to or at 30 September, as text), ``value,
        value_as_printed, unit, release``; figures that may not be used are left out. ``neighbours``: ``authority, neighbour``
        (slugs), ``place`` (1 is the nearest) and ``model`` (its year).

    Examples
    --------
    >>> found = tables(["walsall"])["statistics"].query("authority == 'walsall' and period == '2020'")
    >>> found.set_index("measure").loc["vacancy rate", ["value_as_printed", "unit"]].tolist()
    ['13.3', 'percent']
    """
    return {name: frame.copy() for name, frame in _tables(tuple(sorted(authorities))).items()}


@lru_cache(maxsize=4)
def _tables(authorities):
    one, near = release.newest(folder=data.NATIONAL), neighbours.newest(data.NATIONAL)
    slugs = one.areas["slug"]
    asked = [key for key in one.authorities() if slugs[key] in authorities]
    pairs = [
        (slugs[key], slugs[other], place)
        for key in asked
        for place, other in enumerate(near.of(key, one.authorities())[0], start=1)
    ]
    known = pd.DataFrame(pairs, columns=["authority", "neighbour", "place"]).assign(
        model=int(re.search(r"\d{4}", near.file)[0])
    )
    wanted = slugs.isin({*authorities, *known["neighbour"]}) | (one.areas["level"] != "Local authority")
    return {STATISTICS: _statistics(one, slugs[wanted]), NEIGHBOURS: known}


def _statistics(one, slugs):
    rates = {measure.name: (measure.rate, measure.unit) for measure in MEASURES}
    parts = []
    for name, (column, unit) in {**rates, **COUNTS}.items():
        values = one.values[column].dropna()
        values = values[values.index.get_level_values("area").isin(slugs.index)]
        area, year = (values.index.get_level_values(level) for level in ("area", "year"))
        parts.append(
            pd.DataFrame(
                {
                    "authority": slugs[area].to_numpy(),
                    "measure": name,
                    "period": year.astype(str),
                    "value": values.to_numpy(),
                    "value_as_printed": one.published.loc[values.index, column].to_numpy(),
                    "unit": unit,
                    "release": f"{release.TITLE}, {one.years[0]} to {one.latest}",
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
