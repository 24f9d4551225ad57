import pytest

from workforce import display, series, trend_sentences
from workforce.reports import workforce_trends as report


def parts(section):
    for part in getattr(section, "parts", (section,)):
        yield from parts(part) if hasattr(part, "parts") else [part]


@pytest.mark.parametrize("authority", ["coventry", "tameside", "walsall"])
def test_every_authority_has_a_report(authority):
    collected = series.collect(authority)
    shown = list(parts(report.measures(collected)))
    pictures = [part for part in shown if isinstance(part, display.Picture)]
    assert len(pictures) >= len({(one.document, one.measure) for one in collected})
    text = "\n".join(map(repr, [report.found(collected), *shown, report.table(collected)]))
    for bad in ("nan", "inf", "None"):
        assert bad not in text.split()
    assert all(one.warning in text for one in collected)
    assert all(trend_sentences.sentence(series.fit(one), one.name, one.ordinary) in text for one in collected)
    assert all(picture._repr_mimebundle_()[0]["image/png"] for picture in pictures)


def test_what_was_found_counts_clear_changes_and_what_chance_would_give():
    found = report.found(series.collect("coventry"))
    assert found.paragraphs[0].startswith(
        f"30 series can be drawn from the papers; 29 of them allow an interval, and {len(found.items)} of"
    )
    assert "by chance alone, 1.5 would" in found.paragraphs[0]
    assert report.found(series.collect("tameside")).items == ()
    assert report.found([]).paragraphs == ("The papers of this authority hold no series over time.",)
    assert repr(report.measures([])) == "There is nothing to draw."


def test_the_table_names_model_and_interval_of_each():
    collected = series.collect("walsall")
    frame = report.table(collected).frame
    assert len(frame) == len(collected)
    absence = frame[frame["series"] == "absence, all staff"].iloc[0]
    assert absence["95% interval"] == "-7.94 to 6.74"
    assert absence["p"] == "–"
    rate = frame[frame["series"] == "vacancy rate, all roles"].iloc[0]
    assert rate["estimate"] == "-7.15 percentage points per year"


def test_a_chart_names_the_national_release_where_its_numbers_are_of_it():
    shown = [part for part in parts(report.measures(series.collect("walsall"))) if isinstance(part, display.Table)]
    named = [part.title for part in shown if "Department for Education: Children's social work" in part.notes[0]]
    assert named == ["turnover rate, in percent", "vacancy rate, in percent", "agency worker rate, in percent"]
    assert len(shown) == 4
