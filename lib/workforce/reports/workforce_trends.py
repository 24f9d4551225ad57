"""Sections of the notebook that asks which way an authority's workforce is moving."""

import math
from itertools import groupby

import pandas as pd

from workforce import charts, data, reports, series, trend_sentences, trends, words
from workforce.display import Section, Table, Text, chart
from workforce.reports import authorities, drawn_from


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters, as far as they are a list."""
    return {"authority": authorities(folder)}


def found(collected):
    """Return what was found: how many series show a clear change, then a sentence on each that does."""
    if not collected:
        return Text(("The papers of this authority hold no series over time.",))
    results = [(one, series.fit(one)) for one in collected]
    clear = [_sentence(one, result) for one, result in results if result.direction != "none"]
    told = sum(not math.isnan(result.low) for _, result in results)
    by_chance = words.amount(told * (1 - trends.LEVEL), "", 1)
    shown = f"{len(clear)} of these show" if clear else "none of these shows"
    said = (
        f"{len(collected)} series can be drawn from the papers; {told} of them {'allows' if told == 1 else 'allow'} an "
        f"interval, and {shown} a clear change (by chance alone, {by_chance} would). "
        "Where the interval holds no change, no direction is named."
    )
    return Text((said,), tuple(clear))


def measures(collected):
    """Return for each measure its warning, small multiples of its series, a forest plot of their ratios, and numbers."""
    groups = groupby(collected, key=lambda one: (one.document, one.measure))
    return Section(tuple(_measure(list(group)) for _, group in groups) or (Text(("There is nothing to draw.",)),))


def table(collected):
    """Return a table of every series with its model: first and last value, ratio or slope, interval, p, fit."""
    rows = [_row(one, series.fit(one)) for one in collected]
    columns = [
        *(
            "series",
            "points",
            "first",
            "last",
            "estimate",
            "95% interval",
            "p",
            "dispersion",
            "lack of fit p",
            "method",
        ),
        "least squares, per year",
    ]
    notes = (
        "A ratio is of the last to the first count where there are two, and per year where there are more. A dispersion far "
        "above 1, with a small lack of fit p, means that the points do not follow one yearly ratio.",
        "Least squares is a check beside the model: a straight line through the same points, without a p-value.",
        "Counts of posts are stocks, not independent events: the p-values are a guide.",
    )
    return Table(pd.DataFrame(rows, columns=columns), "Every series and its model", notes)


def sources(collected):
    """Return the citations of the papers, and of the national releases where their numbers stand among the papers'."""
    owners = {one.authority for one in collected if "release" in one.points and one.points["release"].notna().any()}
    return reports.sources(list(dict.fromkeys(one.document for one in collected)), quoted_for=min(owners, default=None))


def _sentence(one, result):
    return trend_sentences.sentence(result, one.name)


def _measure(group):
    first, unit = group[0], group[0].unit
    frame = pd.concat(
        one.points.assign(panel=one.role, period=one.points["period"].map(words.period), value=one.shown)
        for one in group
    )
    results = [(one, series.fit(one)) for one in group]
    numbers = frame[["panel", "period", "value"]].rename(columns={"panel": "series"})
    numbers = numbers.assign(value=[words.amount(value, "") for value in numbers["value"]])
    title = f"{first.measure}, in {unit}"
    description = " ".join(
        f"{one.role}: "
        + ", ".join(
            f"{words.period(p)} {words.amount(v, '')}" for p, v in zip(one.points["period"], one.shown, strict=True)
        )
        + "."
        for one in group
    )
    figure = charts.small_multiples(frame, unit, lambda value: words.amount(value, ""))
    said = Text((first.warning,) if first.warning else (), tuple(_sentence(*one) for one in results))
    source = drawn_from(first.document, frame)
    return Section((chart(figure, title, description, numbers, source), said, *_ratios(first, results, source)))


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
    shown = frame.assign(**{column: frame[column].map(_number) for column in ("estimate", "low", "high")})
    description = " ".join(
        f"{row.name}: {row.estimate}, {row.low} to {row.high}." for row in shown.itertuples(index=False)
    )
    figure = charts.forest_plot(frame, unit, _number)
    yield chart(figure, f"{first.measure}: {unit}, with 95% interval", description, shown, source)


def _drawable(result):
    return result.is_ratio and math.isfinite(result.estimate) and result.estimate > 0 and result.low == result.low


def _row(one, result):
    def shown(value):
        return _number(value, result.decimals)

    slope = trends.line(one.points["time"], one.shown, unit=one.unit).estimate if len(one.points) > 2 else math.nan
    return (
        one.name,
        str(len(one.points)),
        *(f"{words.amount(one.shown.iloc[at], '')} ({words.period(one.points['period'].iloc[at])})" for at in (0, -1)),
        "–" if math.isnan(result.estimate) else trend_sentences.estimate(result),
        "–" if math.isnan(result.low) else f"{shown(result.low)} to {shown(result.high)}",
        "–" if math.isnan(result.p) else trend_sentences.p_value(result.p),
        *(
            "–" if math.isnan(value) else words.amount(value, "", 2)
            for value in (result.dispersion, result.lack_of_fit_p)
        ),
        result.method,
        "–" if math.isnan(slope) else words.amount(slope, "", 1),
    )


def _number(value, decimals=2):
    if math.isinf(value):
        return "no limit"
    return "over 100" if value > 100 else words.amount(value, "", decimals)
