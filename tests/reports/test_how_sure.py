import pandas as pd
import pytest

import made
from workforce import data
from workforce.national import backtest
from workforce.national.measures import STABILITY
from workforce.reports import how_sure as report


@pytest.fixture(scope="module")
def trial():
    return report.trial(folder=data.NATIONAL)


def with_coverage(trial, monkeypatch, value):
    frame = trial.coverage.copy()
    frame.loc[(frame["method"] == backtest.LEVEL) & (frame["measure"] == "vacancy rate"), "coverage_95"] = value
    monkeypatch.setitem(trial.__dict__, "coverage", frame)
    return report.found(trial).paragraphs


def test_a_missed_aim_is_told_with_its_place(trial, monkeypatch):
    said = with_coverage(trial, monkeypatch, 0.91)
    assert "vacancy rate: 91.0% where 93% to 97% is aimed at (in the 95% range)" in said[1]


def test_met_aims_are_told_as_such(trial):
    assert report.found(trial).paragraphs[1].startswith("For every measure, this meets what is aimed at")


def test_what_was_found_tells_of_every_measure_three_times(trial):
    items = report.found(trial).items
    assert len(items) == 9
    for measure in STABILITY:
        assert sum(measure.name in item.lower() for item in items) == 3


def test_the_chart_has_a_bar_for_each_method_and_measure(trial):
    drawn = report.coverage(trial).parts[0].data
    assert len(drawn) == len(backtest.METHODS) * len(STABILITY)
    assert drawn["value"].between(60, 100).all()


@pytest.mark.parametrize("section", [report.coverage, report.called, report.lasting, report.law, report.sources])
def test_every_section_shows_something_whole(trial, section):
    shown = section(trial)
    parts = getattr(shown, "parts", (shown,))
    for part in parts:
        text = part._repr_mimebundle_()["text/plain"] if hasattr(part, "_repr_mimebundle_") else str(part)
        assert text and "nan" not in text.lower()


def test_a_release_that_is_too_small_is_refused(tmp_path):
    made.write(tmp_path / "made.csv", made.rows())
    with pytest.raises(ValueError, match="is too small to judge forecasts by: 4 years and 30 authorities are needed"):
        report.trial(folder=tmp_path)


def test_without_neighbours_no_side_is_followed(trial):
    alone = report.Trial(trial.release, None)
    assert alone.lasting is None
    assert "no side of them can be followed" in report.lasting(alone).paragraphs[0]
    assert isinstance(trial.trends, pd.DataFrame)


def test_the_second_chart_has_a_bar_for_each_size(trial):
    drawn = report.coverage(trial).parts[1].data
    assert drawn["series"].drop_duplicates().tolist() == list(backtest.SIZES)
    assert len(drawn) == len(backtest.SIZES) * len(STABILITY)
