import json
from math import inf, nan
from xml.etree import ElementTree

import pandas as pd
import pytest

from workforce import display
from workforce.display import Column

EVIL = "<script>alert('x')</script> & \"y\""


def test_untrusted_text_is_escaped():
    table = display.Table(pd.DataFrame({EVIL: [EVIL]}), EVIL, (EVIL,))
    text = display.Text((EVIL,), (EVIL,))
    for html in (table._repr_html_(), text._repr_html_()):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_a_table_has_caption_and_scoped_headers():
    html = display.Table(pd.DataFrame({"job": ["a"], "posts": ["1"]}), "Posts", ("Source: x",))._repr_html_()
    assert "<caption>Posts</caption>" in html
    assert '<th scope="col">job</th><th scope="col">posts</th>' in html
    assert '<tr><th scope="row">a</th><td>1</td></tr>' in html
    assert "<p>Source: x</p>" in html
    assert "<details>" not in html


def test_a_folded_table_opens_on_a_click():
    html = display.Table(pd.DataFrame({"job": ["a"]}), "Posts", (), folded=True)._repr_html_()
    assert html.startswith("<details><summary>Show the numbers</summary>")
    assert html.rstrip().endswith("</details>")


@pytest.fixture
def places():
    """Return a table of ranks: numbers as numbers, a tie as a column of its own, a missing value, and one without end."""
    frame = pd.DataFrame(
        {
            "council": ["Bury", "Wigan", "Oldham"],
            "pay": [33486.0, nan, 28226.5],
            "rank": pd.array([1, None, 1], dtype="Int64"),
            "tied": [True, False, True],
            "ratio": [0.123456789, inf, -0.0],
        }
    )
    columns = {
        "council": Column("council"),
        "pay": Column("pay", "GBP per year", 0, missing="not known"),
        "rank": Column(
            "place", say=lambda row: "–" if pd.isna(row["rank"]) else f"{'=' if row['tied'] else ''}{row['rank']}"
        ),
    }
    return display.Table(frame, "Places", ("Source: x",), columns)


def test_a_table_says_its_numbers_only_as_it_is_shown(places):
    assert places.frame.to_numpy().tolist() == [
        ["Bury", "£33,486 a year", "=1"],
        ["Wigan", "not known", "–"],
        ["Oldham", "£28,227 a year", "=1"],
    ]
    assert list(places.frame.columns) == ["council", "pay", "place"]
    assert "<td>£33,486 a year</td><td>=1</td>" in places._repr_html_()
    assert places.data["pay"].dtype == float


def test_a_table_carries_its_frame_as_a_tabular_data_resource(places):
    bundle = places._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.dataresource+json"}
    resource = bundle[display.RESOURCE]
    assert [(one["name"], one["type"]) for one in resource["schema"]["fields"]] == [
        ("council", "string"),
        ("pay", "number"),
        ("rank", "integer"),
        ("tied", "boolean"),
        ("ratio", "number"),
    ]
    assert resource["schema"]["fields"][1] == {"name": "pay", "type": "number", "title": "pay", "unit": "GBP per year"}
    assert resource["shown"] == ["council", "pay", "rank"]
    assert resource["data"] == [
        {"council": "Bury", "pay": 33486.0, "rank": 1, "tied": True, "ratio": 0.123457},
        {"council": "Wigan", "pay": None, "rank": None, "tied": False, "ratio": None},
        {"council": "Oldham", "pay": 28226.5, "rank": 1, "tied": True, "ratio": 0.0},
    ]
    assert json.loads(json.dumps(resource, allow_nan=False)) == resource


def test_a_section_keeps_the_frames_of_its_tables(places):
    text = display.Text(("Said.",))
    assert display.Section((text, places)).data is places.data
    other = display.Table(pd.DataFrame({"a": [1]}), "Other", ())
    nested = display.Section((display.Section((places,)), text, other))
    assert list(nested.data) == ["Places", "Other"]
    assert nested.data["Other"] is other.data
    assert display.Section((text,)).data == {}


TILE = display.Tile("vacancy rate", "7.4%", "England 14%", "↓ down from 12.3%", "may be chance")


def test_an_answer_is_a_sentence_and_tiles_in_text_and_html():
    answer = display.Answer("All is well.", (TILE, display.Tile(EVIL, EVIL)))
    assert repr(answer).splitlines()[:2] == [
        "All is well.",
        "- vacancy rate: 7.4%; England 14%; ↓ down from 12.3%; may be chance",
    ]
    html = answer._repr_html_()
    assert html.startswith('<p class="answer">All is well.</p>')
    assert html.count("<li>") == 2
    assert "<strong>7.4%</strong><br><span>England 14%</span>" in html
    assert "<script>" not in html


def test_a_picture_is_the_same_svg_each_time_with_its_text_as_text():
    from matplotlib.figure import Figure

    def drawn():
        figure = Figure()
        figure.subplots().set_title("Vacancies & more")
        return display.Picture(figure, "Said").svg

    svg = drawn()
    assert svg == drawn()
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "Vacancies &amp; more</text>" in svg
    assert "Arial" in svg and "<dc:date>" not in svg
