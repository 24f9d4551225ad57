"""What the national statistics say of an authority in words: steadier or not, which way it goes, where it lies in a funnel."""

import math

from workforce import trend_sentences, words
from workforce.national.measures import FEWEST

__all__ = ["changed", "course", "funnel_words", "lately", "next_year", "over_years", "places", "verdict"]


def __dir__():
    return __all__


_SAID = {
    "lower": "clearly lower",
    "higher": "clearly higher",
    "near": "no clear difference",
    "few": f"fewer than {FEWEST} full-time equivalents to tell by",
}
_UNCLEAR = ("shows no clear change", "show no clear change")
_FEW = ("is of too few people to tell", "are of too few people to tell")
_RESULTS = {"lower": "looks steadier than", "higher": "looks less steady than"}


def verdict(name, year, sides, yardstick, missing="no figure of both is published"):
    """Return in a sentence whether a workforce is steadier than those it is set beside.

    Parameters
    ----------
    name : str
    year : int
    sides : dict of str to str
        For each measure of stability ``lower`` or ``higher`` where it is clearly so, ``near`` where its own counts would
        vary as much by chance, ``few`` where it is of too few people to tell, or an empty text where a figure is missing.
    yardstick : str
        What it is set beside, for example ``the median of its statistical neighbours``.
    missing : str, optional
        Why nothing can be set beside anything, where that is so.
    """
    by_side = {side: [measure for measure in sides if sides[measure] == side] for side in (*_SAID, "")}
    lacking = f" For the {words.listed(by_side[''])} a figure is missing." if by_side[""] else ""
    known = {measure: side for measure, side in sides.items() if side}
    if len(known) == 1:
        ((measure, side),) = known.items()
        return f"In {year} only the {measure} of {name} can be set beside {yardstick}: {_SAID[side]}.{lacking}"
    told = [f"{said} in the {words.listed(by_side[side])}" for side, said in _SAID.items() if by_side[side]]
    if not told:
        return f"{name}’s workforce in {year} cannot be set beside {yardstick}: {missing}."
    if set(known.values()) == {"few"}:
        return f"{name}’s workforce in {year} is too small to be set beside {yardstick}: {', '.join(told)}.{lacking}"
    clear = [side for side in ("lower", "higher") if by_side[side]]
    result = _RESULTS[clear[0]] if len(clear) == 1 else "compares in mixed ways with" if clear else "is much like"
    return f"In {year} {name}’s workforce {result} {yardstick}: {', '.join(told)}.{lacking}"


def places(found):
    """Return in a sentence where measures lie among all authorities; ``found`` has side and level of each, by name."""
    if not found:
        return "Where it lies among all authorities cannot be told from a funnel plot."
    by_place = {place: [name for name in found if found[name] == place] for place in dict.fromkeys(found.values())}
    parts = [f"the {words.listed(names)} {_lies(names)} {_place(*place)}" for place, names in by_place.items()]
    return f"Among all authorities, by limits widened where these differ by more than chance, {words.listed(parts)}."


def course(results, span, small=(), ends=None):
    """Return in a sentence which way measures go over a span of years: a direction only where it is clear.

    Parameters
    ----------
    results : dict of str to trends.Result
        By the name of the measure.
    span : str
        For example ``From 2017 to 2025``.
    small : collection of str, optional
        Those of too few people to name a direction.
    ends : dict of str to tuple, optional
        First and last rate of each measure, where the results allow for ordinary wandering: these are told first.
    """
    ways = {
        "down": ("fell", "fell"),
        "up": ("rose", "rose"),
        "uneven": ("follows no yearly ratio", "follow no yearly ratio"),
        "none": ("shows no direction", "show no direction") if ends else _UNCLEAR,
        "few": _FEW,
    }
    went = {name: "uneven" if result.is_uneven else result.direction for name, result in results.items()}
    went |= dict.fromkeys(went.keys() & set(small), "few")
    parts = _grouped(went, ways)
    if not parts:
        return f"{span}, no measure of stability can be followed."
    if not ends:
        return f"{span}, {words.listed(parts)}."
    went = [f"the {name} went from {_percent(first)} to {_percent(last)}" for name, (first, last) in ends.items()]
    return f"{span}, {words.listed(went)}; allowing for ordinary wandering, {words.listed(parts)}."


def lately(changes, before, year, small=()):
    """Return in a sentence what is out of the ordinary in a year's changes, what is ordinary, and what may be chance.

    Parameters
    ----------
    changes : dict of str to compare.Change
        By the name of the measure.
    before, year : int
    small : collection of str, optional
        Those of too few people to tell.
    """
    verdicts = {name: "few" if name in small else one.verdict for name, one in changes.items()}
    beyond = {
        "out": "changed by more than is ordinary in a year",
        "clear": "changed by more than chance alone allows",
        "ordinary": "changed by more than chance alone allows, but by no more than is ordinary in a year",
    }
    alike = {verdict: (said, said) for verdict, said in beyond.items()}
    parts = _grouped(verdicts, {**alike, "chance": _UNCLEAR, "few": _FEW})
    return f"From {before} to {year}, {words.listed(parts)}." if parts else f"No change from {before} can be told."


def _grouped(by_name, ways):
    """Return a part of a sentence for each way that some names go, in the order of the ways: one and many of each."""
    groups = {way: [name for name in by_name if by_name[name] == way] for way in ways}
    return [f"the {words.listed(names)} {ways[way][len(names) > 1]}" for way, names in groups.items() if names]


def changed(name, one, before, year):
    """Return a measure's change in a sentence, with both yardsticks: chance alone, and what is ordinary in a year.

    Parameters
    ----------
    name : str
    one : compare.Change
    before, year : int
    """
    ratio, went = trend_sentences.estimate(one.chance), f"from {_percent(one.before)} to {_percent(one.after)}"
    by_chance = f"{ratio}{_interval(one.chance)}"
    ordinary = f"{_ends(one.expected)} would have been ordinary" if one.expected else ""
    verb = {"up": "rose", "down": "fell"}.get(one.chance.direction, "went")
    said = {
        "chance": f"went {went}: no clear change ({by_chance})",
        "clear": f"{verb} {went}: more than chance alone allows ({by_chance})",
        "ordinary": f"went {went}: more than chance alone allows ({by_chance}), but {ordinary}",
        "out": f"{verb} {went}: more than chance alone allows ({by_chance}), and out of the ordinary, since {ordinary}",
    }[one.verdict]
    return f"{before} to {year}: The {name} {said}."


def over_years(name, first, last, result):
    """Return a measure's first and last rate in a sentence, with a direction where it is beyond ordinary wandering.

    Parameters
    ----------
    name : str
    first, last : tuple
        The year and its rate, in per cent.
    result : trends.Result
    """
    went = {"up": "a rise", "down": "a fall", "none": "no direction"}[result.direction]
    return (
        f"{first[0]} to {last[0]}: The {name} went from {_percent(first[1])} to {_percent(last[1])}; {went} beyond ordinary "
        f"wandering ({trend_sentences.estimate(result)}{_interval(result)})."
    )


def next_year(ranges, year):
    """Return in a sentence what would be ordinary of measures in a year to come; ``ranges`` by the name of the measure."""
    parts = [f"{_ends(one)} for the {name}" for name, one in ranges.items()]
    return f"In {year}, it would be ordinary to find {words.listed(parts)} (ranges that hold 95% of such authorities)."


def _ends(one):
    return f"{words.amount(one.low, '', 1)}% to {words.amount(one.high, '', 1)}%"


def _percent(value):
    return words.amount(value, "percent", 1)


def _interval(result):
    if math.isnan(result.low):
        return ""
    high = "no limit" if math.isinf(result.high) else words.amount(result.high, "", result.decimals)
    return f"; 95% interval {words.amount(result.low, '', result.decimals)} to {high}"


def funnel_words(name, measure, one, area):
    """Return what a funnel shows, in sentences: the spread of all authorities, and where one of them lies."""
    spread = words.amount(one.dispersion, "", 1)
    more = (
        f"is {spread} times what chance alone would make it, the outermost tenth at each end pulled in, so the limits are "
        "also shown widened for that"
        if one.is_wider
        else "is no more than chance alone would make it"
    )
    yield (
        f"The {measure} of {len(one.points)} authorities together is {words.amount(100 * one.target, 'percent', 1)}; "
        f"the variance between them {more}."
    )
    if area not in one.points.index:
        yield f"{name} has no figure that could be placed among them."
        return
    rate, base = one.points.loc[area, ["rate", "base"]]
    widened = f", and {_place(*one.verdict(area, widened=True))} once widened" if one.is_wider else ""
    yield (
        f"{name}, with {words.amount(100 * rate, 'percent', 1)} at a size of {words.amount(base, 'FTE', 1)}, lies "
        f"{_place(*one.verdict(area))} of chance alone{widened}."
    )


def _place(side, level):
    share = words.amount(100 * level, "percent")
    return f"within the {share} limits" if side == "inside" else f"{side} the {share} limits"


def _lies(names):
    return "lies" if len(names) == 1 else "lie"
