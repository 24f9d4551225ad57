"""Simple models for very small samples: ratios of two counts, trends of a few, difference in differences.

Counts of posts are stocks, not independent events, so the p-values are a guide. All intervals are of 95%. Every
function returns a ``Result`` with the same fields; where nothing can be estimated its numbers are missing and its method
is one of ``NoEstimate``. What a result says in words is in ``trend_sentences``.
"""

import math
import re
import warnings
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, nan

import numpy as np

__all__ = [
    "Result",
    "binomial_trend",
    "difference_in_differences",
    "growth",
    "homogeneity",
    "line",
    "rate_interval",
    "share_interval",
    "too_few",
    "trend",
    "two_counts",
    "two_levels",
    "two_shares",
    "verdict",
    "years",
]


def __dir__():
    return __all__


LEVEL = 0.95
FEWEST_FREEDOM = (
    4  # of fewer degrees of freedom a scatter is not known well enough to widen, or to keep, an interval by
)
_RATIOS = ("ratio", "ratio per year", "odds ratio", "odds ratio per year")


class NoEstimate(StrEnum):
    """Why nothing, or no interval, can be estimated: the method of such a result."""

    NOTHING_COUNTED = "none: nothing was counted"
    ALL_OR_NOTHING = "none: all or nothing"
    ONE_PERIOD = "none: all counts in one period"
    SEPARATED = "none: all or nothing up to a point"
    LEVELS_ONLY = "none: no counts or denominators"
    TOO_FEW_POINTS = "none: too few points"
    EMPTY_MARGIN = "none: a group or a period has no counts"
    NOT_ABOVE_ZERO = "none: amounts of nothing or below"
    TOO_FEW_GROUPS = "none: too few groups with counts"


@dataclass(frozen=True)
class Result:
    """What a model says.

    Attributes
    ----------
    estimate, low, high : float
        A ratio (1 is no change) with its 95% interval, unless ``unit`` says otherwise; missing where there is none.
    p : float
        Two-sided, against no change.
    n : int
        Number of points.
    method : str
    dispersion, lack_of_fit_p : float
        Pearson chi-squared over its degrees of freedom, and its p-value: small where the model fits badly.
    unit : str
        What the estimate is: ``ratio``, ``ratio per year``, ``odds ratio``, ``odds ratio per year`` or the unit of a slope.
    ends : Result or None
        The last point against the first, where the points follow no yearly ratio.
    levels : tuple of float or None
        The two levels, where they are all there is.
    """

    estimate: float
    low: float
    high: float
    p: float
    n: int
    method: str
    dispersion: float = nan
    lack_of_fit_p: float = nan
    unit: str = "ratio"
    ends: "Result | None" = None
    levels: tuple[float, float] | None = None

    def __repr__(self):
        if self.estimate != self.estimate:
            return f"<no estimate, {self.n} points: {self.method}>"
        places = self.decimals
        interval = "" if self.low != self.low else f" (95% {self.low:.{places}f} to {self.high:.{places}f})"
        p = "" if self.p != self.p else f", p {self.p:.3f}"
        change = {"up": "up", "down": "down", "none": "no clear change"}[self.direction]
        return f"<{self.unit} {self.estimate:.{places}f}{interval}{p}, {self.n} points, {self.method}: {change}>"

    @property
    def direction(self):
        """``up`` or ``down`` where the interval lies wholly to one side of no change, else ``none``."""
        if self.low > self._no_change:
            return "up"
        return "down" if self.high < self._no_change else "none"

    @property
    def decimals(self):
        """The digits to show: two, or up to five where fewer would show the end of an interval as no change."""
        near = self.low if self.direction == "up" else self.high
        if self.direction == "none":
            return 2
        return next((digits for digits in range(2, 5) if round(near - self._no_change, digits)), 5)

    @property
    def is_ratio(self):
        """Whether the estimate is a ratio, of which 1 is no change; of a slope it is 0."""
        return self.unit in _RATIOS

    @property
    def is_uneven(self):
        """Whether the points follow no yearly ratio and its direction is open: no trend is not the same as no change."""
        return self.direction == "none" and (self.scatters or self.method == NoEstimate.SEPARATED)

    @property
    def scatters(self):
        """Whether the points lie farther from one yearly ratio than chance alone would leave them."""
        return self.lack_of_fit_p < 1 - LEVEL

    @property
    def _no_change(self):
        return 1 if self.is_ratio else 0


def verdict(result: Result, ordinary: Result | None = None) -> str:
    """Return how sure a change is, of its result by chance alone and of that which allows for what is ordinary.

    Returns
    -------
    str
        ``chance`` where it may be that, ``clear`` where it is beyond chance and it is not known what is ordinary, ``ordinary``
        where it is no more than that, and ``out`` where it is more.

    Examples
    --------
    >>> verdict(two_counts(42, 18)), verdict(two_counts(42, 18), two_counts(20, 19))
    ('clear', 'ordinary')
    """
    if result.direction == "none":
        return "chance"
    if ordinary is None:
        return "clear"
    return "out" if ordinary.direction == result.direction else "ordinary"


def years(period: str) -> float:
    """Return the middle of a period in years: ``2022-10`` is 2022.79, the financial year 2023-24 is 2023.75.

    Raises ValueError for text that is no date, year or financial year.

    Examples
    --------
    >>> years("2023-24"), years("2023-10"), years("2024")
    (2023.75, 2023.7916666666667, 2024.5)
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", period):
        year, month, day = map(int, period.split("-"))
        return year + (month - 1) / 12 + (day - 0.5) / 365
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        year, month = map(int, period.split("-"))
        return year + (month - 0.5) / 12
    if match := re.fullmatch(r"(\d{4})-(\d{2})", period):
        if int(match[2]) == (int(match[1]) + 1) % 100:
            return int(match[1]) + 0.75
    elif re.fullmatch(r"\d{4}", period):
        return int(period) + 0.5
    raise ValueError(f"'{period}' is not a date, a year or a financial year such as 2023-24")


def two_counts(before, after, exposures=(1.0, 1.0)) -> Result:
    """Compare two counts by their rate ratio, exactly: given their total, the second is binomial.

    The interval is Clopper and Pearson's (1934) of the binomial share, turned into a ratio; the p-value is twice the
    smaller tail (Przyborowski and Wilenski 1940), in its beta form, which takes counts of half posts too.

    Parameters
    ----------
    before, after : float
        Counts, zero or more.
    exposures : tuple of float, optional
        What each count arose from (people at risk, or time); the same for both by default.

    Returns
    -------
    Result
        The ratio of the rate after to the rate before.

    Examples
    --------
    >>> found = two_counts(42, 18)
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2), found.direction
    (0.43, 0.23, 0.76, 'down')
    """
    _check_counts([before, after], exposures)
    if before + after == 0:
        return _nothing(2, NoEstimate.NOTHING_COUNTED)
    odds = exposures[0] / exposures[1]
    low, high = share_interval(after, before + after)
    ratios = [_ratio(after, before) * odds, _ratio(low, 1 - low) * odds, _ratio(high, 1 - high) * odds]
    p = _twice_the_smaller_tail(before, after, exposures[1] / sum(exposures))
    return Result(*ratios, p, 2, "exact conditional, p twice the smaller tail")


def two_shares(events, totals) -> Result:
    """Compare two shares of totals that hold the events, such as agency workers of all workers, by the odds ratio.

    The interval is exact, conditional on the margins, as in ``difference_in_differences``; it needs whole numbers, so
    full-time equivalents are taken to the nearest.

    Parameters
    ----------
    events, totals : tuple of float
        Before and after.

    Returns
    -------
    Result
        The ratio of the odds after to those before.

    Examples
    --------
    >>> found = two_shares((10, 25), (100, 100))
    >>> round(found.estimate, 2), found.direction
    (2.98, 'up')
    """
    whole = [(round(event), round(total)) for event, total in zip(events, totals, strict=True)]
    if any(not 0 <= event <= total for event, total in whole):
        raise ValueError("a share has no more events than its total, and none below zero")
    table = np.array([(event, total - event) for event, total in reversed(whole)])
    if _has_empty_margin(table):
        return _nothing(2, NoEstimate.ALL_OR_NOTHING)
    return replace(_exact(table), n=2, unit="odds ratio")


def rate_interval(count, base) -> tuple[float, float]:
    """Return the exact 95% interval of a rate of events, Poisson (Garwood 1936): its low and high end.

    Examples
    --------
    >>> [round(end, 3) for end in rate_interval(10, 100)]
    [0.048, 0.184]
    """
    from statsmodels.stats.rates import confint_poisson

    low, high = confint_poisson(count, base, method="exact-c", alpha=1 - LEVEL)
    return float(low), float(high)


def share_interval(count, total) -> tuple[float, float]:
    """Return the exact 95% interval of a share, binomial (Clopper and Pearson 1934); full-time equivalents are allowed.

    Examples
    --------
    >>> [round(end, 3) for end in share_interval(10, 100)]
    [0.049, 0.176]
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, total, alpha=1 - LEVEL, method="beta")
    return float(low), float(high)


def trend(times, counts, denominators=None) -> Result:
    """Fit a log-linear Poisson trend to three or more counts, or rates; quasi-Poisson where six or more are over-dispersed.

    Over-dispersed means that Pearson's chi-squared rejects the Poisson fit at 5%; the interval then widens by the
    dispersion and takes Student's t with n - 2 degrees of freedom (McCullagh and Nelder 1989, section 6.2). Of fewer than
    FEWEST_FREEDOM degrees the scatter is told, and the interval is that of chance alone.

    Parameters
    ----------
    times : sequence of float
        In years, see ``years``.
    counts : sequence of float
        Zero or more; halves are allowed.
    denominators : sequence of float, optional
        What the counts are rates of, above zero; enters as an offset.

    Returns
    -------
    Result
        The ratio per year.

    Examples
    --------
    >>> found = trend([2020, 2021, 2022, 2023, 2024], [41, 38, 52, 60, 66])
    >>> round(found.estimate, 2), found.unit, found.direction
    (1.15, 'ratio per year', 'up')
    """
    times, counts, denominators = _series(times, counts, denominators)
    _check_three(counts, "trend")
    if counts.sum() == 0:
        return _nothing(len(counts), NoEstimate.NOTHING_COUNTED)
    if np.count_nonzero(counts) == 1 and counts[[0, -1]].any():
        return _nothing(len(counts), NoEstimate.ONE_PERIOD)
    found = _log_linear(times, counts, "Poisson", "ratio per year", np.log(denominators))
    if found.is_uneven:
        return replace(found, ends=two_counts(*counts[[0, -1]], tuple(denominators[[0, -1]])))
    return found


def binomial_trend(times, events, totals) -> Result:
    """Fit a log-linear trend to the odds of a share, such as agency workers of all workers; FTE are allowed.

    Parameters
    ----------
    times, events, totals : sequence of float
        Years, counts and what they are shares of; no count above its total.

    Returns
    -------
    Result
        The odds ratio per year; with the dispersion where the binomial fit is rejected, as in ``trend``. No ratio where
        all is none, or all, on one side of a point in time.

    Examples
    --------
    >>> found = binomial_trend([2022, 2023, 2024], [10, 20, 30], [100, 100, 100])
    >>> round(found.estimate, 2), found.unit, found.direction
    (1.93, 'odds ratio per year', 'up')
    """
    times, events, totals = _series(times, events, totals)
    if (events > totals).any():
        raise ValueError("a share has no more events than its total")
    _check_three(events, "trend")
    if events.sum() in (0, totals.sum()):
        return _nothing(len(events), NoEstimate.ALL_OR_NOTHING)
    if _is_separated(times, events, totals):
        found = _nothing(len(events), NoEstimate.SEPARATED)
    else:
        outcome = np.column_stack([events, totals - events])
        found = _log_linear(times, outcome, "binomial", "odds ratio per year")
    return replace(found, ends=two_shares(events[[0, -1]], totals[[0, -1]])) if found.is_uneven else found


def line(times, values, unit="unit") -> Result:
    """Fit a straight line by least squares to three or more levels: a check, or for what is no count.

    Returns
    -------
    Result
        The slope, in units per year, with Student's interval on n - 2 degrees of freedom; its p-value is left out, since
        one degree of freedom proves nothing. Points exactly on a line have no scatter, and so no interval.

    Examples
    --------
    >>> line([2021, 2022, 2023], [10.0, 12.0, 14.5]).estimate
    2.25
    """
    from scipy.stats import linregress, t

    times, values, _ = _series(times, values, None, at_least=-inf)
    _check_three(values, "line")
    freedom, found = len(values) - 2, linregress(times, values)
    scatters = 1 - found.rvalue**2 > 1e-12  # below that linregress's error of the slope is rounding
    reach = t.ppf((1 + LEVEL) / 2, freedom) * found.stderr if scatters else nan
    ends = (float(found.slope + side * reach) for side in (-1, 1))
    method = f"least squares, {freedom} degree(s) of freedom"
    return Result(float(found.slope), *ends, nan, len(values), method, unit=f"{unit} per year")


def growth(times, amounts) -> Result:
    """Fit a yearly ratio to three or more amounts of money: a straight line through their logarithms, by least squares.

    An amount is no count, so its scatter is that of the points alone: the interval is Student's on n - 2 degrees of freedom.
    The p-value is left out, as in ``line``. Points of exactly one yearly ratio have no scatter, and so no interval.

    Parameters
    ----------
    times : sequence of float
        In years, see ``years``.
    amounts : sequence of float
        In one unit of money, of prices of the day.

    Returns
    -------
    Result
        The ratio per year; no estimate where an amount is zero or below.

    Examples
    --------
    >>> found = growth([2018, 2019, 2020, 2021, 2022], [2099983, 2786808, 4474977, 4987510, 5460072])
    >>> round(found.estimate, 2), found.unit, found.direction
    (1.28, 'ratio per year', 'up')
    """
    times, amounts, _ = _series(times, amounts, None, at_least=-inf)
    _check_three(amounts, "yearly ratio")
    if (amounts <= 0).any():
        return _nothing(len(amounts), NoEstimate.NOT_ABOVE_ZERO)
    found = line(times, np.log(amounts))
    ratios = (nan if end != end else _exponential(end) for end in (found.estimate, found.low, found.high))
    method = f"least squares of logarithms, {len(amounts) - 2} degree(s) of freedom"
    return Result(*ratios, nan, len(amounts), method, unit="ratio per year")


def two_levels(before, after) -> Result:
    """Set two levels side by side that come without what they were counted from: a ratio, and no interval.

    Examples
    --------
    >>> two_levels(10.0, 12.5).estimate
    1.25
    """
    method = NoEstimate.LEVELS_ONLY.value
    return Result(_ratio(after, before), nan, nan, nan, 2, method, levels=(before, after))


def too_few(n) -> Result:
    """Return the result of a series of fewer than two points.

    Examples
    --------
    >>> too_few(1).n
    1
    """
    return _nothing(n, NoEstimate.TOO_FEW_POINTS)


def difference_in_differences(treated, control) -> dict[str, Result]:
    """Set the change of one group's counts against another's: the ratio of their rate ratios, which is an odds ratio.

    Parameters
    ----------
    treated, control : tuple of float
        Counts before and after. The exact interval needs whole numbers.

    Returns
    -------
    dict of str to Result
        ``wald`` (log scale, standard error from the four counts, Woolf 1955; missing where a count is zero),
        ``likelihood ratio`` (p-value of the interaction in the Poisson model, no interval of its own) and ``exact``
        (conditional on the margins: estimate and interval of Fisher's non-central hypergeometric distribution, p twice the
        smaller tail).

    Examples
    --------
    >>> found = difference_in_differences((42, 18), (26, 22))
    >>> {name: round(one.estimate, 2) for name, one in found.items() if one.estimate == one.estimate}
    {'wald': 0.51, 'likelihood ratio': 0.51, 'exact': 0.51}
    """
    _check_counts([*treated, *control], (1, 1))
    table = np.array([treated[::-1], control[::-1]])
    if _has_empty_margin(table):
        return dict.fromkeys(("wald", "likelihood ratio", "exact"), _nothing(4, NoEstimate.EMPTY_MARGIN))
    if (table != table.astype(int)).any():
        raise ValueError("the exact interval needs whole counts")
    whole = table.astype(int)
    return {"wald": _wald(whole), "likelihood ratio": _likelihood_ratio(whole), "exact": _exact(whole)}


def homogeneity(befores, afters) -> Result:
    """Test whether groups share one rate ratio: likelihood ratio of the groups-by-periods table.

    Returns
    -------
    Result
        No estimate; ``p`` is of the hypothesis that all groups changed by the same ratio, ``n`` the number of groups.

    Examples
    --------
    >>> round(homogeneity([22, 20], [8, 10]).p, 2)
    0.57
    """
    from scipy.stats import chi2_contingency

    _check_counts([*befores, *afters], (1, 1))
    table = np.array([befores, afters])
    kept = table[:, table.sum(axis=0) > 0]
    if kept.shape[1] < 2 or _has_empty_margin(kept):
        return _nothing(kept.shape[1], NoEstimate.TOO_FEW_GROUPS)
    found = chi2_contingency(kept, correction=False, lambda_="log-likelihood")
    method = f"likelihood ratio, {found.dof} degree(s) of freedom"
    return Result(nan, nan, nan, float(found.pvalue), kept.shape[1], method)


def _twice_the_smaller_tail(before, after, even):
    """Return the p-value of a binomial count, ``even`` being its share were nothing changed."""
    from scipy.stats import beta

    upper = beta.cdf(even, after, before + 1) if after > 0 else 1.0  # P(at least as many after)
    lower = beta.sf(even, after + 1, before) if before > 0 else 1.0
    return float(min(1.0, 2 * min(upper, lower)))


def _wald(table):
    from statsmodels.stats.contingency_tables import Table2x2

    if not table.all():
        return Result(_odds_ratio(table), nan, nan, nan, 4, "Wald: not with a count of zero")
    found = Table2x2(table)
    numbers = (found.oddsratio, *found.oddsratio_confint(1 - LEVEL), found.oddsratio_pvalue())
    return Result(*map(float, numbers), 4, "Wald, log scale")


def _likelihood_ratio(table):
    from scipy.stats import chi2_contingency

    p = chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue
    return Result(_odds_ratio(table), nan, nan, float(p), 4, "likelihood ratio, Poisson interaction")


def _exact(table):
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import odds_ratio

    found = odds_ratio(table, kind="conditional")
    tails = (fisher_exact(table, side).pvalue for side in ("less", "greater"))
    numbers = (found.statistic, *found.confidence_interval(LEVEL), min(1.0, 2 * min(tails)))
    return Result(*map(float, numbers), 4, "exact conditional, p twice the smaller tail")


def _odds_ratio(table):
    return _ratio(table[0, 0] * table[1, 1], table[0, 1] * table[1, 0])


def _has_empty_margin(table):
    return not (table.sum(axis=0).all() and table.sum(axis=1).all())


def _is_separated(times, events, totals):
    """Whether all is none, or all, on one side of a point in time, so that the likelihood has no maximum."""
    with_some, with_others = times[events > 0], times[events < totals]
    return with_some.min() >= with_others.max() or with_others.min() >= with_some.max()


def _nothing(n, why):
    return Result(nan, nan, nan, nan, n, why.value)


def _ratio(top, bottom):
    """Divide, with 1/0 as infinity."""
    return float(top / bottom) if bottom else inf


def _check_counts(counts, exposures):
    if any(not math.isfinite(count) or count < 0 for count in counts):
        raise ValueError(f"counts are zero or more, not {list(counts)}")
    if any(not math.isfinite(exposure) or exposure <= 0 for exposure in exposures):
        raise ValueError(f"exposures are above zero, not {list(exposures)}")


def _check_three(values, what):
    if len(values) < 3:
        raise ValueError(f"a {what} needs three points or more, not {len(values)}")


def _series(times, values, denominators, at_least=0.0):
    """Return the series as arrays in order of time, checked."""
    times, values = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    weights = np.ones_like(values) if denominators is None else np.asarray(denominators, dtype=float)
    if not len(times) == len(values) == len(weights):
        raise ValueError("times, counts and denominators are of one length")
    if len(set(times)) < len(times):
        raise ValueError("each point has a time of its own")
    if not np.isfinite(values).all() or (values < at_least).any():
        raise ValueError(f"counts are zero or more, not {values.tolist()}")
    if not np.isfinite(weights).all() or (weights <= 0).any():
        raise ValueError(f"denominators are above zero, not {weights.tolist()}")
    order = np.argsort(times)
    return times[order], values[order], weights[order]


def _log_linear(times, outcome, family, unit, offset=None):
    """Fit a generalised linear model of one slope, widened by its dispersion where Pearson's chi-squared rejects it.

    The dispersion is worked out here: ``scale="X2"`` of statsmodels leaves the totals of a binomial outcome out of it.
    """
    import statsmodels.api as sm
    from scipy.stats import chi2

    law = {"Poisson": sm.families.Poisson, "binomial": sm.families.Binomial}[family]
    model = sm.GLM(outcome, sm.add_constant(times - times.mean()), family=law(), offset=offset)
    fit = _quietly(model.fit)
    dispersion = float(fit.pearson_chi2 / fit.df_resid)
    lack_of_fit_p = float(chi2.sf(fit.pearson_chi2, fit.df_resid))
    over = lack_of_fit_p < 1 - LEVEL and bool(fit.df_resid >= FEWEST_FREEDOM)
    method = f"quasi-{family}, Student's t" if over else family
    slope = fit.t_test([0, 1], cov_p=fit.cov_params() * (dispersion if over else 1.0), use_t=over)
    ends = (_exponential(value) for value in (fit.params[1], *slope.conf_int(1 - LEVEL)[0]))
    return Result(*ends, float(slope.pvalue), len(times), method, dispersion, lack_of_fit_p, unit)


def _exponential(value):
    return math.exp(value) if value < 700 else inf


def _quietly(fit):
    """Fit a model without statsmodels' warning that a small sample is fitted perfectly, which is no fault here."""
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return fit()
