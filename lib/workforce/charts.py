"""One function for each kind of chart: a frame in, a matplotlib figure out. Words around a chart are report's.

Figures are made apart from pyplot's own list, so that a notebook shows each one once and none stays in memory.
"""

from contextlib import contextmanager
from textwrap import fill

import afcharts
import matplotlib.style
import seaborn as sns
from afcharts.af_colours import get_af_colours
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

WIDTH = 8.0
_STYLE = [f"{afcharts.__name__}.afcharts", {"font.size": 10, "axes.grid.axis": "x", "font.family": "DejaVu Sans"}]
_HATCHES = ["", "///", "...", "xx", "--", "oo"]


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
    """
    series = list(dict.fromkeys(frame["series"]))
    with _axes(0.30 * len(frame) + 0.5 * frame["category"].nunique() ** 0.5 + 0.8) as ax:
        colours = get_af_colours("categorical", number_of_colours=max(2, len(series)))[: len(series)]
        sns.barplot(frame, x="value", y="category", hue="series", palette=colours, ax=ax, errorbar=None)
        for container, hatch in zip(ax.containers, _HATCHES, strict=False):
            texts = ["" if bar.get_width() != bar.get_width() else label(bar.get_width()) for bar in container]
            ax.bar_label(container, texts, padding=4)
            for bar in container:
                bar.set(hatch=hatch, edgecolor="white")
        ax.set(xlabel=unit, ylabel="", xlim=(0, 1.12 * frame["value"].max() or 1))
        ax.set_yticks(ax.get_yticks(), [fill(text.get_text(), 28) for text in ax.get_yticklabels()])
        _legend(ax, len(series))
    return ax.figure


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
    """
    dot, diamond = get_af_colours("duo")
    with _axes(0.42 * len(frame) + 1.3) as ax:
        rows = range(len(frame))
        ax.hlines(rows, frame["first"], frame["second"], color="0.6", zorder=1)
        ax.scatter(frame["first"], rows, s=60, marker="o", color=dot, label=names[0], zorder=2)
        ax.scatter(frame["second"], rows, s=60, marker="D", color=diamond, label=names[1], zorder=2)
        for row, first, second in zip(rows, frame["first"], frame["second"], strict=True):
            left, right = sorted([first, second])
            ax.annotate(label(left), (left, row), (-8, 0), textcoords="offset points", ha="right", va="center")
            ax.annotate(label(right), (right, row), (8, 0), textcoords="offset points", ha="left", va="center")
        ax.set_yticks(rows, [fill(text, 40) for text in frame["category"]])
        ax.set(xlabel=unit, ylim=(len(frame) - 0.5, -0.5))
        ax.xaxis.set_major_locator(MaxNLocator(6))
        ax.margins(x=0.3)
        _legend(ax, 2)
    return ax.figure


@contextmanager
def _axes(height):
    with matplotlib.style.context(_STYLE):
        yield Figure(figsize=(WIDTH, height), layout="constrained").subplots()


def _legend(ax, series):
    """Put the legend above the axes, or leave it out where there is one series only."""
    if ax.get_legend() is not None:
        ax.get_legend().remove()
    if series > 1:
        ax.legend(*ax.get_legend_handles_labels(), loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
