import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from workforce import charts

BARS = pd.DataFrame(
    {
        "category": ["2021", "2022", "2021", "2022"],
        "series": ["vacancies", "vacancies", "agency", "agency"],
        "value": [22.0, 8.5, 12.0, 10.0],
    }
)
PAIRS = pd.DataFrame({"category": ["a", "b"], "first": [30.0, 58.0], "second": [53.6, 22.0]})


def drawn(ax):
    return [text.get_text() for text in ax.texts]


def legend_of(ax):
    (legend,) = ax.figure.legends
    return [text.get_text() for text in legend.get_texts()]


def apart(ax, texts):
    """Return whether no text of some lies over another, as they are drawn."""
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text() in texts]
    assert len(boxes) == len(texts)
    return not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_bars_have_the_values_as_lengths_and_labels():
    (ax,) = charts.bars(BARS, "posts").axes
    lengths = [[bar.get_width() for bar in container] for container in ax.containers]
    assert lengths == [[22, 8.5], [12, 10]]
    assert drawn(ax) == ["22.0", "8.5", "12.0", "10.0"]
    assert ax.get_xlabel() == "posts"
    assert ax.get_xlim()[0] == 0
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2021", "2022"]


def test_bars_below_nothing_are_drawn_whole():
    (ax,) = charts.bars(BARS.assign(value=-BARS["value"]), "posts").axes
    low, high = ax.get_xlim()
    assert low < -22 < 0 <= high


def test_series_differ_in_more_than_colour():
    (ax,) = charts.bars(BARS, "posts").axes
    assert len({container[0].get_hatch() for container in ax.containers}) == 2
    assert legend_of(ax) == ["vacancies", "agency"]


def test_one_series_needs_no_legend():
    (ax,) = charts.bars(BARS.head(2), "posts").axes
    assert ax.figure.legends == []


def test_a_gap_in_a_series_is_left_open():
    (ax,) = charts.bars(BARS.drop(index=2), "posts").axes
    assert [text for text in drawn(ax) if text] == ["22.0", "8.5", "10.0"]


def test_nothing_but_zeros_can_be_drawn():
    (ax,) = charts.bars(BARS.assign(value=0), "posts").axes
    assert ax.get_xlim() == (0, 1)


def test_pairs_stand_at_their_values():
    (ax,) = charts.pairs(PAIRS, "percent", ("printed", "as stated")).axes
    assert legend_of(ax) == ["printed", "as stated"]
    first, second = (collection.get_offsets()[:, 0].tolist() for collection in ax.collections[1:])
    assert (first, second) == ([30, 58], [53.6, 22])
    assert drawn(ax) == ["30.0", "53.6", "22.0", "58.0"]
    assert len({collection.get_paths()[0].vertices.shape for collection in ax.collections[1:]}) == 2
    assert ax.get_ylim() == (1.5, -0.5)


@pytest.mark.parametrize("draw", [lambda: charts.bars(BARS, "posts"), lambda: charts.pairs(PAIRS, "x", ("a", "b"))])
def test_drawing_leaves_no_trace(draw):
    before = dict(plt.rcParams)
    draw()
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before


RANGES = pd.DataFrame({"name": ["Wigan", "Bury"], "low": [30.0, 28.0], "high": [35.0, 28.0]})


def test_ranges_run_from_low_to_high_and_pick_out_the_focus():
    (ax,) = charts.ranges(RANGES, "GBP", "Bury").axes
    assert [list(line.get_xdata()) for line in ax.lines] == [[30, 35], [28, 28]]
    assert drawn(ax) == ["30.0", "35.0", "28.0"]
    assert [label.get_fontweight() for label in ax.get_yticklabels()] == ["normal", "bold"]
    assert len({line.get_marker() for line in ax.lines}) == len({line.get_linewidth() for line in ax.lines}) == 2


def test_slopes_put_rank_one_at_the_top_and_ties_on_one_label():
    ranks = pd.DataFrame({"name": ["a", "b", "c"], "first": [1, 1, 3], "second": [2, 1, 3]})
    (ax,) = charts.slopes(ranks, ("by year", "by hour"), "b").axes
    assert [list(line.get_ydata()) for line in ax.lines] == [[1, 2], [1, 1], [3, 3]]
    assert drawn(ax) == ["a, b  1", "c  3", "1  b", "2  a", "3  c"]
    assert ax.yaxis_inverted()


def test_a_ladder_shows_the_values_of_the_focus():
    rungs = pd.DataFrame({"name": ["a", "a", "b", "b"], "step": [1, 2, 1, 2], "value": [1.0, 2.0, 3.0, 4.0]})
    (ax,) = charts.ladder(rungs, "GBP", ["first", "second"], "b").axes
    assert drawn(ax) == ["3.0", "4.0", "other councils", "b"]
    assert ax.get_legend() is None
    assert [label.get_text() for label in ax.get_yticklabels() if label.get_text().startswith("£")]
    assert [list(line.get_ydata()) for line in ax.lines] == [[1, 2], [3, 4]]


def test_small_multiples_have_a_panel_a_series_on_one_scale():
    frame = pd.DataFrame(
        {
            "panel": ["a", "a", "b"],
            "time": [1.0, 2.0, 1.0],
            "period": ["2021", "2022", "2021"],
            "value": [8.5, 4.0, 2.0],
        }
    )
    axes = [ax for ax in charts.small_multiples(frame, "posts").axes if ax.get_visible()]
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes] == ["a", "b"]
    assert [drawn(ax) for ax in axes] == [["8.5", "4.0"], ["2.0"]]
    assert len({ax.get_ylim() for ax in axes}) == 1
    assert axes[0].get_ylim()[0] == 0


def test_intervals_are_cut_where_they_leave_the_scale():
    frame = pd.DataFrame({"name": ["a", "b"], "estimate": [0.5, 2.0], "low": [0.0, 1.5], "high": [1.2, 4000.0]})
    (ax,) = charts.forest_plot(frame, "ratio").axes
    segments = ax.collections[0].get_segments()
    assert [segment[:, 0].tolist() for segment in segments] == [[0.01, 1.2], [1.5, 100]]
    assert ax.get_xscale() == "log"
    assert drawn(ax) == ["0.5", "2.0"]
    assert list(ax.lines[0].get_xdata()) == [1, 1]


COURSES = pd.DataFrame(
    [
        (panel, series, year, value + year - 2022)
        for panel in ("turnover rate", "vacancy rate", "caseload")
        for series, value in (("Ayton", 5.0), ("England", 15.0), ("region", 14.0))
        for year in (2022, 2023, 2024)
    ],
    columns=["panel", "series", "year", "value"],
)


def test_courses_have_a_panel_a_measure_and_the_focus_is_strong():
    figure = charts.small_multiples_by_year(COURSES, "Ayton")
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") for ax in shown] == ["turnover rate", "vacancy rate", "caseload"]
    for ax in shown:
        ayton, england, _ = ax.lines
        assert ayton.get_xydata().tolist() == [[2022, 5], [2023, 6], [2024, 7]]
        assert ayton.get_linewidth() > england.get_linewidth()
        assert len({line.get_linestyle() for line in ax.lines}) == 3
        assert ax.get_ylim()[0] == 0
        assert apart(ax, ["Ayton", "England", "region"])
        assert all(float(tick).is_integer() for tick in ax.get_xticks())
    assert figure.legends == []


@pytest.mark.parametrize("values", [[5.0, 5.0, 5.0, 5.0], [0.0, 0.1, 9.9, 10.0], [10.0, 9.9, 9.8, 0.0]])
def test_names_at_the_ends_of_lines_never_lie_over_each_other(values):
    names = ["Ayton", "neighbours’ median", "North East", "England"]
    frame = pd.DataFrame(
        [("a", name, year, value) for name, value in zip(names, values, strict=True) for year in (1, 2)]
    )
    (ax,) = charts.small_multiples_by_year(frame.set_axis(["panel", "series", "year", "value"], axis=1), "Ayton").axes
    assert apart(ax, ["Ayton", "neighbours’\nmedian", "North East", "England"])


def test_the_axis_of_pounds_has_their_sign_and_commas():
    (ax,) = charts.ranges(RANGES.assign(low=[33000.0, 29000.0], high=[41000.0, 29000.0]), "GBP per year", "Bury").axes
    ax.figure.draw_without_rendering()
    assert ax.get_xlabel() == "£ a year"
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert all(re.fullmatch(r"£\d\d,\d{3}", tick) for tick in ticks), ticks


SPINE = pd.DataFrame(
    {
        "name": ["vacancy rate", "turnover rate", "absence rate"],
        "value": [7.5, np.nan, 50.0],
        "low": [0.0, 0.0, 1.0],
        "lower_quartile": [7.5, 9.0, 2.0],
        "median": [15.0, 12.0, 3.0],
        "upper_quartile": [20.0, 15.0, 4.0],
        "high": [30.0, 35.0, 9.0],
        "neighbours": [22.5, 10.0, np.nan],
    }
)


def test_a_spine_puts_each_measure_on_its_own_scale():
    (ax,) = charts.spine(SPINE, "Ayton", lambda value, name: f"{value:g}").axes
    neighbours, own = ax.collections[1:]
    assert own.get_offsets()[:, 0].tolist()[0] == 0.25
    assert own.get_offsets()[:, 0].tolist()[2] == 1.0  # beyond the highest it stands at the end
    assert neighbours.get_offsets()[:, 0].tolist()[0] == 0.75
    assert {"7.5", "50", "no figure", "0", "30", "35", "1", "9"} <= set(drawn(ax))
    assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == ["Ayton", "neighbours’ median"]
    assert ax.get_xticks().tolist() == []


def test_a_missing_year_leaves_a_gap_in_a_course():
    frame = COURSES.assign(value=COURSES["value"].mask((COURSES["series"] == "Ayton") & (COURSES["year"] == 2023)))
    line = charts.small_multiples_by_year(frame, "Ayton").axes[0].lines[0]
    assert np.isnan(line.get_ydata()).tolist() == [False, True, False]


def test_a_funnel_has_every_point_the_limits_and_the_focus_apart():
    points = pd.DataFrame({"name": ["Ayton", "Beeford", "Corby"], "base": [100.0, 200, 300], "rate": [5.0, 10, 20]})
    limits = pd.DataFrame({"label": "95% limits", "base": [100.0, 300], "low": [8.0, 10], "high": [22.0, 18]})
    (ax,) = charts.funnel(points, limits, 14.0, "Ayton", "per cent", "FTE").axes
    others, chosen = ax.collections
    assert others.get_offsets().tolist() == [[200, 10], [300, 20]]
    assert chosen.get_offsets().tolist() == [[100, 5]]
    low, high, target = ax.lines
    assert (low.get_ydata().tolist(), high.get_ydata().tolist()) == ([8, 10], [22, 18])
    assert target.get_ydata() == [14.0, 14.0]
    assert drawn(ax)[0] == "Ayton"
    assert apart(ax, ["95% limits", "all together 14.0"])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("FTE", "per cent")


def test_what_would_be_ordinary_is_a_bar_in_its_panel_and_named_beside_it():
    frame = pd.DataFrame({"panel": "vacancy rate", "series": "Bury", "year": [2023, 2024], "value": [9.1, 8.2]})
    frame = pd.concat([frame, frame.assign(panel="caseload")])
    ranges = pd.DataFrame({"panel": ["vacancy rate"], "year": [2025], "low": [5.0], "high": [14.0]})
    figure = charts.small_multiples_by_year(frame, "Bury", ranges)
    bars = [[one.get_segments() for one in ax.collections] for ax in figure.axes]
    assert [part.tolist() for part in bars[0][0]] == [[[2025.0, 5.0], [2025.0, 14.0]]]
    assert not [part for one in bars[1] for part in one]
    assert "ordinary" in drawn(figure.axes[0])
    assert "ordinary" not in drawn(figure.axes[1])
