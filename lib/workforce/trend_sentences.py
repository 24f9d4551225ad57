"""What the results of ``trends`` say in words: a direction only where the interval supports it."""

import math

from workforce import words
from workforce.trends import LEVEL, NoEstimate

_WHY = {
    NoEstimate.NOTHING_COUNTED: "{name}: none at any of {n} points.",
    NoEstimate.ALL_OR_NOTHING: "{name} is all or nothing at every point.",
    NoEstimate.ONE_PERIOD: "{name}: all at one end of the {n} points, so no yearly ratio can be estimated.",
    NoEstimate.NOT_ABOVE_ZERO: "{name}: an amount is nothing or below, so no yearly ratio can be estimated.",
    NoEstimate.TOO_FEW_POINTS: "{name}: {points}, too few to tell a change.",
    NoEstimate.EMPTY_MARGIN: "A group or a period has no counts to compare.",
    NoEstimate.TOO_FEW_GROUPS: "Too few groups have counts to compare.",
}
_WHY_OF_TWO = {
    NoEstimate.NOTHING_COUNTED: "{name}: none in either period.",
    NoEstimate.ALL_OR_NOTHING: "{name} is all or nothing in both periods.",
}
_WENT = {"up": "a rise", "down": "a fall", "none": "no clear change"}


def sentence(result, name, ordinary=None):
    """Return a result in words: a direction only where the interval supports it, else why there is none.

    Parameters
    ----------
    result : trends.Result
    name : str
        What changed.
    ordinary : trends.Result, optional
        The same allowing for what is ordinary between years; no direction is named that it does not have.

    Examples
    --------
    >>> from workforce import trends
    >>> sentence(trends.two_counts(42, 18), "leavers")
    'Leavers fell; ratio 0.43 (95% interval 0.23 to 0.76; 2 points, p 0.003).'
    """
    name = words.upper(name)
    if ordinary is not None and result.direction != "none":
        return _of_both(result, ordinary, name)
    if result.levels:
        return _of_levels(result, name)
    if result.is_uneven and result.ends is not None:
        return _of_uneven(result, name)
    why = {**_WHY, **(_WHY_OF_TWO if result.n == 2 else {})}.get(result.method)
    if why is not None:
        return why.format(name=name, n=result.n, points=words.amount(result.n, "points"))
    return _of_estimate(result, name)


def brief(name, levels, verdict, result):
    """Return in a short sentence where a series went, and how sure that is; the statistics stand in tables.

    Parameters
    ----------
    name : str
    levels : tuple of str
        The first and the last value as they are shown.
    verdict : str
        As ``series.Series.verdict`` has it.
    result : trends.Result

    Examples
    --------
    >>> from workforce import trends
    >>> brief("leavers", ("42", "18"), "ordinary", trends.two_counts(42, 18))
    'Leavers fell from 42 to 18: more than chance, but no more than is ordinary.'
    """
    first, last = levels
    if result.n < 2:
        return f"{words.upper(name)}: {last}, one number only."
    if result.levels or (math.isnan(result.low) and result.ends is None):
        return f"{words.upper(name)} went from {first} to {last}. Whether that is chance cannot be told."
    if result.n == 3 and not result.is_ratio and result.direction == "none":
        return f"{words.upper(name)} went from {first} to {last}: three numbers are too few to tell."
    way = result.ends.direction if verdict == "uneven" else result.direction
    verb = {"up": "rose", "down": "fell", "none": "went"}[way]
    return f"{words.upper(name)} {verb} from {first} to {last}: {_BRIEF[verdict]}."


_BRIEF = {
    "chance": "no clear change",
    "clear": "more than chance",
    "ordinary": "more than chance, but no more than is ordinary",
    "out": "more than is ordinary",
    "uneven": "more than chance, but unevenly",
}


PRICES = "Prices of the day are compared: inflation is not taken out."


def money(result, name, ends):
    """Return in words where an amount of money went: its two ends in pounds, its change in per cent a year.

    Parameters
    ----------
    result : trends.Result
        Of ``trends.growth``, or ``trends.two_levels``.
    name : str
        What it is the amount of.
    ends : tuple of str
        The first and the last amount as they are shown, each with its period.

    Examples
    --------
    >>> from workforce import trends
    >>> money(trends.two_levels(2.0e6, 2.8e6), "spend", ("£2m in 2020", "£2.8m in 2022")).split("; ")[0]
    'Spend went from £2m in 2020 to £2.8m in 2022'
    """
    name, (first, last) = words.upper(name), ends
    if result.n < 2:
        return f"{name}: {last}, one amount only."
    if result.levels:
        return f"{name} went from {first} to {last}; two amounts are too few for an interval. {PRICES}"
    if math.isnan(result.estimate):
        return f"{_WHY[result.method].format(name=name)} {PRICES}"
    said = {"up": " rose", "down": " fell", "none": ": no clear change,"}[result.direction]
    said = " went" if math.isnan(result.low) else said
    return f"{name}{said} from {first} to {last}; {yearly(result)}. {PRICES}"


def yearly(result):
    """Return a yearly ratio in per cent a year, with its interval where there is one.

    Examples
    --------
    >>> from workforce import trends
    >>> yearly(trends.growth([2020, 2021, 2022], [100, 50, 25]))
    '-50% a year, without an interval'
    """
    change, low, high = (_percent(ratio) for ratio in (result.estimate, result.low, result.high))
    if math.isnan(result.low):
        return f"{change} a year, without an interval"
    return f"{change} a year (95% interval {low} to {high}; {words.amount(result.n, 'points')})"


def _percent(ratio):
    """Return a ratio as a change in per cent, to a digit where a whole number would say none; nothing like it beyond tenfold."""
    if not ratio <= 10:  # missing, or so large that no amount of money does it
        return "over 900%"
    change = 100 * (ratio - 1)
    return words.amount(change, "percent", 0 if abs(change) >= 1 else 1)


def homogeneity(result):
    """Return in a sentence whether groups changed alike, of what ``trends.homogeneity`` found."""
    if math.isnan(result.p):
        return sentence(result, "")
    told = "The groups' changes differ" if result.p < 1 - LEVEL else "No clear difference between the groups' changes"
    return f"{told} (p {p_value(result.p)})."


def estimate(result):
    """Return a result's estimate with its unit: ``ratio per year 0.48``, ``-7.30 percentage points per year``.

    Examples
    --------
    >>> from workforce import trends
    >>> estimate(trends.two_counts(42, 18))
    'ratio 0.43'
    """
    if math.isinf(result.estimate):
        return f"from zero, so no finite {result.unit}"
    if _to_zero(result):
        return "to zero"
    number = _number(result.estimate, result.decimals)
    return f"{result.unit} {number}" if result.is_ratio else f"{number} {result.unit}"


def p_value(p):
    """Return a p-value as it is printed: three decimals, and never zero.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.665)
    ('below 0.001', '0.665')
    """
    return "below 0.001" if p < 0.001 else words.amount(p, "", 3)


def _of_estimate(result, name):
    if math.isnan(result.low):
        return f"{name}; {estimate(result)}, without an interval."
    too_few_levels = ": three numbers without the counts behind them are too few to tell a change"
    nothing = too_few_levels if result.n == 3 and not result.is_ratio else ": no clear change"
    said = {"up": " rose", "down": " fell", "none": nothing}[result.direction]
    loose = " The points do not follow one yearly ratio." if result.scatters else ""
    return f"{name}{said}; {estimate(result)} ({_uncertainty(result)}).{loose}"


def _of_both(result, ordinary, name):
    """Return a change beyond chance in a sentence, set against what is ordinary between years too."""
    yearly = f"{estimate(ordinary)}, {_uncertainty(ordinary)}"
    if ordinary.direction == result.direction:
        return (
            f"{_of_estimate(result, name)} Allowing for what is ordinary from year to year among authorities it is a "
            f"{_WENT[ordinary.direction].split()[-1]} too ({yearly})."
        )
    return (
        f"{name}: more than chance alone allows ({estimate(result)}, {_uncertainty(result)}), but no more than is ordinary "
        f"from year to year among authorities ({yearly})."
    )


def _of_levels(result, name):
    before, after = (words.amount(level, "") for level in result.levels)
    return (
        f"{name} went from {before} to {after}; without the numbers behind them no interval can be given, so it cannot be "
        "told whether this is more than chance."
    )


def _of_uneven(result, name):
    """Return a sentence on points that follow no yearly ratio: the last of them set against the first."""
    if result.method == NoEstimate.SEPARATED:
        said = "all or nothing up to a point, so no yearly ratio can be estimated"
    else:
        said = f"the points do not follow one yearly ratio ({estimate(result)}, {_uncertainty(result)})"
    return f"{name}: {said}{_from_first_to_last(result.ends)}."


def _from_first_to_last(ends):
    if math.isnan(ends.low):
        return ""
    return f"; from the first to the last {_WENT[ends.direction]}, {estimate(ends)} ({_uncertainty(ends)})"


def _to_zero(result):
    return result.is_ratio and result.estimate == 0


def _uncertainty(result):
    low, high = (_number(end, result.decimals) for end in (result.low, result.high))
    upper = "no upper limit" if math.isinf(result.high) else f"to {high}"
    p = "" if math.isnan(result.p) else f", p {p_value(result.p)}"
    interval = f"95% interval of the {result.unit} up {upper}" if _to_zero(result) else f"95% interval {low} {upper}"
    return f"{interval}; {result.n} points{p}"


def _number(value, decimals):
    return "over 100" if value > 100 else words.amount(value, "", decimals)
