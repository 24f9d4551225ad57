"""One function for each kind of chart: a frame in, a matplotlib figure out. Words around a chart are report's.

Figures are made apart from pyplot's own list, so that a notebook shows each one once and none stays in memory.
"""

from contextlib import contextmanager
from functools import wraps
from textwrap import fill

import afcharts
import matplotlib.style
import numpy as np
import seaborn as sns
from afcharts.af_colours import get_af_colours
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, StrMethodFormatter

from workforce import data

__all__ = [
    "bars",
    "forest_plot",
    "funnel",
    "ladder",
    "pairs",
    "ranges",
    "slopes",
    "small_multiples",
    "small_multiples_by_year",
    "spine",
]


def __dir__():
    return __all__


WIDTH = 5.2  # inches; shown at the width of a phone, text of SIZE points is still read
SIZE, SMALL, TINY = 11, 10, 9.5
_STYLE = [
    f"{afcharts.__name__}.afcharts",
    {
        "font.size": SIZE,
        "font.family": "DejaVu Sans",
        "axes.grid": False,
        "axes.labelsize": SIZE,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "legend.fontsize": SMALL,
    },
]
_HATCHES = ["", "///", "\\\\\\", "xx", "--", "++"]  # none of dots: each is a path of its own
_PLATE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}  # behind a label that may meet a line


def _of(*columns):
    """Check before a chart is drawn that its frame has the columns, so that a wrong one is told with those that there are."""

    def checked(draw):
        @wraps(draw)
        def checking(frame, *rest, **options):
            data.need(frame, columns, f"charts.{draw.__name__}")
            return draw(frame, *rest, **options)

        return checking

    return checked


@_of("category", "series", "value")
def bars(frame, unit, label=str):
    """Draw horizontal bars, each with its value; series differ in pattern as well as in colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``category``, ``series`` and ``value``, in the order to be drawn.
    unit : str
        Unit of the values, for the axis.
    label : callable, optional
        Turns a value into the text at the end of its bar.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"category": ["2023", "2024"], "series": ["leavers"] * 2, "value": [68, 40]})
    >>> len(bars(frame, "people").axes)
    1
    """
    series = list(dict.fromkeys(frame["series"]))
    with _axes(0.30 * len(frame) + 0.5 * frame["category"].nunique() ** 0.5 + 0.8) as ax:
        colours = get_af_colours("categorical", number_of_colours=max(2, len(series)))[: len(series)]
        sns.barplot(frame, x="value", y="category", hue="series", palette=colours, ax=ax, errorbar=None, saturation=1)
        for container, hatch in zip(ax.containers, _HATCHES, strict=False):
            texts = ["" if bar.get_width() != bar.get_width() else label(bar.get_width()) for bar in container]
            ax.bar_label(container, texts, padding=4)
            for bar in container:
                bar.set(hatch=hatch, edgecolor="white")
        low, high = (1.12 * end for end in (min(frame["value"].min(), 0), max(frame["value"].max(), 0)))
        _say_unit(ax.xaxis, unit)
        ax.set(ylabel="", xlim=(low, high if high > low else 1))
        ax.set_yticks(ax.get_yticks(), [fill(text.get_text(), 22) for text in ax.get_yticklabels()])
        _legend(ax, len(series))
    return ax.figure


@_of("category", "first", "second")
def pairs(frame, unit, names, label=str):
    """Draw two values of each category, joined by a line: a dot for the first and a diamond for the second.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``category``, ``first`` and ``second``, in the order to be drawn.
    unit : str
        Unit of the values, for the axis.
    names : tuple of str
        What the first and the second value are, for the legend.
    label : callable, optional
        Turns a value into the text beside its mark.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"category": ["vacancies"], "first": [25], "second": [26.2]})
    >>> len(pairs(frame, "posts", ("printed", "as stated")).axes)
    1
    """
    dot, diamond = get_af_colours("duo")
    texts = [fill(text, 30) for text in frame["category"]]
    lines = max(text.count("\n") for text in texts) + 1
    with _axes((0.15 * lines + 0.2) * len(frame) + 1.0) as ax:
        rows = range(len(frame))
        ax.hlines(rows, frame["first"], frame["second"], color="0.55", zorder=1)
        ax.scatter(frame["first"], rows, s=60, marker="o", color=dot, label=names[0], zorder=2)
        ax.scatter(frame["second"], rows, s=60, marker="D", color=diamond, label=names[1], zorder=2)
        for row, first, second in zip(rows, frame["first"], frame["second"], strict=True):
            left, right = sorted([first, second])
            ax.annotate(label(left), (left, row), (-8, 0), textcoords="offset points", ha="right", va="center")
            ax.annotate(label(right), (right, row), (8, 0), textcoords="offset points", ha="left", va="center")
        ax.set_yticks(rows, texts, fontsize=TINY)
        ax.set(ylim=(len(frame) - 0.5, -0.5))
        ax.margins(x=0.3)
        _say_unit(ax.xaxis, unit)
        _legend(ax, 2)
    return ax.figure


@_of("name", "low", "high")
def ranges(frame, unit, focus, label=str):
    """Draw a line from the low to the high end of each row; the focus stands out by colour, weight and mark.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``name``, ``low`` and ``high``, in the order to be drawn.
    unit : str
        Unit of the values, for the axis.
    focus : str
        The name to pick out.
    label : callable, optional
        Turns a value into the text at an end.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"name": ["Bury", "Wigan"], "low": [29174, 33486], "high": [31895, 38553]})
    >>> len(ranges(frame, "GBP per year", "Bury").axes)
    1
    """
    with _axes(0.36 * len(frame) + 0.8) as ax:
        for row, (name, low, high) in enumerate(frame[["name", "low", "high"]].itertuples(index=False)):
            look = _look(name == focus)
            ax.plot([low, high], [row, row], marker="D" if name == focus else "o", **look)
            ax.annotate(label(low), (low, row), (-8, 0), textcoords="offset points", ha="right", va="center")
            if high > low:
                ax.annotate(label(high), (high, row), (8, 0), textcoords="offset points", ha="left", va="center")
        ax.set_yticks(range(len(frame)), frame["name"])
        _embolden(ax.get_yticklabels(), focus)
        ax.set(ylim=(len(frame) - 0.5, -0.5))
        ax.margins(x=0.36)
        _say_unit(ax.xaxis, unit)
    return ax.figure


@_of("name", "first", "second")
def slopes(frame, names, focus):
    """Draw each row's rank in two orders, joined by a line; rank 1 is at the top, and ties share a place.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``name``, ``first`` and ``second`` (ranks).
    names : tuple of str
        What the two orders are.
    focus : str
        The name to pick out.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"name": ["Bury", "Wigan"], "first": [2, 1], "second": [1, 2]})
    >>> len(slopes(frame, ("by the year", "by the hour"), "Bury").axes)
    1
    """
    with _axes(0.36 * frame[["first", "second"]].to_numpy().max() + 1.0) as ax:
        for name, *ranks in frame[["name", "first", "second"]].itertuples(index=False):
            ax.plot([0, 1], ranks, marker="D" if name == focus else "o", **_look(name == focus))
        for place, (side, align) in enumerate((("first", "right"), ("second", "left"))):
            for rank, tied in frame.groupby(side)["name"]:
                text = f"{', '.join(tied)}  {rank}" if align == "right" else f"{rank}  {', '.join(tied)}"
                offset = (-12, 0) if align == "right" else (12, 0)
                weight = "bold" if focus in set(tied) else "normal"
                ax.annotate(
                    text, (place, rank), offset, textcoords="offset points", ha=align, va="center", weight=weight
                )
        ax.set_xticks([0, 1], names)
        ax.xaxis.tick_top()
        ax.set(xlim=(-1.1, 2.1), yticks=[])
        ax.invert_yaxis()
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
        ax.margins(y=0.08)
    return ax.figure


@_of("name", "step", "value")
def ladder(frame, unit, steps, focus, label=str):
    """Draw each row's values over the steps of a ladder, the focus with its values, the others in grey behind it.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``name``, ``step`` (1 and up) and ``value``.
    unit : str
        Unit of the values, for the axis.
    steps : list of str
        What the steps are.
    focus : str
        The name to pick out.
    label : callable, optional
        Turns a value into the text beside its mark.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"name": ["Bury"] * 2, "authority": "bury", "step": [1, 2], "value": [29174, 34373]})
    >>> len(ladder(frame, "GBP per year", ["ASYE, entry", "manager, entry"], "Bury").axes)
    1
    """
    with _axes(4.2) as ax:
        others = frame[frame["name"] != focus]
        for _, rungs in others.groupby("name"):
            ax.plot(rungs["step"], rungs["value"], marker="o", **_look(False))
        chosen = frame[frame["name"] == focus]
        ax.plot(chosen["step"], chosen["value"], marker="D", **_look(True))
        for step, value in chosen[["step", "value"]].itertuples(index=False):
            text = {"ha": "center", "weight": "bold", "bbox": _PLATE, "zorder": 4}
            ax.annotate(label(value), (step, value), (0, 12), textcoords="offset points", **text)
        named = [fill(step.replace("/", "/ "), 12) for step in steps]
        ax.set_xticks(range(1, len(steps) + 1), named, fontsize=TINY)
        ax.margins(x=0.12, y=0.12)
        _say_unit(ax.yaxis, unit)
        ends = [(focus, chosen, True)] + ([("other councils", others, False)] if len(others) else [])
        last = [(name, rungs.loc[rungs["step"].idxmax(), ["step", "value"]], strong) for name, rungs, strong in ends]
        _at_ends(ax, [(*point, name, strong) for name, point, strong in last])
    return ax.figure


@_of("panel", "time", "period", "value")
def small_multiples(frame, unit, label=str):
    """Draw small multiples, a panel for each series: its points over time, joined, each with its value.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``panel``, ``time`` (in years), ``period`` (in words) and ``value``.
    unit : str
        Unit of the values, for the axes.
    label : callable, optional
        Turns a value into the text at its point.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"panel": "leavers", "time": [2023, 2024], "period": ["2023", "2024"], "value": [68, 40]})
    >>> len(small_multiples(frame, "people").axes)
    1
    """
    panels = list(dict.fromkeys(frame["panel"]))
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    top, bottom = 1.4 * max(frame["value"].max(), 0) or 1, 1.4 * min(frame["value"].min(), 0)
    with matplotlib.style.context(_STYLE):
        figure = Figure(figsize=(WIDTH, 1.75 * rows), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False).ravel()
        for ax, panel in zip(axes, panels, strict=False):
            part = frame[frame["panel"] == panel]
            ax.plot(part["time"], part["value"], marker="o", color=get_af_colours("duo")[0], clip_on=False)
            for time, value in part[["time", "value"]].itertuples(index=False):
                text = {"ha": "center", "bbox": {**_PLATE, "pad": 0.5}}
                ax.annotate(label(value), (time, value), (0, 7), textcoords="offset points", **text)
            ax.set_title(fill(panel, 27), fontsize=SMALL, loc="left")
            ax.set_xticks(part["time"], [fill(period, 8) for period in part["period"]])
            ax.set(ylim=(bottom, top), yticks=[])
            ax.margins(x=0.25)
        figure.supylabel(_unit(unit), fontsize=SMALL)
        for ax in axes[len(panels) :]:
            ax.set_visible(False)
    return figure


@_of("name", "estimate", "low", "high")
def forest_plot(frame, unit, label=str):
    """Draw a forest plot: each estimate with its interval beside the line of no change; ratios, on a log scale.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``name``, ``estimate``, ``low`` and ``high``, all above zero; an interval that goes beyond 1/100 or 100
        is cut there.
    unit : str
        What the estimates are, for the axis.
    label : callable, optional
        Turns an estimate into the text above its mark.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"name": ["leavers"], "estimate": [0.6], "low": [0.4], "high": [0.9]})
    >>> len(forest_plot(frame, "ratio").axes)
    1
    """
    shown = frame.assign(low=frame["low"].clip(lower=0.01), high=frame["high"].clip(upper=100))
    with _axes(0.45 * len(frame) + 0.9) as ax:
        rows = range(len(shown))
        dark, accent = get_af_colours("duo")
        ax.axvline(1, color=accent, linestyle="--", linewidth=1.5)
        ax.hlines(rows, shown["low"], shown["high"], color=dark, linewidth=2)
        ax.scatter(shown["estimate"].clip(0.01, 100), rows, marker="s", color=dark, zorder=3)
        for row, estimate in zip(rows, shown["estimate"], strict=True):
            at = min(max(estimate, 0.01), 100)
            ax.annotate(label(estimate), (at, row), (0, 6), textcoords="offset points", ha="center")
        ax.set_yticks(rows, [fill(name, 24) for name in shown["name"]])
        low, high = min(0.5, shown["low"].min()) / 1.3, max(2, shown["high"].max()) * 1.3
        ax.set(xscale="log", xlabel=f"{unit} (1 is no change)", xlim=(low, high), ylim=(len(shown) - 0.4, -0.7))
        ticks = [tick for tick in (0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100) if low <= tick <= high]
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    return ax.figure


@_of("panel", "series", "year", "value")
def small_multiples_by_year(frame, focus, ranges=None):
    """Draw small multiples, a panel for each measure: several series over the years, the focus strong, the others each in a dash.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``panel``, ``series``, ``year`` and ``value``, in order of year; a missing value leaves a gap.
    focus : str
        The series to pick out.
    ranges : pandas.DataFrame, optional
        Columns ``panel``, ``year``, ``low`` and ``high``: a bar each, what would be ordinary for the focus.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> frame = DataFrame({"panel": "vacancy rate", "series": "Bury", "year": [2023, 2024], "value": [9.1, 8.2]})
    >>> len(small_multiples_by_year(frame, "Bury").axes)
    1
    """
    panels, series = list(dict.fromkeys(frame["panel"])), list(dict.fromkeys(frame["series"]))
    dashes = dict(zip([name for name in series if name != focus], ["--", ":", "-."], strict=False))
    with matplotlib.style.context(_STYLE):
        figure = Figure(figsize=(WIDTH, 1.9 * len(panels)), layout="constrained")
        for ax, panel in zip(figure.subplots(len(panels), 1, squeeze=False).ravel(), panels, strict=True):
            ends = []
            for name in series:
                part = frame[(frame["panel"] == panel) & (frame["series"] == name)]  # a missing year leaves a gap
                strong = {"marker": "D", "clip_on": False}  # a mark at the edge stays whole
                look = _look(name == focus) | (strong if name == focus else {"linestyle": dashes[name]})
                ax.plot(part["year"], part["value"], **look)
                known = part.dropna(subset="value")
                ends += [(*known[["year", "value"]].iloc[-1], name, name == focus)] if len(known) else []
            if ranges is not None and len(ranges):
                _draw_ranges(ax, ranges[ranges["panel"] == panel])
            ax.set_title(panel, fontsize=SIZE, loc="left")
            ax.margins(y=0.12)
            ax.set_ylim(bottom=0)
            ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            ax.yaxis.set_major_locator(MaxNLocator(4))
            ax.grid(visible=True, axis="y", linewidth=0.6)
            _at_ends(ax, ends)
    return figure


def _draw_ranges(ax, part):
    """Draw a bar for what would be ordinary in a year, with that word beside it."""
    ax.vlines(part["year"], part["low"], part["high"], color=_look(True)["color"], alpha=0.4, linewidth=6)
    for year, high in part[["year", "high"]].itertuples(index=False):
        text = {"ha": "right", "va": "top", "size": SMALL, "bbox": {**_PLATE, "pad": 0.5}}
        ax.annotate("ordinary", (year, high), (-6, 0), textcoords="offset points", **text)


@_of("name", "value", "low", "lower_quartile", "median", "upper_quartile", "high", "neighbours")
def spine(frame, focus, label=lambda value, name: str(value)):
    """Draw a spine chart: a row for each measure on its own scale, from the lowest to the highest of all authorities.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``name``, ``value``, ``low``, ``lower_quartile``, ``median``, ``upper_quartile``, ``high`` and ``neighbours``;
        ``value`` and ``neighbours`` may be missing, and may lie beyond low and high.
    focus : str
        Whose values they are.
    label : callable, optional
        Turns a value and the name of its measure into text.

    Examples
    --------
    >>> from pandas import DataFrame
    >>> row = {"name": "vacancy rate", "value": 7.4, "low": 0.0, "lower_quartile": 7.6, "median": 14.4}
    >>> frame = DataFrame([row | {"upper_quartile": 20.2, "high": 41.7, "neighbours": 16.4}])
    >>> len(spine(frame, "Coventry").axes)
    1
    """
    names = ["value", "lower_quartile", "median", "upper_quartile", "neighbours"]
    spread = (frame["high"] - frame["low"]).where(lambda width: width > 0, 1)
    places = frame[names].sub(frame["low"], axis=0).div(spread, axis=0).clip(0, 1)
    dark, accent = get_af_colours("duo")
    with _axes(0.52 * len(frame) + 0.75) as ax:
        rows = np.arange(len(frame))
        ax.barh(rows, 1, height=0.42, color="0.88", label="all authorities")
        middle = places["upper_quartile"] - places["lower_quartile"]
        ax.barh(rows, middle, left=places["lower_quartile"], height=0.42, color="0.72", label="middle half")
        ax.vlines(places["median"], rows - 0.3, rows + 0.3, color="0.25", linewidth=2, label="councils’ median")
        hollow = {"facecolor": "white", "edgecolor": accent, "linewidth": 2, "zorder": 3}
        ax.scatter(places["neighbours"], rows, s=70, marker="o", label="neighbours’ median", **hollow)
        ax.scatter(places["value"], rows, s=80, marker="D", color=dark, zorder=4, label=focus)
        for row, one in enumerate(frame.to_dict("records")):
            _say_ends(ax, row, one, places["value"].iloc[row], label)
        ax.set_yticks(rows, [fill(name, 14) for name in frame["name"]])
        ax.set(xlim=(-0.02, 1.02), ylim=(len(frame) - 0.35, -0.75), xticks=[])
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        key = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
        order = [focus, "neighbours’ median", "councils’ median", "middle half", "all authorities"]
        place = {
            "loc": "lower left",
            "bbox_to_anchor": (-0.28, 1),
            "borderaxespad": 0.2,
            "columnspacing": 1,
            "handletextpad": 0.4,
        }
        ax.legend([key[name] for name in order], order, ncols=3, **place)
    return ax.figure


def _say_ends(ax, row, one, place, label):
    """Write a row's own value above its mark, and the lowest and highest below the ends of its band."""
    small = {"size": TINY, "va": "top", "color": "0.25"}
    for at, end, side in ((0, "low", "left"), (1, "high", "right")):
        ax.annotate(label(one[end], one["name"]), (at, row + 0.24), ha=side, **small)
    if place == place:
        side = "left" if place < 0.08 else "right" if place > 0.92 else "center"
        said = label(one["value"], one["name"])
        ax.annotate(said, (place, row - 0.24), ha=side, va="bottom", weight="bold", size=SMALL)
    else:
        ax.annotate("no figure", (0.5, row), ha="center", va="center", size=SMALL, bbox=_PLATE)


def funnel(points, limits, target, focus, unit, size):
    """Draw every authority's rate against its size, with the limits within which chance would keep it.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns ``name``, ``base`` and ``rate``.
    limits : pandas.DataFrame
        Columns ``label``, ``base``, ``low`` and ``high``, in order of base; a pair of lines for each label.
    target : float
        The rate of all together.
    focus : str
        The name to pick out.
    unit, size : str
        What the rates and the bases are, for the axes.
    """
    dark, accent = get_af_colours("duo")
    styles = [(dark, "-"), (accent, "--"), (accent, ":")]
    with _axes(4.2) as ax:
        ends = [(limits["base"].max(), target, f"all together {target:.1f}", False)]
        for (label, part), (colour, dash) in zip(limits.groupby("label", sort=False), styles, strict=False):
            for side in ("low", "high"):
                ax.plot(part["base"], part[side], color=colour, linestyle=dash, linewidth=1.4)
            ends.append((*part[["base", "high"]].iloc[-1], label, False))
        ax.axhline(target, color="0.35", linewidth=1.2)
        others, chosen = points[points["name"] != focus], points[points["name"] == focus]
        ax.scatter(others["base"], others["rate"], s=14, color="0.55", zorder=2)
        ax.scatter(chosen["base"], chosen["rate"], s=90, marker="D", color=dark, zorder=4)
        for base, rate in chosen[["base", "rate"]].itertuples(index=False):
            text = {"ha": "center", "weight": "bold", "bbox": _PLATE, "zorder": 5}
            ax.annotate(focus, (base, rate), (0, 10), textcoords="offset points", **text)
        ax.set(xlabel=size, ylabel=unit, ylim=(0, 1.15 * points["rate"].max()))
        ax.set_xlim(0, 1.02 * limits["base"].max())
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        _at_ends(ax, ends)
    return ax.figure


def _look(focused):
    """Return how a line is drawn: dark and strong for the focus, grey for the others."""
    dark = get_af_colours("duo")[0]
    strong = {"color": dark, "linewidth": 3.5, "markersize": 8, "zorder": 3}
    return strong if focused else {"color": "0.55", "linewidth": 1.5}


def _unit(unit):
    """Return a unit as an axis names it: pounds as £."""
    head, _, per = unit.partition(" per ")
    return f"£ a {per}" if head == "GBP" and per else "£" if head == "GBP" else unit


def _say_unit(axis, unit):
    """Name the unit of an axis, with at most six ticks: pounds with their sign, thousands with commas."""
    axis.set_label_text(_unit(unit))
    axis.set_major_locator(MaxNLocator(5))
    pounds = "£" if unit.startswith("GBP") else ""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{pounds}{value:,.10g}".replace("£-", "-£")))


def _at_ends(ax, ends):
    """Write the names of lines to the right of the axes, beside where the lines end, none over another.

    ``ends`` are the place across and up, the name, and whether it is the focus. Panels stand in one column.
    """
    low, high = ax.get_ylim()
    panel = 72 * ax.figure.get_size_inches()[1] / len(ax.figure.axes)
    height = panel - 4.5 * SIZE  # of the axes, without title and ticks
    texts = [fill(name, 17) for _, _, name, _ in ends]
    room = [1.25 * SMALL * (text.count("\n") + 1) * (high - low) / height for text in texts]
    order = sorted(range(len(ends)), key=lambda at: ends[at][1])
    places = _apart([ends[at][1] for at in order], [room[at] for at in order], low, high)
    for at, place in zip(order, places, strict=True):
        weight = "bold" if ends[at][3] else "normal"
        text = {"ha": "left", "va": "center", "size": SMALL, "weight": weight, "annotation_clip": False}
        ax.annotate(texts[at], (1.01, place), xycoords=("axes fraction", "data"), **text)


def _apart(places, room, low, high):
    """Return places in ascending order moved as little as needs be for each to have its room, within low and high."""
    moved = list(places)
    for at in range(len(moved)):
        below = moved[at - 1] + (room[at - 1] + room[at]) / 2 if at else low + room[at] / 2
        moved[at] = max(moved[at], below)
    for at in reversed(range(len(moved))):
        above = moved[at + 1] - (room[at + 1] + room[at]) / 2 if at + 1 < len(moved) else high - room[at] / 2
        moved[at] = min(moved[at], above)
    return moved


def _embolden(texts, name):
    for text in texts:
        if text.get_text() == name:
            text.set_fontweight("bold")


@contextmanager
def _axes(height):
    with matplotlib.style.context(_STYLE):
        yield Figure(figsize=(WIDTH, height), layout="constrained").subplots()


def _legend(ax, series):
    """Put the legend above the axes, or leave it out where there is one series only."""
    if ax.get_legend() is not None:
        ax.get_legend().remove()
    if series > 1:
        ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=2)
