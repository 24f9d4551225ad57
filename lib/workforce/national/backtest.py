"""How far what is called ordinary can be trusted: each way of forecasting judged by years that it was not fitted on.

For every year that can be, laws are learnt from the years before it, and each authority's next rate is set beside what they
expect (rolling origin; Tashman 2000, International Journal of Forecasting 16).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workforce.national import compare, ordinary
from workforce.national.measures import STABILITY

CHANCE, WALK, LEVEL, TO_ENGLAND = "chance alone", "random walk", "local level", "autoregression about England"
AS_ENGLAND, OWN_MEAN = "England's rate", "own average"
METHODS = (CHANCE, WALK, LEVEL, TO_ENGLAND)
SIZES = ("smallest third", "middle third", "largest third")
AIMS = {"coverage_95": (0.93, 0.97), "coverage_80": (0.78, 0.86), "calls": (0.0, 0.08)}


@dataclass(frozen=True)
class _Way:
    """A way of forecasting: a law of log rates, what is taken off them, a year's own variance of that, and the reach."""

    law: object
    taken: np.ndarray
    reach: tuple[float, float]
    drift: float = 0.0


def forecasts(release, measures=STABILITY):
    """Return the forecasts of every authority's rate, each made of the years before, beside what came.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``year``, ``area``, ``size`` (third of the authorities by their base that year), ``method``, ``rate``
        (what came), ``centre``, ``low``, ``high``, ``inner_low``, ``inner_high`` (per cent; the ends hold 95% and 80%, missing
        where a method has none).
    """
    parts = [
        _of_year(release, measure, year)
        for measure in measures
        for year in release.years[ordinary.FEWEST_YEARS :]
        if ordinary.learnt(release, measure, year - 1) is not None
    ]
    return pd.concat(parts, ignore_index=True)


def _of_year(release, measure, year):
    seen, whole = ordinary.panel(release, measure, year - 1), ordinary.panel(release, measure, year)
    here = whole.years.index(year)
    came = pd.Series(100 * whole.counts[:, here] / whole.bases[:, here], whole.areas)
    bases = pd.Series(whole.bases[:, here], whole.areas)
    known = {area: np.flatnonzero(~np.isnan(row)) for area, row in zip(seen.areas, seen.counts, strict=True)}
    judged = [area for area in seen.areas if len(known[area]) and known[area][-1] == here - 1]
    judged = came.loc[judged].dropna().index
    sizes = pd.qcut(bases[judged], len(SIZES), labels=SIZES)
    england, ways = _england(release, measure, seen.years), _ways(release, measure, seen, year)
    y, chance = ordinary.logs(measure.model, seen.counts, seen.bases)
    rows = []
    for area in judged:
        place = seen.areas.index(area)
        points, base = known[area], seen.bases[place, known[area][-1]]
        key = (measure.name, year, area, sizes[area])
        for method, way in ways.items():
            ends = _range(way, seen, points, y[place], chance[place], base, year)
            rows.append((*key, method, came[area], *ends))
        own = 100 * np.mean(seen.counts[place, points] / seen.bases[place, points])
        rows += [
            (*key, method, came[area], value, *[np.nan] * 4)
            for method, value in ((AS_ENGLAND, england[-1]), (OWN_MEAN, own))
        ]
    columns = ["measure", "year", "area", "size", "method", "rate"]
    return pd.DataFrame(rows, columns=[*columns, *ordinary.Range._fields]).astype({"size": str})


def _ways(release, measure, seen, year):
    """Return each method's _Way, fitted on the years that were seen."""
    from scipy.stats import norm

    normal = tuple(float(norm.ppf((1 + level) / 2)) for level in ordinary.LEVELS)
    y, chance = ordinary.logs(seen.model, seen.counts, seen.bases)
    none, rate = np.zeros(len(seen.years)), _england(release, measure, seen.years) / 100
    england = np.log(rate) if measure.model == "rate" else np.log(rate / (1 - rate))
    learnt = ordinary.learnt(release, measure, year - 1)
    drift = float(np.mean(np.diff(england) ** 2))
    return {
        CHANCE: _Way(None, none, normal),
        WALK: _Way(ordinary.fitted(ordinary.Walk, y, chance), none, normal),
        LEVEL: _Way(learnt.law, none, learnt.reach),
        TO_ENGLAND: _Way(ordinary.fitted(ordinary.Autoregression, y - england, chance), england, normal, drift),
    }


def _england(release, measure, years):
    """Return England's rates, per cent, of its own counts."""
    values = release.values.xs(release.nation, level="area").loc[years]
    return (100 * values[measure.count] / values[list(measure.base)].sum(axis=1)).to_numpy()


def _range(way, seen, points, y, chance, base, year):
    """Return the ``ordinary.Range`` that a way expects of an authority's points."""
    times, less = np.asarray(seen.years)[points], y[points] - way.taken[points]
    if way.law is None:
        centre, variance = less[-1], chance[points[-1]]
    else:
        centre, variance = ordinary.foreseen(way.law, times, less, chance[points], year)
    return ordinary.ranged(seen.model, centre + way.taken[-1], variance + way.drift, base, way.reach)


def coverage(judged):
    """Return how often what came lay within each method's ranges, by measure and size, and how far it was off.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``size`` (``all`` or one of SIZES), ``method``, ``forecasts``, ``coverage_95``, ``coverage_80``, ``calls``
        (the share outside the 95% range), ``error`` (mean, absolute, percentage points).
    """
    inside = judged.assign(
        coverage_95=judged["rate"].between(judged["low"], judged["high"]).where(judged["low"].notna()),
        coverage_80=judged["rate"].between(judged["inner_low"], judged["inner_high"]).where(judged["low"].notna()),
        error=(judged["rate"] - judged["centre"]).abs(),
    )
    both = pd.concat([inside.assign(size="all"), inside])
    found = both.groupby(["measure", "size", "method"], sort=False).agg(
        forecasts=("rate", "size"),
        **{name: (name, _share) for name in ("coverage_95", "coverage_80", "error")},
    )
    found.insert(3, "calls", 1 - found["coverage_95"])
    return found.reset_index()


def _share(values):
    return float(values.astype(float).mean())


def trends_called(release, measures=STABILITY):
    """Return how many authorities' trends are called over all years to each, and how many of these went on the next year.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``year``, ``trends``, ``called``, ``followed`` (of those called, with a figure of the next year), ``went_on``
        (the next year's rate moved the same way).
    """
    rows = []
    for measure in measures:
        whole = ordinary.panel(release, measure)
        for year in release.years[ordinary.FEWEST_YEARS - 1 :]:
            law = ordinary.learnt(release, measure, year)
            if law is not None:
                rows.append((measure.name, year, *_trends_to(law, whole, year)))
    return pd.DataFrame(rows, columns=["measure", "year", "trends", "called", "followed", "went_on"])


def _trends_to(law, whole, year):
    here, directions = whole.years.index(year), []
    rates = whole.counts / whole.bases
    for place in range(len(whole.areas)):
        points = np.flatnonzero(~np.isnan(whole.counts[place, : here + 1]))
        if len(points) < ordinary.FEWEST_YEARS or points[-1] != here:
            continue
        times = np.asarray(whole.years)[points]
        found = law.trend(times, whole.counts[place, points], whole.bases[place, points]).direction
        step = rates[place, here + 1] - rates[place, here] if here + 1 < len(whole.years) else np.nan
        directions.append((found, step))
    called = [(found, step) for found, step in directions if found != "none"]
    followed = [(found, step) for found, step in called if not np.isnan(step)]
    went_on = sum(step > 0 if found == "up" else step < 0 for found, step in followed)
    return len(directions), len(called), len(followed), went_on


def lasting(release, neighbours, measures=STABILITY):
    """Return how long an authority's side of its neighbours' median lasts: the same, none or the other a year later.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``year``, ``authorities``, ``named`` (with a side), and of those with a figure a year later ``same``,
        ``none``, ``other``; these are missing for the last year.
    """
    rows = []
    for measure in measures:
        sides = {
            year: pd.Series(compare.sides(release, measure, year, neighbours), dtype=str)
            for year in release.years
            if ordinary.learnt(release, measure, year) is not None
        }
        for year, now in sides.items():
            named = now[now.isin(["lower", "higher"])]
            row = [measure.name, year, int((now != "").sum()), len(named)]
            if year + 1 not in sides:
                rows.append((*row, *[np.nan] * 3))
                continue
            then = sides[year + 1].reindex(named.index).fillna("")
            named, then = named[then != ""], then[then != ""]
            same, none = int((named == then).sum()), int((then == "near").sum())
            rows.append((*row, same, none, len(named) - same - none))
    return pd.DataFrame(rows, columns=["measure", "year", "authorities", "named", "same", "none", "other"])
