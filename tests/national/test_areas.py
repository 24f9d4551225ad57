import pytest

import made
from workforce.national import areas


def renamed(rows, name, **changes):
    return [{**row, **changes} if row.get("la_name") == name else row for row in rows]


@pytest.fixture
def found(read):
    rows = renamed(
        made.rows(), "Ayton", la_name="Kingston upon Hull, City of", old_la_code="810", new_la_code="E06000010"
    )
    rows = renamed(rows, "Beeford", la_name="St. Helens")
    return read(rows)


@pytest.mark.parametrize(
    "text",
    [
        "Kingston upon Hull, City of",
        "kingston-upon-hull-city-of",
        "KINGSTON UPON HULL",
        "City of Kingston upon Hull",
        "810",
        "e06000010",
    ],
)
def test_an_authority_is_found_by_name_slug_and_codes(found, text):
    assert found.find(text) == "810"
    assert found.areas.loc["810", "slug"] == "kingston-upon-hull-city-of"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Hull", "there is no authority 'Hull' in the statistics; did you mean Kingston upon Hull, City of?"),
        ("sant helens", "did you mean St. Helens?"),
        ("Corbby", "did you mean Corby?"),
        ("Xyz", "give the name or code of an English authority with children's services"),
        ("999", "give the name or code"),
        ("", "give the name or code"),
        ("North East", "there is no authority 'North East'"),
        ("England", "there is no authority 'England'"),
    ],
)
def test_an_unknown_authority_is_refused_with_the_nearest(found, text, advice):
    with pytest.raises(ValueError) as caught:
        found.find(text)
    assert advice in str(caught.value)


def test_an_area_is_named_as_in_its_last_year_and_keeps_its_figures_when_its_national_code_changes(read):
    rows = made.rows()
    for row in rows:
        if row.get("la_name") == "Ayton":
            late = row["time_period"] == "2024"
            row |= {"old_la_code": "370", "la_name": "Barnsley", "new_la_code": "E08000038" if late else "E08000016"}
    found = read(rows)
    assert {found.find(text) for text in ("Barnsley", "370", "E08000016", "E08000038")} == {"370"}
    assert found.series("370", "inpost_fte").notna().all()
    assert found.areas.loc["370", "gss"] == "E08000038"


@pytest.mark.parametrize(
    ("code", "old"),
    [("370", "E08000016"), ("373", "E08000019"), ("825", "E10000002"), ("815", "E10000023"), ("933", "E10000027")],
)
def test_a_former_code_finds_an_area_though_the_release_has_only_todays(read, code, old):
    found = read(renamed(made.rows(), "Ayton", old_la_code=code, la_name="Newly coded", new_la_code="E08000999"))
    assert found.find(old) == code
    assert areas.history(code, found.areas) == []


def ended(name, code, until):
    return [
        {**row, "la_name": name, "old_la_code": code} if row.get("la_name") == "Jarrow" else row
        for row in made.rows()
        if row.get("la_name") != "Jarrow" or int(row["time_period"]) <= until
    ]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        (
            "Cumbria",
            "909",
            "Cumbria (909) made its last return for 2022; what followed is Cumberland and Westmorland and Furness",
        ),
        ("Northamptonshire", "928", "what followed is North Northamptonshire and West Northamptonshire"),
        ("Poole", "836", "what followed is Bournemouth, Christchurch and Poole"),
        ("Dorset", "835", "what followed is Dorset and Bournemouth, Christchurch and Poole"),
        ("Nowhere", "999", "Nowhere (999) made its last return for 2022; choose another authority"),
    ],
)
def test_an_authority_that_ended_is_refused_with_what_followed(read, name, code, message):
    found = read(ended(name, code, 2022))
    for text in (name, code):
        with pytest.raises(ValueError) as caught:
            found.find(text)
        assert message in str(caught.value)
    assert code not in found.authorities()
    assert code in found.authorities(2022)


def test_an_area_that_keeps_a_name_with_other_boundaries_is_another_area(read):
    rows = [
        {**row, "la_name": "Dorset", "old_la_code": "838" if int(row["time_period"]) > 2022 else "835"}
        if row.get("la_name") == "Jarrow"
        else row
        for row in made.rows()
    ]
    found = read(rows)
    assert found.find("Dorset") == "838"
    assert found.series("838", "inpost_fte").dropna().index.tolist() == [2023, 2024]


def test_history_tells_why_a_series_begins_where_it_does(read):
    known = read().areas
    assert areas.history("942", known) == [
        "Cumberland came in April 2023 of Cumbria, whose figures are not joined to these."
    ]
    assert areas.history("839", known) == [
        "Bournemouth, Christchurch and Poole came in April 2019 of Dorset, Poole and Bournemouth, whose figures are not joined "
        "to these."
    ]
    (told,) = areas.history("940 / 941", known)
    assert told.startswith("North Northamptonshire and West Northamptonshire came in April 2021")
    assert areas.history("357", known) == []


PAIRS = {"Kingston upon Thames": ("314", "E09000021"), "Richmond upon Thames": ("318", "E09000027")}


def joint(form):
    """Return a release with a joint return as newer releases have it, in one row, or older ones, with a row of z."""
    rows = []
    for row in made.rows():
        if row.get("la_name") != "Ayton":
            rows.append(row)
            continue
        names, codes = list(PAIRS), list(PAIRS.values())
        if form == "new":
            texts = [" / ".join(parts) for parts in (names, *zip(*codes, strict=True))]
            rows.append(row | dict(zip(("la_name", "old_la_code", "new_la_code"), texts, strict=True)))
            continue
        for name, (old, new) in PAIRS.items():
            cells = {key: "z" for key in row if key not in made.IDENTITY} if name.startswith("Rich") else {}
            rows.append(row | cells | {"la_name": name, "old_la_code": old, "new_la_code": new})
    return rows


@pytest.mark.parametrize("form", ["new", "old"])
def test_a_joint_return_is_one_area_found_by_each_of_its_authorities(read, form):
    found = read(joint(form))
    for text in ("314", "318", "Richmond upon Thames", "kingston upon thames", "E09000027", "314 / 318"):
        assert found.find(text) == "314 / 318"
    assert found.areas.loc["314 / 318", "name"] == "Kingston upon Thames / Richmond upon Thames"
    assert found.areas.loc["314 / 318", "slug"] == "kingston-upon-thames-richmond-upon-thames"
    assert len(found.authorities()) == 10
    assert found.value("314 / 318", 2024, "turnover_rate_fte") == 5


def test_two_who_made_one_return_and_now_make_two_have_each_a_series_of_their_own(read):
    rows = [row for row in joint("old") if row["time_period"] < "2024"] + made.rows(years=(2024,))
    rows = [
        row | {"old_la_code": "318", "la_name": "Richmond upon Thames"}
        if row["time_period"] == "2024" and row.get("la_name") == "Ayton"
        else row
        for row in rows
    ]
    found = read(rows)
    assert found.find("Richmond upon Thames") == "318"
    assert found.authorities(2023).count("314 / 318") == 1
    assert areas.history("318", found.areas) == [
        "Until 2023 it made one return with another authority, as Kingston upon Thames / Richmond upon Thames, whose figures "
        "are not joined to these."
    ]
    with pytest.raises(ValueError, match=r"what followed is Kingston upon Thames and Richmond upon Thames: choose one"):
        found.find("314 / 318")


def test_an_authority_without_any_figure_stays_with_its_reasons(read):
    rows = [
        {key: value if key in made.IDENTITY else "z" for key, value in row.items()}
        if row.get("la_name") == "Ayton"
        else row
        for row in made.rows()
    ]
    found = read(rows)
    assert found.find("Ayton") == made.CODES["Ayton"]
    assert found.reason(made.CODES["Ayton"], 2024, "inpost_fte") == "not applicable"
