import pytest

from workforce import data
from workforce.national import neighbours, quoted, release

AUTHORITIES = set(data.load("documents")["authority"])


@pytest.fixture(scope="module")
def tables():
    return quoted.tables(AUTHORITIES)


@pytest.mark.parametrize(
    ("authority", "measure", "period", "printed", "unit"),
    [
        ("walsall", "turnover rate", "2018", "30.4", "percent"),
        ("west-midlands", "turnover rate", "2020", "14.4", "percent"),
        ("england", "vacancy rate", "2020", "16.1", "percent"),
        ("coventry", "leavers", "2023", "59", "people"),
        ("tameside", "agency workers", "2024", "116", "FTE"),
        ("sandwell", "agency worker rate", "2020", "29.4", "percent"),  # a neighbour of Walsall's
        ("walsall", "working days lost", "2019", "1658.4", "days"),
    ],
)
def test_figures_are_those_of_the_file_in_the_box(tables, authority, measure, period, printed, unit):
    rows = tables["statistics"].query("authority == @authority and measure == @measure and period == @period")
    (row,) = rows.to_dict("records")
    assert (row["value_as_printed"], row["value"], row["unit"]) == (printed, float(printed), unit)
    assert row["release"] == "Children's social work workforce, 2017 to 2025"


def test_every_figure_once_and_only_of_those_asked_for(tables):
    frame = tables["statistics"]
    assert not frame.duplicated(quoted.KEYS["statistics"]).any()
    assert frame["value"].notna().all()
    one = release.newest(folder=data.NATIONAL)
    local = set(one.areas.loc[one.areas["level"] == "Local authority", "slug"])
    assert set(frame["authority"]) & local == AUTHORITIES | set(tables["neighbours"]["neighbour"])


def test_neighbours_are_those_of_the_file_in_the_box(tables):
    codes = neighbours.newest(data.NATIONAL).codes["335"]
    found = tables["neighbours"].query("authority == 'walsall'")
    slugs = release.newest(folder=data.NATIONAL).areas["slug"]
    assert found["neighbour"].tolist() == [slugs[code] for code in codes]
    assert (set(found["model"]), found["place"].tolist()) == ({2025}, list(range(1, 11)))


def test_what_a_user_downloads_changes_nothing(tables, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    (tmp_path / "csww.csv").write_bytes((data.NATIONAL / "csww_indicators_2017_to_2024.csv").read_bytes())
    quoted._tables.cache_clear()
    assert quoted.tables(AUTHORITIES)["statistics"].equals(tables["statistics"])
