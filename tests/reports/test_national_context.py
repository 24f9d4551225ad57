from dataclasses import replace

import pytest

import made
from workforce import display
from workforce.national import compare
from workforce.national.measures import AGENCY, TURNOVER
from workforce.reports import national_context as report
from workforce.reports import national_trust
from workforce.trends import Result

SECTIONS = [
    *(report.found, report.beside, report.near, report.courses, report.changes, report.funnels),
    *(report.numbers, national_trust.trust, national_trust.revised, report.sources),
]
CODE = made.CODES


def parts(section):
    for part in getattr(section, "parts", (section,)):
        yield from parts(part) if hasattr(part, "parts") else [part]


@pytest.fixture
def of(tmp_path):
    """Return a function that gives the context of an authority in the made release, with neighbours or without."""

    def of(authority="Ayton", neighbours=("Beeford", "Corby", "Denton"), rows=None, **changes):
        made.write(tmp_path / "made.csv", made.rows(**changes) if rows is None else rows)
        if neighbours:
            codes = [CODE.get(name, name) for name in neighbours]
            head = ",".join(["old_la_code", *(f"SN_{number}" for number in range(1, len(codes) + 1))])
            lines = "\n".join(",".join([code, *codes]) for code in CODE.values())
            (tmp_path / "neighbours.csv").write_text(f"{head}\n{lines}\n", encoding="utf-8")
        return report.context(authority, folder=tmp_path)

    return of


def test_what_was_found_is_worked_out_by_hand(of):
    """Ayton has 5 leavers, 25 vacancies and 20 agency workers beside 100 in post, each year; its neighbours 10, 15 and 20
    leavers, 10 vacancies (9.1%) and 20 agency workers (16.7%)."""
    found = report.found(of())
    assert found.paragraphs == (
        "In 2024 Ayton’s workforce compares in mixed ways with the median of its statistical neighbours: clearly lower in the "
        "turnover rate, clearly higher in the vacancy rate, no clear difference in the agency worker rate.",
        "Among all authorities, by limits widened where these differ by more than chance, the turnover rate lies below the "
        "95% limits, the vacancy rate lies above the 99.8% limits and the agency worker rate lies within the 95% limits.",
        "From 2023 to 2024, the turnover rate, vacancy rate and agency worker rate show no clear change.",
        "From 2021 to 2024, the turnover rate, vacancy rate and agency worker rate show no clear change.",
    )
    assert found.items[:3] == (
        "The turnover rate was 5.0% (95% interval 1.6% to 11.7%); the median of 3 neighbours was 15.0% (3 of them had a higher one), North East had "
        "15.0% and England had 15.0%.",
        "The vacancy rate was 20.0% (95% interval 13.4% to 28.1%); the median of 3 neighbours was 9.1% (none of them had a higher one), North East had "
        "11.5% and England had 10.3%.",
        "The agency worker rate was 16.7% (95% interval 10.5% to 24.6%); the median of 3 neighbours was 16.7% (none of them had a higher one), North East "
        "had 16.7% and England had 16.7%.",
    )
    assert found.items[3].startswith("2023 to 2024: The turnover rate: no clear change; ratio 1.00 (95% interval 0.23")


def test_the_table_beside_others_is_worked_out_by_hand(of):
    """The absence rate is 1,000 days of 100 times 254: 3.9%; the caseload 900 cases of 60 holders: 15."""
    table = report.beside(of())
    assert table.frame.values.tolist() == [
        [
            "turnover rate, percent",
            "5.0",
            "1st of 10",
            "lowest",
            "steadier",
            "15.0 (of 3)",
            "15.0 (of 3)",
            "15.0",
            "15.0",
        ],
        [
            "vacancy rate, percent",
            "20.0",
            "10th of 10",
            "highest",
            "steadier",
            "9.1 (of 3)",
            "9.1 (of 3)",
            "11.5",
            "10.3",
        ],
        [
            "agency worker rate, percent",
            "16.7",
            "joint 1st of 10",
            "lowest",
            "steadier",
            *["16.7 (of 3)"] * 2,
            "16.7",
            "16.7",
        ],
        [
            "caseload, cases per case holder",
            "15.0",
            "joint 1st of 10",
            "lowest",
            "neither better nor worse",
            *["15.0 (of 3)"] * 2,
            "15.0",
            "15.0",
        ],
        ["absence rate, percent", "3.9", "joint 1st of 10", "lowest", "steadier", *["3.9 (of 3)"] * 2, "3.9", "3.9"],
    ]
    assert "made.csv" in table.notes[0]


@pytest.mark.parametrize("authority", ["Ayton", "Jarrow"])
@pytest.mark.parametrize("neighbours", [("Beeford", "999"), ()])
def test_every_section_shows_something_whole(of, authority, neighbours):
    context = of(authority, neighbours)
    shown = [part for section in SECTIONS for part in parts(section(context))]
    text = "\n".join(map(repr, shown))
    for bad in ("nan", "inf", "None"):
        assert bad not in text.replace("(", " ").replace("%", " ").split()
    pictures = [part for part in shown if isinstance(part, display.Picture)]
    assert len(pictures) == 4
    assert all(picture._repr_mimebundle_()[0]["image/png"] for picture in pictures)
    assert context.release.name in text
    assert ("neighbours.csv" in text) == bool(neighbours)
    assert ("England is the yardstick" in text) == (not neighbours)


def test_an_unknown_authority_or_release_is_refused(of, tmp_path):
    with pytest.raises(ValueError, match=r"did you mean Ayton\?"):
        of("Aiton")
    with pytest.raises(ValueError, match=r"unknown release 'x.csv'; choose one of: made.csv"):
        report.context("Ayton", "x.csv", tmp_path)


def test_the_choices_are_the_authorities_of_the_newest_release(of, tmp_path):
    assert "tameside" in report.choices()["authority"]
    assert "england" not in report.choices()["authority"]
    of()
    assert report.choices(tmp_path) == {
        "authority": sorted(name.lower() for name in made.LEAVERS),
        "release": ["", "made.csv"],
    }


def test_a_missing_figure_is_told_with_its_reason(of):
    context = of(agency_fte="c", agency_rate_fte="c")
    found = report.found(context)
    assert found.paragraphs[0].endswith("For the agency worker rate a figure is missing.")
    assert "The agency worker rate of Ayton is not published or not usable for 2024 (confidential)." in found.items
    row = report.beside(context).frame.set_index("measure").loc["agency worker rate, percent"]
    assert row.tolist()[:3] == ["confidential", "–", "–"]
    cells = report.numbers(context).frame.set_index("figure")["2024"]
    assert cells["agency FTE"] == "c (confidential)"
    near = report.beside(of("Beeford", ("Ayton", "Corby"), agency_fte="c", agency_rate_fte="c"))
    assert near.notes[-1] == "No agency worker rate of 1 neighbour of 2: Ayton (confidential)."


def test_what_does_not_hold_together_is_listed_where_it_concerns_the_authority(of):
    context = of(leavers_fte=0, turnover_rate_fte=0, vacancy_rate_fte=30)
    trust = national_trust.trust(context)
    assert trust.paragraphs[0].startswith(
        "Of all published rates of the release, 1 rate does not follow from the counts beside it"
    )
    assert "2 cells cannot be true and are not used" in trust.paragraphs[0]
    assert trust.items == (
        "Ayton, vacancy rate, 2024: 30.0 is published, where the counts agree with 19.91 to 20.09.",
        "leavers FTE, 2024: suspect: zero, where England's rate would make 15; set aside.",
        "turnover rate FTE, 2024: suspect: zero, where England's rate would make 15; set aside.",
        # by hand: 70 leavers of 500 in post, and 145 of 1,000, without Ayton's 100 in post
        "North East, turnover rate, 2024: 14.0 is published; it would be 17.5 without Ayton, whose counts are set aside.",
        "England, turnover rate, 2024: 14.5 is published; it would be 16.1 without Ayton, whose counts are set aside.",
    )
    elsewhere = national_trust.trust(of("Jarrow", leavers_fte=0, turnover_rate_fte=0, vacancy_rate_fte=30))
    assert elsewhere.items == trust.items[-1:]


def test_revisions_are_told_of_the_authority_and_of_all(of, tmp_path):
    assert repr(national_trust.revised(of())) == "There is no earlier release to tell revisions by."
    earlier = [row for row in made.rows(vacancy_fte=26) if row["time_period"] != "2024"]
    changed = [{**row, "vacancy_fte": "26"} if row.get("la_name") == "Ayton" else row for row in earlier]
    made.write(tmp_path / "older.csv", changed)
    said, table = national_trust.revised(report.context("Ayton", folder=tmp_path)).parts
    assert ", 3 (" in said.paragraphs[0]
    assert "None of them" not in said.paragraphs[0]
    assert table.frame.to_numpy().tolist() == [
        ["Ayton", str(year), "vacancy FTE", "26.0", "25.0", "changed"] for year in (2021, 2022, 2023)
    ]
    other = national_trust.revised(report.context("Beeford", folder=tmp_path))
    assert repr(other).endswith("None of them is of Beeford.")


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (
            {"a": "few", "b": "few"},
            "X’s workforce in 2024 is too small to be set beside Y: fewer than 10 full-time equivalents",
        ),
        (
            {"a": "few", "b": "lower"},
            "In 2024 X’s workforce looks steadier than Y: clearly lower in the b, fewer than 10 full-time",
        ),
        ({"a": "few"}, "In 2024 only the a of X can be set beside Y: fewer than 10 full-time equivalents to tell by."),
    ],
)
def test_no_side_is_named_of_very_few_people(sides, said):
    assert report.verdict("X", 2024, sides, "Y").startswith(said)


def test_an_authority_that_came_of_another_says_so_and_is_not_told_of_years_it_did_not_have(of):
    rows = [
        {**row, "la_name": "Cumberland", "old_la_code": "942"} if row.get("la_name") == "Ayton" else row
        for row in made.rows()
        if row.get("la_name") != "Ayton" or int(row["time_period"]) > 2022
    ]
    context = of("Cumberland", (), rows)
    assert report.found(context).paragraphs[-1].startswith("From 2023 to 2024, the vacancy rate and agency worker rate")
    assert "Cumberland came in April 2023 of Cumbria" in report.numbers(context).notes[0]
    assert report.numbers(context).frame["2021"].tolist()[0] == "no return"


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ({"a": "lower", "b": "lower"}, "In 2024 X’s workforce looks steadier than Y: clearly lower in the a and b."),
        (
            {"a": "higher", "b": "higher"},
            "In 2024 X’s workforce looks less steady than Y: clearly higher in the a and b.",
        ),
        ({"a": "near", "b": "near"}, "In 2024 X’s workforce is much like Y: no clear difference in the a and b."),
        (
            {"a": "higher", "b": "lower"},
            "In 2024 X’s workforce compares in mixed ways with Y: clearly lower in the b, clearly higher in the a.",
        ),
        (
            {"a": "lower", "b": "near"},
            "In 2024 X’s workforce looks steadier than Y: clearly lower in the a, no clear difference in the b.",
        ),
        (
            {"a": "", "b": "higher", "c": "higher"},
            "In 2024 X’s workforce looks less steady than Y: clearly higher in the b and c. For the a a figure is missing.",
        ),
        (
            {"a": "", "b": "", "c": "lower"},
            "In 2024 only the c of X can be set beside Y: clearly lower. For the a and b a figure is missing.",
        ),
        ({"a": "", "b": ""}, "X’s workforce in 2024 cannot be set beside Y: no figure of both is published."),
        ({}, "X’s workforce in 2024 cannot be set beside Y: no figure of both is published."),
    ],
)
def test_the_verdict_in_words(sides, said):
    assert report.verdict("X", 2024, sides, "Y") == said


def result(low, high):
    return Result(1.0, low, high, 0.5, 3, "made")


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ({"a": result(0.5, 0.9)}, "Then, the a fell."),
        ({"a": result(1.1, 1.9), "b": result(1.2, 2)}, "Then, the a and b rose."),
        ({"a": result(0.5, 1.9)}, "Then, the a shows no clear change."),
        (
            {"a": result(0.5, 1.9), "b": result(0.5, 0.9), "c": result(0.9, 1.1)},
            "Then, the b fell and the a and c show no clear change.",
        ),
        (
            {"a": replace(result(0.5, 1.9), method="quasi-Poisson, Student's t"), "b": result(0.5, 0.9)},
            "Then, the b fell and the a follows no yearly ratio.",
        ),
        ({}, "Then, no measure of stability can be followed."),
    ],
)
def test_the_course_in_words(results, said):
    assert report.course(results, "Then") == said


def test_a_funnel_in_words(of):
    context = of()
    said = list(
        report.funnel_words("Ayton", "agency worker rate", compare.funnel(context.release, AGENCY, 2024), CODE["Ayton"])
    )
    assert said == [
        "The agency worker rate of 10 authorities together is 16.7%; the variance between them is no more than chance alone "
        "would make it.",
        "Ayton, with 16.7% at a size of 120.0 FTE, lies within the 95% limits of chance alone.",
    ]
    turnover = compare.funnel(context.release, TURNOVER, 2024)
    assert list(report.funnel_words("Egham", "turnover rate", turnover, CODE["Egham"])) == [
        "The turnover rate of 10 authorities together is 15.0%; the variance between them is 1.4 times what chance alone "
        "would make it, the outermost tenth at each end pulled in, so the limits are also shown widened for that.",
        "Egham, with 25.0% at a size of 100.0 FTE, lies above the 95% limits of chance alone, and above the 95% limits once "
        "widened.",
    ]
    one = compare.funnel(context.release, AGENCY, 2024)
    assert list(report.funnel_words("X", "m", one, "999"))[1] == "X has no figure that could be placed among them."
