import json
import math

import pytest

from workforce.national import release
from workforce.reports import authority
from workforce.site import places


@pytest.fixture(scope="module")
def coventry():
    return authority.context("coventry")


@pytest.fixture(scope="module")
def profile(coventry):
    return places.profile(coventry)


def test_a_profile_is_plain_data(profile):
    assert json.loads(json.dumps(profile, allow_nan=False)) == profile


def test_marks_stand_where_their_numbers_are_between_the_ends(coventry, profile):
    numbers = authority.spine(coventry).set_index("name")
    for row in profile["rows"]:
        one = numbers.loc[row["measure"]]
        for name, place in row["places"].items():
            expected = places.WIDE * (one[name] - one["low"]) / (one["high"] - one["low"])
            assert place == pytest.approx(min(100, max(0, expected)), abs=0.051)
        assert row["value"] == one["value"]
        assert 0 < row["rank"] <= row["of"]


def test_lines_go_from_the_first_year_to_the_last_below_the_top(profile):
    for course in profile["courses"]:
        assert set(course["lines"]) == {"own", "neighbours", "England"}
        points = [point.split(",") for lines in course["lines"].values() for line in lines for point in line.split()]
        across, up = ([float(point[at]) for point in points] for at in (0, 1))
        assert (min(across), max(across)) == (0, places.WIDE)
        assert min(up) == 0
        assert max(up) <= places.HIGH
        assert " in 2017 to " in course["ends"]


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({2022: 5.0, 2023: 10.0, 2024: 0.0}, ["0.0,20.0 50.0,0.0 100.0,40.0"]),
        ({2022: 5.0, 2023: math.nan, 2024: 0.0}, ["0.0,20.0", "100.0,40.0"]),
        ({2022: math.nan, 2023: math.nan, 2024: math.nan}, []),
    ],
)
def test_a_year_without_a_figure_breaks_a_line(values, lines):
    assert places._lines(values, {2022: 0, 2023: 50, 2024: 100}, 10.0) == lines


def test_an_authority_without_a_figure_has_no_mark_and_its_reason():
    profile = places.profile(authority.context("isles-of-scilly"))
    missing = [row for row in profile["rows"] if row["value"] is None]
    assert missing
    for row in missing:
        assert row["places"]["value"] is None
        assert (row["said"], row["rank"], row["quarter"]) == ("–", None, "–")
        assert row["reason"]


def test_profiles_are_of_the_statistics_and_the_code(tmp_path, monkeypatch):
    before = places.digest_of_england()
    assert places.digest_of_england() == before
    newest = release.files()[-1]
    (tmp_path / newest.name).write_bytes(newest.read_bytes() + b"\n")
    monkeypatch.setattr(release, "files", lambda folder=None: [tmp_path / newest.name])
    assert places.digest_of_england() != before
