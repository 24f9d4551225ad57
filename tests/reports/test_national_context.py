import pytest

import made
from workforce import display
from workforce.national import release
from workforce.reports import national_context as report
from workforce.reports import national_trust

SECTIONS = [
    *(
        report.answer,
        report.spine,
        report.measures,
        report.beside,
        report.near,
        report.courses,
        report.changes,
        report.funnels,
    ),
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


def test_the_answer_is_worked_out_by_hand(of):
    """Ayton has 5 leavers, 25 vacancies and 20 agency workers beside 100 in post, each year; its neighbours 10, 15 and 20
    leavers, 10 vacancies (9.1%) and 20 agency workers (16.7%)."""
    context = of()
    found = report.answer(context)
    assert found.sentence == (
        "Ayton’s workforce compares in mixed ways with its neighbours’ in 2024. 1 in 20 social workers left in a year, less than half "
        "its neighbours’ rate. Among all authorities the vacancy rate is unusually high and the turnover rate is unusually low for "
        "one of its size."
    )
    assert list(map(str, found.tiles[:4])) == [
        "turnover rate: 5.0%; neighbours’ median 15.0%: clearly lower; → as in 2023; may be chance",
        "vacancy rate: 20.0%; neighbours’ median 9.1%: clearly higher; → as in 2023; may be chance",
        "agency worker rate: 16.7%; neighbours’ median 16.7%: no clear difference; → as in 2023; may be chance",
        "caseload, cases per case holder: 15.0; neighbours’ median 15.0; → as in 2023",
    ]
    assert found.data["value"].round(1).tolist() == [5.0, 20.0, 16.7, 15.0, 3.9]


def test_what_was_found_stands_in_a_table_measure_by_measure(of):
    table = report.measures(of())
    assert table.frame.set_index("measure").loc["turnover rate"].tolist() == [
        *("clearly lower", "below the 95% limits", "→ as in 2023: may be chance"),
        *("5.0% to 5.0%: no clear direction (2021 to 2024)", "–"),
    ]
    assert "too small to learn what is ordinary" in table.notes[1]


def test_the_spine_has_a_row_a_measure_with_the_ends_of_all_authorities(of):
    numbers = report.spine(of()).data.set_index("name")
    assert numbers.loc["turnover rate", ["value", "low", "high", "neighbours"]].tolist() == [5.0, 5.0, 25.0, 15.0]


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
    assert len(pictures) == 5
    assert all(picture._repr_mimebundle_()[0]["image/svg+xml"] for picture in pictures)
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
    assert str(report.answer(context).tiles[2]) == "agency worker rate: no figure; confidential"
    assert report.measures(context).frame["beside neighbours, 2024"][2] == "–"
    row = report.beside(context).frame.set_index("measure").loc["agency worker rate, percent"]
    assert row.tolist()[:3] == ["confidential", "–", "–"]
    cells = report.numbers(context).frame.set_index("figure")["2024"]
    assert cells["agency FTE"] == "c (confidential)"
    near = report.beside(of("Beeford", ("Ayton", "Corby"), agency_fte="c", agency_rate_fte="c"))
    assert near.notes[-1] == "No agency worker rate of 1 neighbour of 2: Ayton (confidential)."


def test_what_does_not_hold_together_has_a_table_where_it_concerns_the_authority(of):
    context = of(leavers_fte=0, turnover_rate_fte=0, vacancy_rate_fte=30)
    trust = national_trust.trust(context)
    said, *rest = trust.parts
    assert said.paragraphs == (
        "Across the release, 1 published rate does not follow from the counts beside it at any rounding. "
        "2 published figures cannot be true, so they are not used.",
    )
    assert [len(part.paragraphs) for part in rest[::2]] == [1, 1, 1]
    off, aside, without = (part.frame.to_numpy().tolist() for part in rest[1::2])
    assert off == [["Ayton", "2024", "vacancy rate", "30.0", "19.91 to 20.09", "–"]]
    assert aside == [
        ["2024", "leavers FTE", "0", "zero, where England’s rate would give 15"],
        ["2024", "turnover rate FTE", "0", "zero, where England’s rate would give 15"],
    ]
    assert without == [  # by hand: 70 leavers of 500 in post, and 145 of 1,000, without Ayton's 100 in post
        ["North East", "2024", "turnover rate", "14.0", "17.5", "Ayton"],
        ["England", "2024", "turnover rate", "14.5", "16.1", "Ayton"],
    ]
    elsewhere = national_trust.trust(of("Jarrow", leavers_fte=0, turnover_rate_fte=0, vacancy_rate_fte=30)).parts
    assert [part.frame.to_numpy().tolist() for part in elsewhere[2::2]] == [without[-1:]]
    whole = national_trust.trust(of()).parts
    assert [part.paragraphs[1] for part in whole] == ["Nothing of this concerns this authority, its region or England."]


def test_revisions_are_told_of_the_authority_and_of_all(of, tmp_path):
    """13 areas, 3 years and 19 figures are in both; the release before had 26 vacancies of Ayton's, where there are 25 now."""
    assert repr(national_trust.revised(of())) == "There is no earlier release to compare this one with."
    earlier = [row for row in made.rows(vacancy_fte=26) if row["time_period"] != "2024"]
    changed = [{**row, "vacancy_fte": "26"} if row.get("la_name") == "Ayton" else row for row in earlier]
    made.write(tmp_path / "older.csv", changed)
    said, every, table = national_trust.revised(report.context("Ayton", folder=tmp_path)).parts
    assert said.paragraphs[0].startswith(
        "Of 741 figures that both the releases to 2023 and to 2024 have, 3 (0.40%) differ."
    )
    assert said.items == ()
    assert every.frame.to_numpy().tolist() == [["vacancy FTE", "39", "3", "7.7%", "1.0", "0", "0"]]
    assert table.frame.to_numpy().tolist() == [
        ["Ayton", str(year), "vacancy FTE", "26.0", "25.0", "changed"] for year in (2021, 2022, 2023)
    ]
    said, every = national_trust.revised(report.context("Beeford", folder=tmp_path)).parts
    assert said.paragraphs[1] == "No figure of these is of Beeford."
    assert every.data["changed"].tolist() == [3]


def two(tmp_path, **changes):
    """Return the made release to 2023 with some changes of Ayton in its last year, and that to 2024."""
    older = made.write(tmp_path / "older.csv", made.rows(years=(2021, 2022, 2023), **changes))
    newer = made.write(tmp_path / "newer.csv", made.rows())
    return release.read(older), release.read(newer)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ["Of 741 figures that both the releases to 2023 and to 2024 have, 0 (0.00%) differ."]),
        (
            {"vacancy_fte": "25.0", "vacancy_rate_fte": "20.4"},
            [
                "Of 741 figures that both the releases to 2023 and to 2024 have, 1 (0.13%) differs.",
                "Vacancy rate FTE: 1 of 39 figures changed, by 0.4 at most.",
            ],
        ),
        (
            {"cases": "c", "caseload_fte": "c"},
            [
                "Of 739 figures that both the releases to 2023 and to 2024 have, 0 (0.00%) differ; 2 were added.",
                "Cases: 0 of 38 figures changed, 1 added.",
                "Caseload FTE: 0 of 38 figures changed, 1 added.",
            ],
        ),
    ],
)
def test_what_a_release_changed_in_words(tmp_path, changes, said):
    rows = made.rows(years=(2021, 2022, 2023))
    for row in rows:  # totals as they are: only what is published of Ayton changes
        row |= changes if (row.get("la_name"), row["time_period"]) == ("Ayton", "2023") else {}
    older, newer = made.write(tmp_path / "older.csv", rows), made.write(tmp_path / "newer.csv", made.rows())
    assert national_trust.in_words(release.read(older), release.read(newer)) == said


def test_what_was_withdrawn_and_what_turned_round_is_told_one_by_one(tmp_path):
    def written(name, years, *vacancies):
        rows = made.rows(years=years)
        for row in rows:
            if row.get("la_name") == "Ayton" and row["time_period"] in ("2022", "2023"):
                row["vacancy_fte"] = vacancies[int(row["time_period"]) - 2022]
            if row.get("la_name") == "Beeford" and row["time_period"] == "2023":
                row["agency_fte"] = "20" if name == "older.csv" else "u"
        return release.read(made.write(tmp_path / name, rows))

    older = written("older.csv", (2022, 2023), "25", "22")
    newer = written("newer.csv", (2022, 2023, 2024), "25", "26.5")
    assert national_trust.in_words(older, newer)[-2:] == [
        "Beeford, agency FTE, 2023: 20.0 was withdrawn.",
        "Ayton, vacancy FTE, 2023: a fall of 3.0 on the year before is now a rise of 1.5.",
    ]


def test_of_many_figures_the_first_are_told_and_how_many_more_there_are(tmp_path):
    rows = made.rows(years=(2022, 2023))
    older = release.read(made.write(tmp_path / "older.csv", rows))
    newer = release.read(
        made.write(tmp_path / "newer.csv", [{**row, "cases": "c"} if row.get("la_name") else row for row in rows])
    )
    told = national_trust.in_words(older, newer)
    assert told[0].endswith("differ; 20 were withdrawn.")
    assert "former and the new release to 2023" in told[0]
    assert [line for line in told if line.endswith("was withdrawn.")] == told[2:-1]
    assert (len(told[2:-1]), told[-1]) == (10, "And 10 such lines more.")


def test_most_of_a_column_may_be_a_change_of_definition(tmp_path):
    older, newer = two(tmp_path)
    newer = release.read(made.write(tmp_path / "more.csv", [{**row, "inpost_headcount": "111"} for row in made.rows()]))
    assert national_trust.summary(older, newer).endswith(
        "Most of the in post headcount changed (39 of 39 figures): perhaps a change of definition."
    )


def test_releases_without_a_year_in_common_have_nothing_revised(tmp_path):
    for years in ((2021, 2022), (2026, 2027)):
        made.write(tmp_path / f"{years[0]}.csv", made.rows(years=years))
    revised = national_trust.revised(report.context("Ayton", folder=tmp_path))
    assert repr(revised) == "No figure is in both the releases to 2022 and to 2027."


def test_a_measure_whose_column_is_not_known_is_told_in_the_report_and_after_the_download(tmp_path):
    text = made.text(made.rows()).replace("turnover_rate_fte", "turnover_rates_fte", 1)
    (tmp_path / "made.csv").write_text(text, encoding="utf-8")
    told = (
        "The file has no column turnover_rate_fte, so turnover rate FTE is not shown; turnover_rates_fte, which is not known, "
        "may be it under another name."
    )
    context = report.context("Ayton", folder=tmp_path)
    shown = national_trust.trust(context)
    assert told in [said for part in getattr(shown, "parts", (shown,)) for said in getattr(part, "paragraphs", ())]
    assert national_trust.downloaded(context.release, None, None) == [told]


@pytest.mark.parametrize(
    ("former", "said"),
    [
        ("the same", ["It is the release that was in use already.", "Of 741 figures that both the releases to 2023"]),
        ("corrected", ["Of 988 figures that both the former and the new release to 2024 have, 1 ("]),
        (
            "newer",
            ["Reports take the newest, former.csv; --parameters release=newer.csv takes this one.", "Of 741 figures"],
        ),
        ("older", ["Of 741 figures that both the releases to 2023 and to 2024 have"]),
        (None, ["Of 741 figures that both the releases to 2023 and to 2024 have"]),
    ],
)
def test_a_download_is_set_beside_the_release_that_was_in_use(tmp_path, former, said):
    older, newer = two(tmp_path)
    corrected = made.rows()
    corrected[-1] |= {"vacancy_rate_fte": "9.9"}
    rows = {"corrected": corrected, "newer": made.rows(years=(2024, 2025))}
    known = {"the same": newer, "older": older, None: None}
    if former in rows:
        known[former] = release.read(made.write(tmp_path / "former.csv", rows[former]))
    told = national_trust.downloaded(newer, known[former], older)
    assert [line.startswith(start) for line, start in zip(told, said, strict=False)] == [True] * len(said)


def test_what_is_told_of_very_few_people_names_no_direction(of):
    """Ayton has nine in post, of which ever more are lent by an agency: a rise that more people would have shown."""
    rows = made.rows()
    for row in rows:
        if row.get("la_name") == "Ayton":
            lent = str(int(row["time_period"]) - 2020)
            row |= {"inpost_fte": "5", "inpost_headcount": "5", "agency_fte": lent, "agency_headcount": lent}
            row |= {
                "vacancy_fte": "1",
                "leavers_fte": "0",
                "leavers_headcount": "0",
                **made.rates(row, row["time_period"]),
            }
    context = of(rows=rows)
    assert context.small == {"turnover rate", "vacancy rate", "agency worker rate", "absence rate"}
    found = report.answer(context)
    assert "too small to be set beside" in found.sentence
    assert not [word for word in (" rose", " fell", "unusual") if word in found.sentence]
    assert {tile.sure for tile in found.tiles[:3]} <= {"too few people to tell", ""}
    assert report.changes(context).frame["finding"][2] == "too few to tell"
    assert report.measures(context).frame["over all years"].eq("too few to tell").all()


@pytest.mark.parametrize(
    ("leavers", "said"),
    [((8, 0), "to zero (up to 0.59)"), ((0, 8), "from zero (1.71 to no limit)"), ((8, 8), "1.00 (0.33")],
)
def test_a_ratio_of_zero_has_no_estimate_but_a_limit(of, leavers, said):
    rows = made.rows(years=(2023, 2024))
    for row in rows:
        if row.get("la_name") == "Ayton":
            row["leavers_fte"] = str(leavers[int(row["time_period"]) - 2023])
            row |= {"inpost_fte": "60", "inpost_headcount": "66", **made.rates(row, row["time_period"])}
    assert report.changes(of(rows=rows)).frame["ratio on last year (95%)"][0].startswith(said)


def test_an_authority_that_came_of_another_says_so_and_is_not_told_of_years_it_did_not_have(of):
    rows = [
        {**row, "la_name": "Cumberland", "old_la_code": "942"} if row.get("la_name") == "Ayton" else row
        for row in made.rows()
        if row.get("la_name") != "Ayton" or int(row["time_period"]) > 2022
    ]
    context = of("Cumberland", (), rows)
    assert "(2023 to 2024)" in report.measures(context).frame["over all years"][1]
    assert "Cumberland came in April 2023 of Cumbria" in report.numbers(context).notes[0]
    assert report.numbers(context).frame["2021"].tolist()[0] == "no return"
