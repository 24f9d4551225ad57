"""Sections of the notebook that asks which way an authority's workforce is moving."""

import math
from collections import Counter
from functools import partial
from itertools import groupby

import pandas as pd

from workforce import charts, data, national_sentences, reports, series, trend_sentences, trends, words
from workforce.display import Answer, Column, Section, Table, Text, Tile, chart
from workforce.reports import authorities, drawn_from, ratio_said


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters, as far as they are a list."""
    return {"authority": authorities(folder)}


def answer(collected):
    """Return the answer: which series changed by more than is ordinary, how many by more than chance, and the largest changes."""
    if not collected:
        return Text(("The papers of this authority hold no series over time.",))
    chosen = _sharpest(collected)
    tiles = tuple(map(_tile, chosen))
    return Answer(" ".join(_found(collected)), tiles, series.to_frame(chosen))


def _found(collected):
    """Yield the sentences of the answer."""
    by_verdict = {verdict: [one for one in collected if one.verdict == verdict] for verdict in _SHARP}
    total = f"{len(collected)} series"
    if by_verdict["out"]:
        yield f"Of {total}, {len(by_verdict['out'])} changed by more than is ordinary: {_went(by_verdict['out'])}."
    for verdict, said in _REST.items():
        if by_verdict[verdict]:
            yield f"{words.upper(_went(by_verdict[verdict]))} by more than {said}."
    ordinary = len(by_verdict["ordinary"])
    if ordinary:
        more = f"{ordinary} more" if by_verdict["out"] else f"Of {total}, {ordinary}"
        yield f"{more} changed by more than chance, but by no more than is ordinary."
    if any(one.kind == "money" for verdict in _SHARP for one in by_verdict[verdict]):
        yield "Amounts are in prices of the day."
    if not any(by_verdict.values()):
        yield f"No clear change shows in {total}."


_SHARP = ("out", "clear", "uneven", "ordinary")  # of what is named first
_REST = {"clear": "chance (what is ordinary is not known)", "uneven": "chance, unevenly"}
_MOST = 6  # tiles, and panels of the main chart


def _sharpest(collected):
    """Return the series of the tiles: changes beyond chance, the surest and largest first; without one, those of all roles."""
    clear = [one for one in collected if one.verdict in _SHARP]
    if not clear:
        firsts = {}
        for one in collected:
            firsts.setdefault((one.document, one.measure), one)
            if one.role.startswith("all "):
                firsts[one.document, one.measure] = one
        return list(firsts.values())[:_MOST]
    return sorted(clear, key=lambda one: (_SHARP.index(one.verdict), -_size(one)))[:_MOST]


def _size(one):
    """Return how far a series went, from first to last, as a ratio on the log scale; a half stands for none."""
    first, last = (max(one.shown.iloc[at], 0.5) for at in (0, -1))
    return abs(math.log(last / first))


_FIT = 12  # words that leave a sentence short


def _went(group):
    """Return which of some series rose and which fell; how many, where naming them makes a long sentence."""
    named = _moved(group)
    if len(named.split()) <= _FIT:
        return named
    ways = Counter(one.direction for one in group)
    told = [
        f"{words.amount(ways[way], 'series')} {verb}" for way, verb in (("up", "rose"), ("down", "fell")) if ways[way]
    ]
    return " and ".join(told)


def _moved(group):
    """Return which of some series rose and which fell, as a part of a sentence."""
    named = {
        verb: [_named(one) for one in group if one.direction == way] for way, verb in (("up", "rose"), ("down", "fell"))
    }
    return " and ".join(f"{words.listed(names)} {verb}" for verb, names in named.items() if names)


def _named(one):
    return one.name if "(" in one.measure else f"{one.measure} ({one.role})"


def _tile(one):
    first, last = _levels(one)
    start, end = (words.period(one.points["period"].iloc[at]) for at in (0, -1))
    went = words.moved(one.shown.iloc[0], one.shown.iloc[-1], first, f"in {start}")
    return Tile(
        one.name,
        last,
        direction=f"in {end}; {went}",
        sure=national_sentences.sure(one.verdict),
    )


def _levels(one):
    """Return the first and last value of a series as they are shown."""
    return tuple(one.said(one.shown.iloc[at]) for at in (0, -1))


def lead(collected):
    """Return the main chart: the series of the tiles that can share a scale, counts or the commonest unit, a panel each."""
    chosen = _sharpest(collected)
    if not chosen:
        return Text(("There is nothing to draw.",))
    scales = Counter(map(_scale, chosen))
    drawn = [one for one in chosen if _scale(one) == scales.most_common(1)[0][0]]
    unit = " or ".join(dict.fromkeys(one.unit for one in drawn))
    return _panels(drawn, f"The series with the clearest changes, in {unit}", "name", unit)


def _scale(one):
    if one.kind == "money":  # a budget and a small part of it would share no scale that shows both
        return one.unit, len(f"{one.shown.abs().max():.0f}")
    return one.kind if one.kind == "count" else one.unit


def doubts(collected):
    """Return how many series would show a change by chance alone, and of how many it is known what is ordinary."""
    told = sum(not math.isnan(one.result.low) for one in collected)
    beside = [one for one in collected if one.ordinary is not None]
    by_chance = words.amount(told * (1 - trends.LEVEL), "", 1)
    said = [
        f"{told} of {len(collected)} series allow an interval. By chance alone, {by_chance} of them would show a clear change."
    ]
    if beside:
        would = words.amount(len(beside) * (1 - trends.LEVEL), "", 1)
        said.append(
            f"Of {len(beside)} series it is known how much authorities’ numbers ordinarily wander. Were all ordinary, {would} "
            "would seem more than that."
        )
    return Text(tuple(said))


def measures(collected):
    """Return for each measure its warning, small multiples of its series, a forest plot of their ratios, and numbers."""
    groups = groupby(collected, key=lambda one: (one.document, one.measure))
    return Section(tuple(_measure(list(group)) for _, group in groups) or (Text(("There is nothing to draw.",)),))


def table(collected):
    """Return a table of every series with its model: first and last value, ratio or slope, interval, p, fit."""
    frame = pd.DataFrame([_row(one, one.result) for one in collected])
    columns = {
        "name": Column("series"),
        "points": Column("points"),
        "first": Column("first", say=lambda row: f"{row['first_said']} ({row['first_period']})"),
        "last": Column("last", say=lambda row: f"{row['last_said']} ({row['last_period']})"),
        "estimate": Column("estimate", say=lambda row: row["estimate_said"]),
        "low": Column("95% interval", say=_interval),
        "p": Column("p", say=lambda row: "–" if math.isnan(row["p"]) else trend_sentences.p_value(row["p"])),
        "ordinary": Column("allowing for what is ordinary (95%)", say=lambda row: row["ordinary_said"]),
        "dispersion": Column("dispersion", decimals=2),
        "lack_of_fit_p": Column("lack of fit p", decimals=2),
        "method": Column("method"),
        "slope": Column("least squares, per year", decimals=1),
    }
    notes = (
        "A ratio is of the last to the first count where there are two, and per year where there are more. A dispersion far "
        "above 1, with a small lack of fit p, means that the points do not follow one yearly ratio.",
        "Least squares is a check beside the model: a straight line through the same points, without a p-value.",
        "Counts of posts are stocks, not independent events: the p-values are a guide.",
        *([trend_sentences.PRICES] if any(one.kind == "money" for one in collected) else []),
    )
    return Table(frame, "Every series and its model", notes, columns)


def sources(collected):
    """Return the citations of the papers, and of the national releases where their numbers stand among the papers'."""
    owners = {one.authority for one in collected if "release" in one.points and one.points["release"].notna().any()}
    return reports.sources(list(dict.fromkeys(one.document for one in collected)), quoted_for=owners)


def _measure(group):
    first = group[0]
    warnings = (first.warning, trend_sentences.PRICES if first.kind == "money" else "")
    said = Text(tuple(filter(None, warnings)), tuple(map(_brief, group)))
    title = f"{words.upper(first.measure)}, in {first.unit}"
    shown = [one for one in group if len(one.points) > 1]  # one dot is no chart: the sentence tells it
    if not shown:
        return said
    drawn = _panels(shown, title, "role", first.unit)
    source = drawn_from(first.document, pd.concat(one.points for one in group))
    return Section((drawn, said, *_ratios(first, [(one, one.result) for one in group], source)))


def _brief(one):
    if one.kind == "money" and not math.isnan(one.result.low):
        return one.sentence.removesuffix(f" {trend_sentences.PRICES}")
    return trend_sentences.brief(one.name, _levels(one), one.verdict, one.result)


def _panels(group, title, label, unit):
    """Return small multiples of series, a panel each, named by an attribute of theirs."""
    frame = pd.concat(
        one.points.assign(panel=getattr(one, label), period=one.points["period"].map(words.period), value=one.shown)
        for one in group
    )
    numbers = frame[["panel", "period", "value"]].rename(columns={"panel": "series"}).reset_index(drop=True)
    description = " ".join(
        f"{getattr(one, label)}: "
        + ", ".join(f"{words.period(p)} {_bare(one, v)}" for p, v in zip(one.points["period"], one.shown, strict=True))
        + "."
        for one in group
    )
    figure = charts.small_multiples(frame, unit, partial(_bare, group[0]))
    sources = dict.fromkeys(one.document for one in group)
    source = "; ".join(drawn_from(document, frame) for document in sources)
    return chart(figure, title, description, numbers, source)


def _ratios(first, results, source):
    """Yield a forest plot of the ratios that have an interval, where there is more than one."""
    drawn = [(one, result) for one, result in results if _drawable(result)]
    if len(drawn) < 2:
        return
    frame = pd.DataFrame(
        [(one.role, result.estimate, result.low, result.high) for one, result in drawn],
        columns=["name", "estimate", "low", "high"],
    )
    unit = drawn[0][1].unit
    shown = frame.assign(**{column: frame[column].map(ratio_said) for column in ("estimate", "low", "high")})
    columns = {
        "name": Column("name"),
        **{end: Column(end, say=partial(_said, end)) for end in ("estimate", "low", "high")},
    }
    description = " ".join(
        f"{row.name}: {row.estimate}, {row.low} to {row.high}." for row in shown.itertuples(index=False)
    )
    figure = charts.forest_plot(frame, unit, ratio_said)
    yield chart(figure, f"{first.measure}: {unit}, with 95% interval", description, frame, source, columns)


def _said(end, row):
    return ratio_said(row[end])


def _drawable(result):
    return result.is_ratio and math.isfinite(result.estimate) and result.estimate > 0 and result.low == result.low


def _row(one, result):
    slope = trends.line(one.points["time"], one.shown, unit=one.unit).estimate if len(one.points) > 2 else math.nan
    first, last = (one.shown.iloc[at] for at in (0, -1))
    return {
        "name": one.name,
        "points": len(one.points),
        "first": first,
        "last": last,
        "estimate": result.estimate,
        "low": result.low,
        "high": result.high,
        "p": result.p,
        "ordinary": one.ordinary.estimate if one.ordinary else math.nan,
        "ordinary_said": _ordinary(one.ordinary),
        "dispersion": result.dispersion,
        "lack_of_fit_p": result.lack_of_fit_p,
        "method": result.method,
        "slope": slope,
        "unit": one.unit,
        "first_said": _bare(one, first),
        "last_said": _bare(one, last),
        "first_period": words.period(one.points["period"].iloc[0]),
        "last_period": words.period(one.points["period"].iloc[-1]),
        "estimate_said": "–" if math.isnan(result.estimate) else trend_sentences.estimate(result),
        "decimals": result.decimals,
    }


def _bare(one, value):
    """Return a value of a series as it stands in a table: money with its sign, others as numbers."""
    return one.said(value) if one.kind == "money" else words.amount(value, "")


def _ordinary(result):
    if result is None:
        return "–"
    estimate, low, high = (ratio_said(value) for value in (result.estimate, result.low, result.high))
    return f"{estimate} ({low} to {high})"


def _interval(row):
    if math.isnan(row["low"]):
        return "–"
    return f"{ratio_said(row['low'], row['decimals'])} to {ratio_said(row['high'], row['decimals'])}"
