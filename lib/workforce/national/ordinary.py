"""What is ordinary: how the rates of all authorities wander from year to year beyond chance, learnt from a release.

Log rates, or log odds of shares, follow a local level (Harvey 1989, 'Forecasting, structural time series models and the
Kalman filter', section 2.3): a level that takes a step a year, what is of one year only, and chance, whose variance is
known from the count. The variances are one pair a measure, pooled over all authorities. How far a range reaches in these
standard deviations is read off the errors of all one-step forecasts, which have heavier tails than the normal
distribution (as in conformal prediction, Lei and others 2018, Journal of the American Statistical Association 113).
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from workforce import trends
from workforce.national.measures import FEWEST

LEVELS = (0.95, 0.8)
FEWEST_YEARS, FEWEST_AUTHORITIES = 3, 30
_MIDDLE_HALF = 1.349  # how many standard deviations wide it is in a normal distribution
_UNKNOWN = 25.0  # the variance of a log rate of which nothing is known yet


class Range(NamedTuple):
    """What would be ordinary for a year, in per cent: the forecast, and the ends that hold 95% and 80% of authorities."""

    centre: float
    low: float
    high: float
    inner_low: float
    inner_high: float

    def side(self, rate):
        """Return ``above`` or ``below`` for a rate outside the 95% range, else ``within``."""
        return "above" if rate > self.high else "below" if rate < self.low else "within"


@dataclass(frozen=True)
class LocalLevel:
    """The variances, in log rates or log odds: of the level's step a year, and of what is of one year only."""

    step: float
    passing: float = 0.0

    start = (-2.0, -3.0)

    @classmethod
    def of(cls, free):
        """Return the law of unbounded numbers, for the search of the greatest likelihood."""
        return cls(*np.exp(free))

    def covariance(self, times):
        """Return the covariance of log rates at times, in years: shape (n, n)."""
        since = np.asarray(times, dtype=float) - min(times)
        return _UNKNOWN + self.step * np.minimum.outer(since, since) + self.passing * np.eye(len(since))


@dataclass(frozen=True)
class Walk(LocalLevel):
    """A local level of which nothing is of one year only: a random walk."""

    start = (-2.0,)


@dataclass(frozen=True)
class Autoregression:
    """Deviations that die away: their variance, and the share of one that is left a year later."""

    variance: float
    persistence: float

    start = (-1.0, 1.0)

    @classmethod
    def of(cls, free):
        """Return the law of unbounded numbers, for the search of the greatest likelihood."""
        return cls(float(np.exp(free[0])), float(1 / (1 + np.exp(-free[1]))))

    def covariance(self, times):
        """Return the covariance of deviations at times, in years: shape (n, n)."""
        return self.variance * self.persistence ** np.abs(np.subtract.outer(times, times))


@dataclass(frozen=True)
class Ordinary:
    """What was learnt of a measure from a release.

    Attributes
    ----------
    model : str
        ``rate`` or ``share``, as of the measure.
    law : LocalLevel
    reach : tuple of float
        The standard deviations that hold LEVELS of all one-step forecasts.
    authorities, first, last : int
        How many authorities it is learnt from, and of which years.
    """

    model: str
    law: LocalLevel
    reach: tuple[float, float]
    authorities: int
    first: int
    last: int

    def forecast(self, times, counts, bases, at) -> Range:
        """Return the Range of an authority at a later time, of the points before it, its base taken to stay the last.

        Examples
        --------
        >>> law = Ordinary("rate", LocalLevel(0.01, 0.04), (1.96, 1.28), 151, 2017, 2025)
        >>> [round(end, 1) for end in law.forecast([2023, 2024], [20, 22], [100, 110], 2025)]
        [20.1, 9.4, 42.3, 12.3, 32.7]
        """
        times, counts, bases = (np.asarray(part, dtype=float) for part in (times, counts, bases))
        base, (y, chance) = bases[-1], logs(self.model, counts, bases)
        centre, variance = foreseen(self.law, times, y, chance, at)
        return ranged(self.model, centre, variance, base, self.reach)

    def of_counts(self, times, counts) -> trends.Result:
        """Return the ``between`` of counts without a base; of a share's law that is near where the share is small."""
        return replace(self, model="rate").between(times, counts, np.ones(len(counts)))

    def between(self, times, counts, bases) -> trends.Result:
        """Return the ``change`` of two points, the ``trend`` of more."""
        return (self.change if len(counts) == 2 else self.trend)(np.asarray(times), counts, bases)

    def trend(self, times, counts, bases) -> trends.Result:
        """Fit a slope to three points or more that allows for wandering, by generalised least squares of known covariance.

        Returns the ratio per year, or the odds ratio per year of a share (Aitken 1935; statsmodels' GLS).

        Examples
        --------
        >>> law = Ordinary("rate", LocalLevel(0.01, 0.04), (1.96, 1.28), 151, 2017, 2025)
        >>> law.trend([2021, 2022, 2023], [17, 12, 1], [90, 90, 90]).direction
        'down'
        """
        from scipy.stats import norm
        from statsmodels.api import GLS, add_constant

        times = np.asarray(times, dtype=float)
        y, chance = logs(self.model, np.asarray(counts, dtype=float), np.asarray(bases, dtype=float))
        sigma = self.law.covariance(times) + np.diag(chance)
        fit = GLS(y, add_constant(times - times.mean()), sigma=sigma).fit()
        slope, error = fit.params[1], fit.normalized_cov_params[1, 1] ** 0.5  # the covariance is known, not scaled
        ends = np.exp(slope + np.array([0, -1, 1]) * norm.ppf((1 + trends.LEVEL) / 2) * error)
        unit = "odds ratio per year" if self.model == "share" else "ratio per year"
        p = float(2 * norm.sf(abs(slope) / error))
        return trends.Result(*map(float, ends), p, len(times), METHOD, unit=unit)

    def change(self, times, counts, bases) -> trends.Result:
        """Compare the last of two points with the first, allowing for chance and for what is ordinary between them.

        Returns the ratio of the rates, or the odds ratio of shares, from the first to the last.
        """
        years = float(times[-1] - times[0])
        found = self.trend(times, counts, bases)
        ends = (float(np.exp(years * np.log(value))) for value in (found.estimate, found.low, found.high))
        unit = "odds ratio" if self.model == "share" else "ratio"
        return trends.Result(*ends, found.p, 2, METHOD, unit=unit)

    def around(self, times, counts, bases, near=()):
        """Return the ends of the level at the last point, in per cent, beyond which a median of others is another.

        The level is what of the points does not pass with the year; the ends also allow for the median being of few,
        the rates ``near``, in per cent.
        """
        times, counts, bases = (np.asarray(part, dtype=float) for part in (times, counts, bases))
        centre, variance = foreseen(self.law, times, *logs(self.model, counts, bases), times[-1])
        of_median = _variance_of_median(logs(self.model, np.asarray(near, dtype=float), 100.0)[0])
        y, base, spread = centre, bases[-1], self.reach[0] * (variance - self.law.passing + of_median) ** 0.5
        return tuple(float(percent(self.model, y + side * spread, base)) for side in (-1, 1))


METHOD = "generalised least squares, with the ordinary wandering of authorities"


def ranged(model, centre, variance, base, reach) -> Range:
    """Return the Range about an expected log rate, its variance without chance given, of so many in the base."""
    spread = (variance + chance_at(model, centre, base)) ** 0.5
    ends = [centre, *(centre + side * far * spread for far in reach for side in (-1, 1))]
    return Range(*(float(percent(model, end, base)) for end in ends))


def _variance_of_median(values):
    """Return pi / 2 times the variance of a mean (Kendall and Stuart 1977, section 10.12), its spread from the middle half."""
    if len(values) < 2:
        return 0.0
    spread = np.subtract(*np.quantile(values, [0.75, 0.25])) / _MIDDLE_HALF
    return float(math.pi / 2 * spread**2 / len(values))


def logs(model, counts, bases):
    """Return log rates, or log odds of shares, with their variances by chance; half an event is added to each count.

    The half keeps a count of zero and all but removes the bias (Haldane 1955; Anscombe 1956).

    Examples
    --------
    >>> [round(float(number), 3) for number in logs("rate", 9.5, 100.0)]
    [-2.303, 0.1]
    """
    events = counts + 0.5
    if model == "rate":
        return np.log(events / bases), 1 / events
    others = bases - counts + 0.5
    return np.log(events / others), 1 / events + 1 / others


def percent(model, y, bases):
    """Return the rates, in per cent, of log rates or log odds that ``logs`` made; none below zero, no share above all."""
    if model == "rate":
        return 100 * np.clip(np.exp(y) - 0.5 / bases, 0, None)
    return 100 * np.clip(((bases + 1) / (1 + np.exp(-y)) - 0.5) / bases, 0, 1)


def chance_at(model, y, base):
    """Return the variance by chance of a log rate, or log odds, of so many in the base."""
    if model == "rate":
        return 1 / (np.exp(y) * base)
    share = 1 / (1 + np.exp(-y))
    return 1 / (share * (base + 1)) + 1 / ((1 - share) * (base + 1))


def foreseen(law, times, y, chance, at):
    """Return what a law expects at a later time, of the points before, and its variance without chance at that time.

    The conditional normal distribution, which the Kalman filter works out step by step.
    """
    whole = law.covariance([*times, at])  # what is of one year only is not shared, were it the year of a point either
    among, with_next = whole[:-1, :-1] + np.diag(chance), whole[-1, :-1]
    weights = np.linalg.solve(among, with_next)
    return float(weights @ y), float(whole[-1, -1] - weights @ with_next)


@dataclass(frozen=True, eq=False)
class Panel:
    """Counts and bases of all authorities, an array (authorities, years) each, missing where there is none to use."""

    model: str
    areas: list
    years: list
    counts: np.ndarray
    bases: np.ndarray


def panel(release, measure, until=None) -> Panel:
    """Return the counts and bases of all authorities of a release up to a year, those of FEWEST in the base and more."""
    values = release.values[[*dict.fromkeys((measure.count, *measure.base))]]
    values = values[values.index.get_level_values("year") <= (until or release.latest)]
    known = release.areas.index[release.areas["level"] == "Local authority"]
    values = values[values.index.get_level_values("area").isin(known)]
    base = values[list(measure.base)].sum(axis=1, min_count=len(measure.base))
    usable = values[measure.count].notna() & (base >= FEWEST)
    counts, bases = (part.where(usable).unstack("year") for part in (values[measure.count], base))
    return Panel(measure.model, list(counts.index), list(counts.columns), counts.to_numpy(), bases.to_numpy())


@lru_cache(maxsize=64)
def learnt(release, measure, until=None) -> Ordinary | None:
    """Return what is ordinary of a measure, learnt from all authorities of a release up to a year, by default the latest.

    None for a level, of which chance is not known; of fewer than FEWEST_YEARS, by which what passes could not be told from
    what stays; and of fewer than FEWEST_AUTHORITIES.

    Examples
    --------
    >>> from workforce.national import measures, release
    >>> learnt(release.newest(), measures.VACANCY).authorities > 140
    True
    """
    if measure.model == "level" or not set(measure.columns) <= set(release.values):
        return None
    seen = panel(release, measure, until)
    if len(seen.years) < FEWEST_YEARS or len(seen.areas) < FEWEST_AUTHORITIES:
        return None
    law = fitted(LocalLevel, *logs(seen.model, seen.counts, seen.bases))
    reach = np.quantile(np.abs(surprises(law, seen)), LEVELS)
    some = (~np.isnan(seen.counts)).any(axis=1).sum()
    return Ordinary(seen.model, law, tuple(map(float, reach)), int(some), seen.years[0], seen.years[-1])


def fitted(kind, y, chance):
    """Return the law of a kind that makes the log rates of all authorities most likely; a row an authority."""
    from scipy.optimize import minimize

    def unlikelihood(free):
        _, steps, errors = _standardised(kind.of(free), y, chance)
        return np.log(steps).sum() + 0.5 * (errors**2).sum()

    found = minimize(unlikelihood, kind.start, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-2})
    return kind.of(found.x)


def surprises(law, seen):
    """Return the errors of all one-step forecasts of a Panel over their standard deviations, those of first points left out."""
    y, chance = logs(seen.model, seen.counts, seen.bases)
    years, errors = np.asarray(seen.years, dtype=float), []
    for place, row in enumerate(y):
        known = np.flatnonzero(~np.isnan(row))
        for number in range(1, len(known)):
            before, here = known[:number], known[number]
            centre, variance = foreseen(law, years[before], row[before], chance[place, before], years[here])
            variance += chance_at(seen.model, centre, seen.bases[place, before[-1]])
            errors.append((row[here] - centre) / variance**0.5)
    return np.array(errors)


def _standardised(law, y, chance):
    """Return which points are known, their standard deviations given those before, and their errors in these.

    The factor of Cholesky of a covariance in order of time works out just that.
    """
    known = ~np.isnan(y)
    years = np.arange(y.shape[1])
    whole = np.where(known[:, :, None] & known[:, None, :], law.covariance(years), 0.0)
    whole[:, years, years] += np.where(known, chance, 1.0)
    factor = np.linalg.cholesky(whole)
    errors = np.linalg.solve(factor, np.where(known, y, 0.0)[:, :, None])[:, :, 0]
    return known, factor[:, years, years], errors


def to_frame(release, measures):
    """Return what is ordinary of measures as a row each, of a release that all can be learnt from.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``step`` and ``passing`` (standard deviations of log rates or log odds), ``reach_95``, ``reach_80``,
        ``authorities``, ``first``, ``last``.
    """
    rows = [(measure.name, learnt(release, measure)) for measure in measures]
    return pd.DataFrame(
        [
            (name, one.law.step**0.5, one.law.passing**0.5, *one.reach, one.authorities, one.first, one.last)
            for name, one in rows
        ],
        columns=["measure", "step", "passing", "reach_95", "reach_80", "authorities", "first", "last"],
    )
