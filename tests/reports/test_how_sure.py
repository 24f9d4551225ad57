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
    return trial


def test_a_missed_aim_is_told_with_its_place(trial, monkeypatch):
    before = len(report.misses(trial).data)
    missed = report.misses(with_coverage(trial, monkeypatch, 0.91))
    assert ["vacancy rate", "in the 95% range", "91.0%", "93% to 97%"] in missed.frame.to_numpy().tolist()
    assert len(missed.data) == before + 4  # of all authorities and of each third
    assert f"Of 36 aims, by measure and size of authority, {before + 4} are missed." in report.answer(trial).sentence


@pytest.mark.parametrize("end", [0, 1])
def test_met_aims_are_told_as_such(trial, monkeypatch, end):
    frame = trial.coverage.assign(**{name: aim[end] for name, aim in backtest.AIMS.items()})  # at their very limits
    monkeypatch.setitem(trial.__dict__, "coverage", frame)
    assert "All 36 aims, by measure and size of authority, are met." in report.answer(trial).sentence
    assert repr(report.misses(trial)) == "Every aim is met, for all authorities and for each third by size."


def test_the_answer_has_a_tile_a_measure_beside_chance_alone(trial):
    tiles = report.answer(trial).tiles
    assert [tile.label.partition(":")[0] for tile in tiles] == [measure.name for measure in STABILITY]
    held = [float(tile.value.rstrip("%")) for tile in tiles]
    chance = [float(tile.beside.partition(": ")[2].rstrip("%")) for tile in tiles]
    assert all(ours > theirs for ours, theirs in zip(held, chance, strict=True))


@pytest.mark.parametrize(
    ("followed", "said"), [(0, "No trend has a direction"), (5, "Of 5 trends with a direction, 2 went on")]
)
def test_whether_trends_go_on(trial, monkeypatch, followed, said):
    frame = trial.trends.head(1).assign(followed=followed, went_on=min(followed, 2))
    monkeypatch.setitem(trial.__dict__, "trends", frame)
    assert said in report.answer(trial).sentence


def test_the_chart_has_a_bar_for_each_method_and_measure(trial):
    drawn = report.lead(trial).data
    assert len(drawn) == len(backtest.METHODS) * len(STABILITY)
    assert drawn["value"].between(60, 100).all()


@pytest.mark.parametrize(
    "section",
    [
        report.answer,
        report.lead,
        report.misses,
        report.coverage,
        report.called,
        report.lasting,
        report.law,
        report.sources,
    ],
)
def test_every_section_shows_something_whole(trial, section):
    shown = section(trial)
    parts = getattr(shown, "parts", (shown,))
    for part in parts:
        assert repr(part) and "nan" not in repr(part).lower()


def test_a_release_that_is_too_small_is_refused(tmp_path):
    made.write(tmp_path / "made.csv", made.rows())
    with pytest.raises(ValueError, match="is too small to judge forecasts by: 4 years and 30 authorities are needed"):
        report.trial(folder=tmp_path)


def test_without_neighbours_no_side_is_followed(trial):
    alone = report.Trial(trial.release, None)
    assert alone.lasting is None
    assert "no side of them can be followed" in report.lasting(alone).paragraphs[0]
    assert isinstance(trial.trends, pd.DataFrame)


def test_the_chart_by_size_has_a_bar_for_each(trial):
    drawn = report.coverage(trial).parts[0].data
    assert drawn["series"].drop_duplicates().tolist() == list(backtest.SIZES)
    assert len(drawn) == len(backtest.SIZES) * len(STABILITY)
