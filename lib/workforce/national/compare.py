"""Set an authority beside others: region, England and neighbours, rank, change, trend, and the funnel of chance."""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from workforce import trends
from workforce.national import ordinary

LEVELS = (0.95, 0.998)
WINSORISED = 0.1
MEDIAN = "statistical neighbours, median"
QUARTERS = ("lowest", "second lowest", "second highest", "highest")


@dataclass(frozen=True)
class Standing:
    """Where an authority stands among all that published a measure: rank 1 has the lowest value, ties share a rank."""

    rank: int
    tied: bool
    of: int

    @property
    def quarter(self):
        """Which quarter of the authorities it is in, by rank: 0 is the lowest."""
        return min(3, 4 * (self.rank - 1) // self.of)


def standing(release, measure, area, year):
    """Return an authority's Standing, or None where its figure is missing.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> standing(release.newest(), measures.VACANCY, "330", 2025)
    Standing(rank=93, tied=False, of=149)
    """
    values = rates(release, measure, year)
    if area not in values:
        return None
    rank = int((values < values[area]).sum()) + 1
    return Standing(rank, bool((values == values[area]).sum() > 1), len(values))


def rates(release, measure, year):
    """Return the published rates of a year's authorities, by key; a joint return counts once, a missing figure not.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> float(rates(release.newest(), measures.VACANCY, 2025).loc["330"])
    17.1
    """
    if measure.rate not in release.values:
        return pd.Series(dtype=float)
    values = release.values[measure.rate].xs(year, level="year")
    return values.reindex(release.authorities(year)).dropna()


def beside(release, measure, area, year, neighbours=None):
    """Set an authority's rate beside those of its region, England and its statistical neighbours.

    Parameters
    ----------
    release : Release
    measure : Measure
    area : str
        A key.
    year : int
    neighbours : Neighbours, optional

    Returns
    -------
    pandas.DataFrame
        ``who`` (authority, region, England, neighbours' median, neighbours' mean, neighbour), ``name``, ``value``,
        ``reason`` (why there is no value), ``of`` (how many values a median or mean is of). A mean is of the published
        rates, unweighted. A neighbour that is not in the release has its code for a name.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> beside(release.newest(), measures.VACANCY, "330", 2025)["who"].tolist()
    ['authority', 'region', 'England']
    """
    known = release.areas
    region = known.loc[area, "region"]

    def figure(key):
        return (
            known.loc[key, "name"],
            release.value(key, year, measure.rate),
            release.reason(key, year, measure.rate),
            1,
        )

    places = {"authority": area, "region": region, "England": release.nation}
    rows = [(who, *figure(key)) for who, key in places.items() if key in known.index]
    if neighbours is not None:
        keys, unknown = neighbours.of(area, release.authorities(year))
        near = [("neighbour", *figure(key)) for key in keys]
        near += [("neighbour", code, math.nan, "not in this release", 1) for code in unknown]
        values = pd.Series([row[2] for row in near], dtype=float)
        for name, value in (("median", values.median()), ("mean", values.mean())):
            reason = "" if values.notna().any() else "no neighbour has a figure"
            label = MEDIAN if name == "median" else f"statistical neighbours, {name}"
            rows.append((f"neighbours' {name}", label, float(value), reason, int(values.count())))
        rows += near
    return pd.DataFrame(rows, columns=["who", "name", "value", "reason", "of"])


def over_years(release, measure, area, neighbours=None):
    """Set an authority's rate beside its region's, England's and the median of its neighbours' over all years.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``year``, a column each, under the names that ``beside`` gives them, in its order.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> over_years(release.newest(), measures.VACANCY, "330").columns.tolist()
    ['Birmingham', 'West Midlands', 'England']
    """
    known, wide = release.areas, release.values[measure.rate].unstack("area").reindex(release.years)
    keys = [key for key in (area, known.loc[area, "region"], release.nation) if key in known.index]
    shown = {known.loc[key, "name"]: wide[key] for key in keys}
    if neighbours is not None:
        near = {year: neighbours.of(area, release.authorities(year))[0] for year in release.years}
        shown[MEDIAN] = pd.Series({year: wide.loc[year, keys].median() for year, keys in near.items()}, dtype=float)
    return pd.DataFrame(shown).rename_axis("year")


@lru_cache(maxsize=2048)
def points(release, measure, area):
    """Return an area's counts and bases over the years where both may be used, and the rate that is published.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``time`` (in years; the census's year ends on 30 September), ``count``, ``base``, ``rate``.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> list(points(release.newest(), measures.VACANCY, "330"))
    ['year', 'time', 'count', 'base', 'rate']
    """
    series = release.values.loc[area].reindex(columns=list(measure.columns))
    base = series[list(measure.base)].sum(axis=1, min_count=len(measure.base))
    found = pd.DataFrame({"count": series[measure.count], "base": base, "rate": series[measure.rate]}).dropna()
    found = found[found["base"] > 0].reset_index()
    return found.assign(time=found["year"] + 0.75)[["year", "time", "count", "base", "rate"]]


def trend(release, measure, area):
    """Fit the model of a measure's kind to an area's whole series; returns a ``trends.Result``.

    The slope of a rate or share allows for the wandering that is ordinary, see ``ordinary.Ordinary.trend``. Where a release
    is too small to learn that, and for a level, it is a trend of ``trends``: Poisson with the base as denominator, binomial
    of odds, or a straight line; these need three years, and two of a rate or share are compared as by ``change``.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> trend(release.newest(), measures.VACANCY, "330").unit
    'odds ratio per year'
    """
    found = points(release, measure, area)
    law = ordinary.learnt(release, measure)
    if law is not None and len(found) > 1 and found["count"].any():
        return law.between(found["time"], found["count"], found["base"])
    if len(found) == 2 and measure.model != "level":
        return _two_years(measure, found)
    if len(found) < 3:
        return trends.too_few(len(found))
    if measure.model == "level":
        unit = "percentage points" if measure.unit == "percent" else measure.unit
        return trends.line(found["time"], found["rate"], unit)
    fit = trends.trend if measure.model == "rate" else trends.binomial_trend
    return fit(found["time"], found["count"], found["base"])


def change(release, measure, area, since):
    """Compare an area's latest year with an earlier one: the exact ratio of two rates, or the odds ratio of two shares.

    Returns
    -------
    Result or None
        None where either year is missing, and for a level, whose parts are not independent.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> change(release.newest(), measures.VACANCY, "330", 2024).unit
    'odds ratio'
    """
    found = points(release, measure, area).set_index("year")
    years = [since, release.latest]
    if measure.model == "level" or not set(years) <= set(found.index):
        return None
    return _two_years(measure, found.loc[years])


class Change(NamedTuple):
    """An area's rates of two years, per cent: by chance alone, and beside the range that would have been ordinary."""

    before: float
    after: float
    chance: trends.Result
    expected: ordinary.Range | None

    @property
    def verdict(self):
        """``chance`` or ``ordinary`` where it is no more than that, else ``out``; ``clear`` where only chance is known."""
        if self.chance.direction == "none":
            return "chance"
        if self.expected is None:
            return "clear"
        return "ordinary" if self.expected.side(self.after) == "within" else "out"


def lately(release, measure, area):
    """Return the Change of an area's latest year on the year before, or None as ``change``.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> lately(release.newest(), measures.VACANCY, "330").verdict
    'ordinary'
    """
    last = release.latest
    by_chance = change(release, measure, area, last - 1)
    if by_chance is None:
        return None
    before, after = (release.value(area, year, measure.rate) for year in (last - 1, last))
    return Change(before, after, by_chance, expected(release, measure, area, last))


def expected(release, measure, area, year):
    """Return the ``ordinary.Range`` of a year, of the years before it alone; None where nothing can be learnt or is known.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> expected(release.newest(), measures.TURNOVER, "330", 2026).side(99)
    'above'
    """
    law, found = ordinary.learnt(release, measure, year - 1), points(release, measure, area)
    before = found[found["year"] < year]
    if law is None or before.empty:
        return None
    return law.forecast(before["year"], before["count"], before["base"], year)


def side(release, measure, area, year, neighbours=None):
    """Return on which side of its neighbours an area lies, or of England where it has none.

    A side is named where the rate lies outside the neighbours' middle half, and their median beyond the interval of the
    area's level, see ``ordinary.Ordinary.around``; where that cannot be learnt, of the exact one of its own count.

    Returns
    -------
    str
        ``lower``, ``higher``, ``near``; or an empty text where a figure of either is missing.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> side(release.newest(), measures.VACANCY, "330", 2025)
    'higher'
    """
    return sides(release, measure, year, neighbours, [area])[area]


def sides(release, measure, year, neighbours=None, areas=None):
    """Return the ``side`` of areas, by default of all authorities of the year, by key."""
    published, here = rates(release, measure, year), release.authorities(year)
    england, found = release.value(release.nation, year, measure.rate), {}
    for area in here if areas is None else areas:
        near = neighbours.of(area, here) if neighbours is not None else ((), ())
        values = published.reindex(near[0]).dropna().to_numpy()
        other = (np.median(values) if len(values) else math.nan) if any(near) else england
        found[area] = _side(release, measure, area, year, values, other)
    return found


def _side(release, measure, area, year, near, other):
    """Return the side of ``other`` on which an area lies, ``near`` being the rates whose median that is."""
    known = points(release, measure, area)
    known = known[known["year"] <= year]
    if measure.model == "level" or year not in known["year"].values or math.isnan(other):
        return ""
    law, rate = ordinary.learnt(release, measure, year), known["rate"].iloc[-1]
    if law is not None:
        low, high = law.around(known["year"], known["count"], known["base"], near)
    else:
        low, high = interval(release, measure, area, year)
    middle = np.quantile(near, [0.25, 0.75]) if len(near) else (other, other)
    if high < other and rate < middle[0]:
        return "lower"
    return "higher" if low > other and rate > middle[1] else "near"


def _two_years(measure, both):
    counts, bases = tuple(both["count"]), tuple(both["base"])
    if measure.model == "share":
        return trends.two_shares(counts, bases)
    return trends.two_counts(*counts, bases)


def interval(release, measure, area, year):
    """Return the exact 95% interval of an area's rate, in per cent, from its own count; None for a level or without one."""
    found = points(release, measure, area).set_index("year")
    if measure.model == "level" or year not in found.index:
        return None
    count, base = found.loc[year, ["count", "base"]]
    law = trends.share_interval if measure.model == "share" else trends.rate_interval
    low, high = law(count, base)
    return 100 * low, 100 * high


@dataclass(frozen=True, eq=False)
class Funnel:
    """Every authority's rate against its size, with the limits within which chance would keep it.

    ``points`` is indexed by area, with ``count``, ``base`` and ``rate`` (count over base); ``target`` is the rate of all
    together. Differences beyond chance widen the limits of a rate by a factor and those of a share by a variance that is
    added: multiplied, they would leave too many large authorities outside and too few small ones.
    Spiegelhalter (2005), 'Funnel plots for comparing institutional performance', Statistics in Medicine 24.
    """

    model: str
    points: pd.DataFrame
    target: float

    @cached_property
    def dispersion(self):
        """The variance between authorities over what chance would make it: the mean of z squared, winsorised at 10%."""
        deviations = self.points["rate"] - self.target
        z = deviations / np.sqrt(self._variance(self.points["base"]))
        ends = z.quantile([WINSORISED, 1 - WINSORISED])
        return float((z.clip(*ends) ** 2).mean())

    @cached_property
    def between(self):
        """The variance between authorities that is not chance, of shares, by moments (DerSimonian and Laird 1986)."""
        rate, weights = self.points["rate"], 1 / self._variance(self.points["base"])
        heterogeneity = (weights * (rate - np.average(rate, weights=weights)) ** 2).sum()
        scale = weights.sum() - (weights**2).sum() / weights.sum()
        return max(0.0, float((heterogeneity - (len(rate) - 1)) / scale))

    @property
    def is_wider(self):
        """Whether the authorities differ by more than chance would make them."""
        return self.between > 0 if self.model == "share" else self.dispersion > 1

    def limits(self, bases, level, widened=False):
        """Return the lower and upper limits for authorities of given size.

        Parameters
        ----------
        bases : sequence of float
        level : float
            Share of authorities that chance would keep within them, such as 0.95.
        widened : bool, optional
            Widen them for over-dispersion, see above; these come of the normal distribution,
            the others are the exact ones of the Poisson or binomial distribution, interpolated (for a binomial one the
            base is taken to the nearest whole).
        """
        from scipy.stats import binom, norm, poisson

        bases = np.asarray(bases, dtype=float)
        tails = (1 - level) / 2, (1 + level) / 2
        if widened:
            variance = self._variance(bases)
            wider = variance + self.between if self.model == "share" else max(1.0, self.dispersion) * variance
            reach = norm.ppf(tails[1]) * np.sqrt(wider)
            highest = 1.0 if self.model == "share" else np.inf
            return np.clip(self.target - reach, 0, None), np.clip(self.target + reach, None, highest)
        whole = np.maximum(1, np.rint(bases))
        law, size = (
            (binom(whole, self.target), whole) if self.model == "share" else (poisson(bases * self.target), bases)
        )
        return tuple(_quantile(law, tail) / size for tail in tails)

    def verdict(self, area, widened=False):
        """Return where an authority lies: ``inside``, or ``above`` or ``below`` with the widest limit that it is beyond."""
        rate, base = self.points.loc[area, ["rate", "base"]]
        for level in sorted(LEVELS, reverse=True):
            low, high = self.limits([base], level, widened)
            if rate < low[0]:
                return "below", level
            if rate > high[0]:
                return "above", level
        return "inside", LEVELS[0]

    def _variance(self, bases):
        share = self.target * (1 - self.target)
        return (share if self.model == "share" else self.target) / bases


@lru_cache(maxsize=64)
def funnel(release, measure, year):
    """Return the Funnel of a measure's counts in a year, or None with fewer than ten authorities or a level.

    Levels (cases, days lost) come in bundles, of one person or one family: chance alone gives no limits for them.
    """
    if measure.model == "level" or not set(measure.columns) <= set(release.values):
        return None
    here = release.values.xs(year, level="year").reindex(release.authorities(year))[list(measure.columns)].dropna()
    counts, bases = here[measure.count], here[list(measure.base)].sum(axis=1)
    counts, bases = counts[bases > 0], bases[bases > 0]
    if len(counts) < 10 or not counts.sum():
        return None
    found = pd.DataFrame({"count": counts, "base": bases, "rate": counts / bases})
    return Funnel(measure.model, found, float(counts.sum() / bases.sum()))


def _quantile(law, tail):
    """Return a quantile of a distribution of counts, interpolated between whole numbers (Spiegelhalter 2005, A.1)."""
    whole = law.ppf(tail)
    above, below = law.cdf(whole), law.cdf(whole - 1)
    return np.clip(whole - (above - tail) / (above - below), 0, None)
