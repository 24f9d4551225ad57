"""Simple models for very small samples: ratios of two counts, trends of a few, difference in differences.

Counts of posts are stocks, not independent events, so the p-values are a guide. All intervals are of 95%. Every
function returns a ``Result`` with the same fields; where nothing can be estimated its numbers are missing and its
sentence says why.
"""

import math
import re
import warnings
from dataclasses import dataclass, replace
from math import inf, nan

import numpy as np

from workforce import words

LEVEL = 0.95
FEWEST_TO_PROJECT = 4
_TAIL = (1 - LEVEL) / 2
_SEPARATED = "none: all or nothing up to a point"


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
    sentence : str
        The finding in words: a direction only where the interval supports it.
    unit : str
        What the estimate is: ``ratio``, ``ratio a year`` or the unit of a slope.
    """

    estimate: float
    low: float
    high: float
    p: float
    n: int
    method: str
    dispersion: float = nan
    lack_of_fit_p: float = nan
    sentence: str = ""
    unit: str = "ratio"

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
        return self.unit.startswith("ratio")

    @property
    def is_uneven(self):
        """Whether the points follow no yearly ratio and its direction is open: no trend is not the same as no change."""
        return self.direction == "none" and self.method.startswith(("quasi", _SEPARATED))

    @property
    def _no_change(self):
        return 1 if self.is_ratio else 0


def years(period):
    """Return the middle of a period in years: ``2022-10`` is 2022.79, the financial year 2023-24 is 2023.75.

    Raises ValueError for text that is no date, year or financial year.
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


def two_counts(before, after, exposures=(1.0, 1.0), name="the count"):
    """Compare two counts by their rate ratio, exactly: given their total, the second is binomial.

    The interval is Clopper and Pearson's (1934) of the binomial share, turned into a ratio; the p-value is twice the
    smaller tail. Counts of half posts are taken by the beta form of the same tails.

    Parameters
    ----------
    before, after : float
        Counts, nought or more.
    exposures : tuple of float, optional
        What each count arose from (people at risk, or time); the same for both by default.
    name : str, optional
        What is counted, for the sentence.

    Returns
    -------
    Result
        The ratio of the rate after to the rate before.
    """
    from scipy.stats import beta

    _check_counts([before, after], exposures)
    method, total = "exact conditional, p twice the smaller tail", before + after
    if total == 0:
        return _nothing(2, "none: nothing was counted", f"{words.upper(name)}: none in either period.")
    odds = exposures[0] / exposures[1]
    low = beta.ppf(_TAIL, after, before + 1) if after > 0 else 0.0
    high = beta.ppf(1 - _TAIL, after + 1, before) if before > 0 else 1.0
    even = exposures[1] / sum(exposures)
    upper = beta.cdf(even, after, before + 1) if after > 0 else 1.0  # P(at least as many after), were nothing changed
    lower = beta.sf(even, after + 1, before) if before > 0 else 1.0
    ratios = [_ratio(after, before) * odds, _ratio(low, 1 - low) * odds, _ratio(high, 1 - high) * odds]
    return _told(Result(*ratios, float(min(1.0, 2 * min(upper, lower))), 2, method), name)


def two_shares(events, totals, name="the share"):
    """Compare two shares of totals that hold the events, such as agency workers of all workers, by the ratio of odds.

    The interval is exact, conditional on the margins, as in ``difference_in_differences``; it needs whole numbers, so
    full-time equivalents are taken to the nearest.

    Parameters
    ----------
    events, totals : tuple of float
        Before and after.
    name : str, optional

    Returns
    -------
    Result
        The ratio of the odds after to those before.
    """
    whole = [(round(event), round(total)) for event, total in zip(events, totals, strict=True)]
    if any(not 0 <= event <= total for event, total in whole):
        raise ValueError("a share has no more events than its total, and none below nought")
    found = difference_in_differences([event for event, _ in whole], [total - event for event, total in whole])["exact"]
    if math.isnan(found.estimate):
        return _nothing(2, "none: all or nothing", f"{words.upper(name)} is all or nothing in both periods.")
    return _told(replace(found, n=2, unit="ratio of odds"), name)


def rate_interval(count, base):
    """Return the exact 95% interval of a rate of events, Poisson (Garwood 1936): its low and high end."""
    from scipy.stats import chi2

    low = chi2.ppf(_TAIL, 2 * count) / 2 if count > 0 else 0.0
    return float(low / base), float(chi2.ppf(1 - _TAIL, 2 * count + 2) / 2 / base)


def share_interval(count, total):
    """Return the exact 95% interval of a share, binomial (Clopper and Pearson 1934); full-time equivalents are allowed."""
    from scipy.stats import beta

    low = beta.ppf(_TAIL, count, total - count + 1) if count > 0 else 0.0
    high = beta.ppf(1 - _TAIL, count + 1, total - count) if count < total else 1.0
    return float(low), float(high)


def trend(times, counts, denominators=None, name="the count"):
    """Fit a log-linear Poisson trend to three or more counts, or rates; quasi-Poisson where they are over-dispersed.

    Over-dispersed means that Pearson's chi-squared rejects the Poisson fit at 5%; the interval then widens by the
    dispersion and takes Student's t with n - 2 degrees of freedom (McCullagh and Nelder 1989, section 6.2).

    Parameters
    ----------
    times : sequence of float
        In years, see ``years``.
    counts : sequence of float
        Nought or more; halves are allowed.
    denominators : sequence of float, optional
        What the counts are rates of, above nought; enters as an offset.
    name : str, optional
        What is counted, for the sentence.

    Returns
    -------
    Result
        The ratio a year.
    """
    times, counts, denominators = _series(times, counts, denominators)
    if len(counts) < 3:
        raise ValueError(f"a trend needs three points or more, not {len(counts)}")
    if counts.sum() == 0:
        return _nothing(
            len(counts), "none: nothing was counted", f"{words.upper(name)}: none at any of {len(counts)} points."
        )
    if np.count_nonzero(counts) == 1 and counts[[0, -1]].any():
        said = f"{words.upper(name)}: all at one end of the {len(counts)} points, so no yearly ratio can be estimated."
        return _nothing(len(counts), "none: all counts in one period", said)
    fit, freedom = _poisson(times, counts, denominators), len(counts) - 2
    found = _from_glm(fit, freedom, len(counts), "Poisson", "ratio a year")
    if found.is_uneven:
        return _uneven(found, two_counts(*counts[[0, -1]], tuple(denominators[[0, -1]])), name)
    return _told(found, name)


def binomial_trend(times, events, totals, name="the share"):
    """Fit a log-linear trend to the odds of a share, such as agency workers of all workers; FTE are allowed.

    Parameters
    ----------
    times, events, totals : sequence of float
        Years, counts and what they are shares of; no count above its total.
    name : str, optional

    Returns
    -------
    Result
        The ratio of odds a year; with the dispersion where the binomial fit is rejected, as in ``trend``. No ratio where
        all is none, or all, on one side of a point in time.
    """
    import statsmodels.api as sm

    times, events, totals = _series(times, events, totals)
    if (events > totals).any():
        raise ValueError("a share has no more events than its total")
    if len(events) < 3:
        raise ValueError(f"a trend needs three points or more, not {len(events)}")
    if events.sum() in (0, totals.sum()):
        return _nothing(len(events), "none: all or nothing", f"{words.upper(name)} is all or nothing at every point.")
    with_some, with_others = times[events > 0], times[events < totals]
    if with_some.min() >= with_others.max() or with_others.min() >= with_some.max():  # the likelihood has no maximum
        ends = two_shares(events[[0, -1]], totals[[0, -1]])
        said = f"{words.upper(name)}: all or nothing up to a point, so no yearly ratio can be estimated"
        return _nothing(len(events), _SEPARATED, f"{said}{_from_first_to_last(ends)}.")
    design = sm.add_constant(times - times.mean())
    outcome = np.column_stack([events, totals - events])
    fit = _quietly(lambda: sm.GLM(outcome, design, family=sm.families.Binomial()).fit())
    found = _from_glm(fit, len(events) - 2, len(events), "binomial", "ratio of odds a year")
    if found.is_uneven:
        return _uneven(found, two_shares(events[[0, -1]], totals[[0, -1]]), name)
    return _told(found, name)


def line(times, values, name="the level", unit="unit"):
    """Fit a straight line by least squares to three or more levels: a check, or for what is no count.

    Returns
    -------
    Result
        The slope, in units a year, with Student's interval on n - 2 degrees of freedom; its p-value is left out, since
        one degree of freedom proves nothing. Points exactly on a line have no scatter, and so no interval.
    """
    from scipy.stats import t

    times, values, _ = _series(times, values, None, at_least=-inf)
    if len(values) < 3:
        raise ValueError(f"a line needs three points or more, not {len(values)}")
    centred = times - times.mean()
    slope = float(centred @ values / (centred @ centred))
    residuals = values - values.mean() - slope * centred
    error = math.sqrt(float(residuals @ residuals) / (len(values) - 2) / float(centred @ centred))
    reach = float(t.ppf(1 - _TAIL, len(values) - 2)) * error if error > 1e-9 * (1 + abs(slope)) else nan
    method = f"least squares, {len(values) - 2} degree(s) of freedom"
    return _told(Result(slope, slope - reach, slope + reach, nan, len(values), method, unit=f"{unit} a year"), name)


def two_levels(before, after, name="the level"):
    """Set two levels side by side that come without what they were counted from: a ratio, and no interval."""
    said = (
        f"{words.upper(name)} went from {words.amount(before, '')} to {words.amount(after, '')}; without the numbers behind "
        "them no interval can be given, so it cannot be told whether this is more than chance."
    )
    return Result(_ratio(after, before), nan, nan, nan, 2, "none: no counts or denominators", sentence=said)


def too_few(n, name="the series"):
    """Return the result of a series of fewer than two points."""
    point = "point" if n == 1 else "points"
    return _nothing(n, "none: too few points", f"{words.upper(name)}: {n} {point}, too few to tell a change.")


def difference_in_differences(treated, control, name="the treated group"):
    """Set the change of one group's counts against another's: the ratio of their rate ratios.

    Parameters
    ----------
    treated, control : tuple of float
        Counts before and after. The exact interval needs whole numbers.
    name : str, optional
        The treated group, for the sentences.

    Returns
    -------
    dict of str to Result
        ``wald`` (log scale, standard error from the four counts; missing where a count is nought), ``likelihood ratio``
        (p-value of the interaction in the Poisson model, no interval of its own) and ``exact`` (conditional on the
        margins: estimate and interval of Fisher's non-central hypergeometric distribution, p twice the smaller tail).
    """
    from scipy.stats import chi2, hypergeom, norm
    from scipy.stats.contingency import expected_freq, odds_ratio

    _check_counts([*treated, *control], (1, 1))
    table = np.array([[treated[1], treated[0]], [control[1], control[0]]])
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        nothing = _nothing(
            4, "none: a group or a period has no counts", "A group or a period has no counts to compare."
        )
        return dict.fromkeys(("wald", "likelihood ratio", "exact"), nothing)
    ratio = _ratio(table[0, 0] * table[1, 1], table[0, 1] * table[1, 0])
    expected = expected_freq(table)
    filled = table > 0
    deviance = 2 * float((table[filled] * np.log(table[filled] / expected[filled])).sum())
    likelihood = Result(ratio, nan, nan, float(chi2.sf(deviance, 1)), 4, "likelihood ratio, Poisson interaction")
    wald = Result(ratio, nan, nan, nan, 4, "Wald: not with a count of nought")
    if filled.all():
        error = math.sqrt(float((1 / table).sum()))
        reach = norm.ppf(1 - _TAIL) * error
        bounds = ratio * math.exp(-reach), ratio * math.exp(reach)
        wald = Result(ratio, *bounds, float(2 * norm.sf(abs(math.log(ratio)) / error)), 4, "Wald, log scale")
    if (table != table.astype(int)).any():
        raise ValueError("the exact interval needs whole counts")
    counts = table.astype(int)
    found = odds_ratio(counts, kind="conditional")
    interval = found.confidence_interval(LEVEL)
    law = hypergeom(counts.sum(), counts[0].sum(), counts[:, 0].sum())
    tails = law.cdf(counts[0, 0]), law.sf(counts[0, 0] - 1)
    method = "exact conditional, p twice the smaller tail"
    exact = Result(float(found.statistic), *interval, float(min(1, 2 * min(tails))), 4, method)
    made = {"wald": wald, "likelihood ratio": likelihood, "exact": exact}
    return {key: _told(one, f"{name} against the other group") for key, one in made.items()}


def homogeneity(befores, afters):
    """Test whether groups share one rate ratio: likelihood ratio of the groups-by-periods table.

    Returns
    -------
    Result
        No estimate; ``p`` is of the hypothesis that all groups changed by the same ratio, ``n`` the number of groups.
    """
    from scipy.stats import chi2_contingency

    _check_counts([*befores, *afters], (1, 1))
    table = np.array([befores, afters])
    kept = table[:, table.sum(axis=0) > 0]
    if kept.shape[1] < 2 or (kept.sum(axis=1) == 0).any():
        return _nothing(kept.shape[1], "none: too few groups with counts", "Too few groups have counts to compare.")
    found = chi2_contingency(kept, correction=False, lambda_="log-likelihood")
    told = (
        "the groups' changes differ" if found.pvalue < 1 - LEVEL else "no clear difference between the groups' changes"
    )
    method = f"likelihood ratio, {found.dof} degree(s) of freedom"
    said = f"{words.upper(told)} (p {p_value(found.pvalue)})."
    return Result(nan, nan, nan, float(found.pvalue), kept.shape[1], method, sentence=said)


def project(times, counts, name="the count"):
    """Project a count one period ahead, with a 95% prediction interval.

    Parameters
    ----------
    times, counts : sequence of float
        At least four points; the step ahead is the mean step between them.
    name : str, optional

    Returns
    -------
    Result
        The expected count (unit ``count``) and the interval in which one new count would lie, from the uncertainty of
        the Poisson trend and the scatter about it (over-dispersed where the trend is).

    Raises
    ------
    ValueError
        For fewer than four points, or a series without a trend to carry on.
    """
    from scipy.stats import norm

    times, counts, _ = _series(times, counts, None)
    if len(counts) < FEWEST_TO_PROJECT:
        raise ValueError(
            f"a projection needs at least {FEWEST_TO_PROJECT} points, there are {len(counts)}: with fewer, a line drawn "
            "on says more about its choice than about the future"
        )
    if np.count_nonzero(counts) < 2:
        raise ValueError("a projection needs counts above nought at two points or more")
    fit, freedom = _poisson(times, counts), len(counts) - 2
    ahead = times[-1] + (times[-1] - times[0]) / (len(times) - 1)
    row = np.array([1.0, ahead - times.mean()])
    expected = math.exp(float(row @ fit.params))
    scale = max(1.0, _dispersion(fit, freedom)[0])
    variance = scale * (expected + expected**2 * float(row @ fit.cov_params() @ row))
    reach = norm.ppf(1 - _TAIL) * math.sqrt(variance)
    low, high = float(max(0.0, expected - reach)), float(expected + reach)
    said = (
        f"If the trend of {len(counts)} points went on, {name} would come to {words.amount(expected, '', 1)} "
        f"(95% prediction interval {words.amount(low, '', 1)} to {words.amount(high, '', 1)})."
    )
    return Result(expected, low, high, nan, len(counts), "Poisson trend, one period ahead", sentence=said, unit="count")


def p_value(p):
    """Return a p-value as it is printed: three decimals, and never nought."""
    return "below 0.001" if p < 0.001 else f"{words.amount(p, '', 3)}"


def sentence(result, name):
    """Return a result in words: a direction only where the interval supports it.

    Parameters
    ----------
    result : Result
        With an estimate.
    name : str
        What changed.
    """
    too_few_levels = ": three numbers without the counts behind them are too few to tell a change"
    nothing = too_few_levels if result.n == 3 and not result.is_ratio else ": no clear change"
    said = {"up": " rose", "down": " fell", "none": nothing}[result.direction]
    told = f"{words.upper(name)}{'' if math.isnan(result.low) else said}; {estimate(result)}"
    if math.isnan(result.low):
        return f"{told}, without an interval."
    loose = " The points do not follow one yearly ratio." if result.method.startswith("quasi") else ""
    return f"{told} ({_uncertainty(result)}).{loose}"


def estimate(result):
    """Return a result's estimate with its unit: ``ratio a year 0.48``, ``-7.30 percentage points a year``."""
    if math.isinf(result.estimate):
        return f"from nought, so no finite {result.unit}"
    number = _number(result.estimate, result.decimals)
    return f"{result.unit} {number}" if result.is_ratio else f"{number} {result.unit}"


def _uncertainty(result):
    low, high = (_number(end, result.decimals) for end in (result.low, result.high))
    upper = "no upper limit" if math.isinf(result.high) else f"to {high}"
    p = "" if math.isnan(result.p) else f", p {p_value(result.p)}"
    return f"95% interval {low} {upper}; {result.n} points{p}"


def _uneven(result, ends, name):
    """Return a result whose points follow no yearly ratio, with the last of them set against the first in words."""
    said = (
        f"{words.upper(name)}: the points do not follow one yearly ratio ({estimate(result)}, {_uncertainty(result)})"
    )
    return replace(result, sentence=f"{said}{_from_first_to_last(ends)}.")


def _from_first_to_last(ends):
    if math.isnan(ends.low):
        return ""
    change = {"up": "a rise", "down": "a fall", "none": "no clear change"}[ends.direction]
    return f"; from the first to the last {change}, {estimate(ends)} ({_uncertainty(ends)})"


def _number(value, decimals):
    return "over 100" if value > 100 else words.amount(value, "", decimals)


def _told(result, name):
    return replace(result, sentence=sentence(result, name))


def _nothing(n, method, said):
    return Result(nan, nan, nan, nan, n, method, sentence=said)


def _ratio(top, bottom):
    """Divide, with 1/0 as infinity."""
    return float(top / bottom) if bottom else inf


def _check_counts(counts, exposures):
    if any(not math.isfinite(count) or count < 0 for count in counts):
        raise ValueError(f"counts are nought or more, not {list(counts)}")
    if any(not math.isfinite(exposure) or exposure <= 0 for exposure in exposures):
        raise ValueError(f"exposures are above nought, not {list(exposures)}")


def _series(times, values, denominators, at_least=0.0):
    """Return the series as arrays in order of time, checked."""
    times, values = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    weights = np.ones_like(values) if denominators is None else np.asarray(denominators, dtype=float)
    if not len(times) == len(values) == len(weights):
        raise ValueError("times, counts and denominators are of one length")
    if len(set(times)) < len(times):
        raise ValueError("each point has a time of its own")
    if not np.isfinite(values).all() or (values < at_least).any():
        raise ValueError(f"counts are nought or more, not {values.tolist()}")
    if not np.isfinite(weights).all() or (weights <= 0).any():
        raise ValueError(f"denominators are above nought, not {weights.tolist()}")
    order = np.argsort(times)
    return times[order], values[order], weights[order]


def _poisson(times, counts, denominators=None):
    import statsmodels.api as sm

    design = sm.add_constant(times - times.mean())
    offset = None if denominators is None else np.log(denominators)
    return _quietly(lambda: sm.GLM(counts, design, family=sm.families.Poisson(), offset=offset).fit())


def _quietly(fit):
    """Fit a model without statsmodels' warning that a small sample is fitted perfectly, which is no fault here."""
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return fit()


def _dispersion(fit, freedom):
    from scipy.stats import chi2

    return float(fit.pearson_chi2 / freedom), float(chi2.sf(fit.pearson_chi2, freedom))


def _from_glm(fit, freedom, n, family, unit):
    from scipy.stats import norm, t

    dispersion, lack_of_fit_p = _dispersion(fit, freedom)
    over = lack_of_fit_p < 1 - LEVEL
    law = t(freedom) if over else norm
    slope, error = float(fit.params[1]), float(fit.bse[1]) * (math.sqrt(dispersion) if over else 1.0)
    reach = float(law.ppf(1 - _TAIL)) * error
    ends = (math.exp(value) if value < 700 else inf for value in (slope, slope - reach, slope + reach))
    method = f"quasi-{family}, Student's t" if over else family
    return Result(*ends, float(2 * law.sf(abs(slope) / error)), n, method, dispersion, lack_of_fit_p, unit=unit)
