"""What the national statistics say of an authority in plain words: short sentences, and the cells of tables and tiles."""

from workforce import words
from workforce.national.measures import AGENCY, FEWEST, TURNOVER, VACANCY
from workforce.rounding import half_up

__all__ = [
    "course",
    "funnel_words",
    "headline",
    "in_numbers",
    "lately",
    "over_years",
    "placed",
    "places",
    "side_said",
    "sure",
]


def __dir__():
    return __all__


NEIGHBOURS, ENGLAND = "its neighbours’", "England’s"
_SIDES = {
    "lower": "clearly lower",
    "higher": "clearly higher",
    "near": "no clear difference",
    "few": f"fewer than {FEWEST} full-time equivalents",
}
_RESULTS = {"lower": "looks steadier than", "higher": "looks less steady than"}
_SHARES = {
    TURNOVER: ("social worker", "social workers", "left in a year", "left in a year"),
    VACANCY: ("post", "posts", "was empty", "were empty"),
    AGENCY: ("social worker", "social workers", "was from an agency", "were from an agency"),
}
WENT = {"up": "a rise", "down": "a fall", "none": "no clear direction"}
_SURE = {
    "chance": "may be chance",
    "clear": "more than chance",
    "ordinary": "no more than is ordinary",
    "out": "more than is ordinary",
    "few": "too few people to tell",
    "uneven": "more than chance, unevenly",
}
# Up to which ratio of two rates what is said of it; above the last, it is so many times.
_TIMES = (
    (0.42, "less than half"),
    (0.58, "about half"),
    (0.8, "about two thirds of"),
    (1.25, ""),
    (1.75, "about one and a half times"),
    (2.5, "about twice"),
)


def headline(name, year, sides, yardstick, missing="no figure of both is published"):
    """Return in a sentence whether a workforce is steadier than those it is set beside.

    Parameters
    ----------
    name : str
    year : int
    sides : dict of str to str
        For each measure of stability ``lower`` or ``higher`` where it is clearly so, ``near`` where its own level would
        vary as much, ``few`` where it is of too few people to tell, or an empty text where a figure is missing.
    yardstick : str
        What it is set beside: NEIGHBOURS or ENGLAND.
    missing : str, optional
        Why nothing can be set beside anything, where that is so.

    Examples
    --------
    >>> headline("Bury", 2025, {"vacancy rate": "lower", "turnover rate": "near"}, NEIGHBOURS)
    'Bury’s workforce looks steadier than its neighbours’ in 2025.'
    """
    known, name = {measure: side for measure, side in sides.items() if side}, words.spoken(name)
    if not known:
        return f"{name}’s workforce cannot be set beside {yardstick} in {year}: {missing}."
    if set(known.values()) == {"few"}:
        return f"{name}’s workforce is too small to be set beside {yardstick} in {year}."
    if len(known) == 1:
        ((measure, side),) = known.items()
        return f"Of {name} only the {measure} can be set beside {yardstick} in {year}: {_SIDES[side]}."
    clear = [side for side in ("lower", "higher") if side in known.values()]
    result = _RESULTS[clear[0]] if len(clear) == 1 else "compares in mixed ways with" if clear else "is much like"
    return f"{name}’s workforce {result} {yardstick} in {year}."


def in_numbers(measure, value, other, side, yardstick):
    """Return a rate in a sentence of people or posts, and how it compares.

    Parameters
    ----------
    measure : Measure
        One of stability.
    value, other : float
        Its rate, and that of the yardstick, in per cent.
    side, yardstick : str
        As in ``headline``.

    Examples
    --------
    >>> in_numbers(VACANCY, 7.4, 16.4, "lower", NEIGHBOURS)
    '1 in 14 posts was empty, about half its neighbours’ rate.'
    """
    one, many, was, were = _SHARES[measure]
    if value == 0:
        said = f"No {one} {was}"
    elif value > 35:
        said = f"{half_up(value / 10)} in 10 {many} {were}"
    else:
        said = f"1 in {half_up(100 / value)} {many} {was}"
    return f"{said}{_compared(value, other, side, yardstick)}."


def _compared(value, other, side, yardstick):
    if side == "near":
        return f", with no clear difference from {yardstick} rate"
    if side not in _RESULTS or not other:
        return ""
    times = next((text for most, text in _TIMES if value / other < most), None) if value else ""
    if times is None:
        times = f"about {half_up(value / other)} times"
    return f", {times or ('below' if side == 'lower' else 'above')} {yardstick} rate"


def lately(verdicts, year, calibrated=True):
    """Return in a sentence which measures changed by more than is ordinary in a year, or by more than chance.

    Parameters
    ----------
    verdicts : dict of str to (str, str)
        By the name of the measure: ``chance``, ``clear``, ``ordinary``, ``out`` or ``few``, and ``up`` or ``down``.
    year : int
        The year before.
    calibrated : bool, optional
        Whether it is known what is ordinary.

    Examples
    --------
    >>> lately({"vacancy rate": ("ordinary", "down")}, 2024)
    'Since 2024 no change in the vacancy rate is clearly out of the ordinary.'
    """
    beyond, what = ("out", "is ordinary in a year") if calibrated else ("clear", "chance alone allows")
    told = [name for name, (verdict, _) in verdicts.items() if verdict != "few"]
    found = [(name, way) for name, (verdict, way) in verdicts.items() if verdict == beyond]
    if not told:
        return f"No change since {year} can be told."
    if not found:  # what may be chance can lie outside the range, so it is not said to be ordinary
        clearly = "out of the ordinary" if calibrated else "more than chance"
        return f"Since {year} no change in the {words.listed(told)} is clearly {clearly}."
    return f"Since {year} {_ways(found, 'rose', 'fell')} by more than {what}."


def course(directions, first):
    """Return in a sentence which measures have a direction beyond ordinary wandering since a year.

    Parameters
    ----------
    directions : dict of str to str
        ``up``, ``down`` or ``none``, by the name of the measure.
    first : int

    Examples
    --------
    >>> course({"vacancy rate": "none", "turnover rate": "up"}, 2017)
    'Over the years since 2017 the turnover rate rose.'
    """
    found = [(name, way) for name, way in directions.items() if way != "none"]
    if not directions:
        return "No rate can be followed over the years."
    if not found:
        have = "has" if len(directions) == 1 else "have"
        return f"Over the years since {first} the {words.listed(list(directions))} {have} no clear direction."
    return f"Over the years since {first} {_ways(found, 'rose', 'fell')}."


def places(found):
    """Return in a sentence which measures lie outside the widened limits of a funnel.

    Parameters
    ----------
    found : dict of str to (str, float)
        Side and level, as ``compare.Funnel.verdict`` gives them, by the name of the measure.

    Examples
    --------
    >>> places({"vacancy rate": ("inside", 0.95)})
    'Among all authorities the vacancy rate is not unusual for one of its size.'
    """
    if not found:
        return "Where it lies among all authorities cannot be told."
    outside = [(name, side) for name, (side, _) in found.items() if side != "inside"]
    if not outside:
        return f"Among all authorities the {words.listed(list(found))} {_is(found)} not unusual for one of its size."
    above, below = ([name for name, side in outside if side == one] for one in ("above", "below"))
    parts = [
        f"the {words.listed(names)} {_is(names)} unusually {how}"
        for names, how in ((above, "high"), (below, "low"))
        if names
    ]
    return f"Among all authorities {words.listed(parts)} for one of its size."


def _ways(found, up, down):
    """Return which of some names rose and which fell, as a part of a sentence."""
    groups = [([name for name, way in found if way == one], verb) for one, verb in (("up", up), ("down", down))]
    return " and ".join(f"the {words.listed(names)} {verb}" for names, verb in groups if names)


def _is(names):
    return "is" if len(names) == 1 else "are"


def side_said(side):
    """Return on which side of its yardstick a measure lies, in a few words; a dash where a figure is missing."""
    return _SIDES.get(side, "–")


def sure(verdict):
    """Return how sure a change is, in a few words."""
    return _SURE[verdict]


def over_years(first, last, result):
    """Return a measure's first and last rate as a cell has them, with a direction where it is beyond ordinary wandering.

    Parameters
    ----------
    first, last : float
        Rates, in per cent.
    result : trends.Result
    """
    return f"{_percent(first)} to {_percent(last)}: {WENT[result.direction]}"


def _percent(value):
    return words.amount(value, "percent", 1)


def funnel_words(name, measure, one, area):
    """Return what a funnel shows, in sentences: the spread of all authorities, and where one of them lies."""
    spread = words.amount(one.dispersion, "", 1)
    yield f"Of {len(one.points)} authorities together the {measure} is {words.amount(100 * one.target, 'percent', 1)}."
    yield (
        f"The variance between them is {spread} times what chance would make it, so the limits are also shown widened."
        if one.is_wider
        else "The variance between them is no more than chance would make it."
    )
    if area not in one.points.index:
        yield f"{name} has no figure that could be placed among them."
        return
    rate, base = one.points.loc[area, ["rate", "base"]]
    widened = f", and {placed(*one.verdict(area, widened=True))} once widened" if one.is_wider else ""
    yield (
        f"{name} has {words.amount(100 * rate, 'percent', 1)} at a size of {words.amount(base, 'FTE', 1)}: "
        f"{placed(*one.verdict(area))} of chance alone{widened}."
    )


def placed(side, level):
    """Return where a figure lies in a funnel as a cell has it: ``within the 95% limits``."""
    share = words.amount(100 * level, "percent")
    return f"within the {share} limits" if side == "inside" else f"{side} the {share} limits"
