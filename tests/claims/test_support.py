import pytest
import yaml

from entries import entry
from workforce import claims
from workforce.claims import ClaimsError, support

NOTHING = "no change of the data moves its value, or none that could change a verdict, so it proves nothing"
LOOKS = "it follows the number at the claim's own place wherever that goes, so it looks at the answer"
TWICE = "it rests on nothing but the number at the claim's own place, which stands twice"
OWN = "Table 1 > 10 > Cases"


def test_no_verdict_of_the_papers_rests_on_nothing_or_on_its_own_answer():
    assert support.unfounded() == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT 69.4", NOTHING),
        ("SELECT 60 + 9.4", NOTHING),
        ("SELECT max(69.4) FROM paper", NOTHING),
        ("SELECT 69.4 FROM paper WHERE period = '2020-10'", NOTHING),
        ("SELECT 69.4 + 0 * sum(value) FROM paper", NOTHING),
        ("SELECT value FROM paper WHERE period = '2020-10'", TWICE),
        ("SELECT sum(value) FROM paper WHERE period = '2020-10'", TWICE),
        ("SELECT value FROM observations WHERE document = 'walsall-2021' AND period = '2020-10'", TWICE),
        ("SELECT sum(value) - sum(value) FILTER (WHERE period = '2020-11') FROM paper WHERE period < '2020-12'", TWICE),
        ("SELECT CASE WHEN count(*) > 1 THEN 69.4 ELSE 0 END FROM paper", NOTHING),
        ("SELECT coalesce(max(69.4), 0) FROM paper WHERE period = '2020-10'", TWICE),
        ("SELECT 69.4 + 1e-6 * sum(value) FROM paper", NOTHING),
        ("SELECT count(*) FROM recommendations", None),
        ("SELECT count(*) FROM authorities WHERE greater_manchester", None),
        ("SELECT (sum(value) FILTER (WHERE period = '2020-12') > 8.5)::INTEGER FROM paper", None),
        ("SELECT split_part(period, '-', 1)::INTEGER FROM paper WHERE value = 7", None),
        ("SELECT value FROM paper WHERE period = '2020-11'", None),
        ("SELECT sum(value) FROM paper", None),
        ("SELECT count(*) FROM paper", None),
        ("SELECT avg(annual) / 1000 FROM pay_spine", None),
        ("SELECT left(max(period), 4)::INTEGER FROM paper", None),
    ],
)
def test_a_reading_that_proves_nothing_is_named(made, sql, told):
    folder = made([5, 7, 9], entry("total", "5", sql, where=OWN))
    lines = support.unfounded(folder, "walsall-2021")
    assert len(lines) == (told is not None)
    if told:
        assert lines[0].startswith("walsall-2021.yml, claim 'total': reading 'as stated': ")
        assert told in lines[0]
        with pytest.raises(ClaimsError, match=r"walsall-2021\.yml, claim 'total'"):
            support.check(folder, "walsall-2021")


def test_the_same_number_elsewhere_in_the_paper_is_support(made):
    folder = made([5, 7, 9], entry("said-again", "5", "SELECT value FROM paper WHERE period = '2020-10'"))
    assert support.unfounded(folder, "walsall-2021") == []


@pytest.mark.parametrize("where", ["Table 1, 10, Cases", "table 1 > 10 > cases"])
def test_the_own_place_is_the_same_however_it_is_spelt(made, where):
    folder = made([5, 7, 9], entry("total", "5", "SELECT value FROM paper WHERE period = '2020-10'", where=where))
    assert [TWICE in line for line in support.unfounded(folder, "walsall-2021")] == [True]


def test_what_was_found_by_searching_is_no_reading_again(folder):
    """The second reading that salaries had: the nearest salary of the spine before."""
    path = folder / "claims" / "tameside-2023.yml"
    text = path.read_text(encoding="utf-8")
    blind = """          SELECT spine FROM spine_check
          WHERE document = 'tameside-2023' AND authority = $authority AND role = $role AND "end" = $end
"""
    assert text.count(blind) == 1
    searched = """      - name: the nearest salary of April 2020
        sql: |
          SELECT s.annual FROM pay_spine s, pay_scales p WHERE s.april = 2020 AND p."where" = $where AND p."end" = $end
          ORDER BY abs(s.annual - p.annual) LIMIT 1
"""
    content = yaml.load(text.replace(blind, blind + searched), yaml.BaseLoader)
    content["claims"] = [entry for entry in content["claims"] if entry["id"].startswith("annual-$table")]
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    found = support.unfounded(folder, "tameside-2023")
    assert [line for line in found if "bury-entry" in line and LOOKS in line]


def test_what_is_worked_out_from_the_data_follows_a_change_of_them(made):
    """The week is that of most of a council's rates, so a change of one of them alone does not move it."""
    week = "SELECT hours FROM working_weeks WHERE document = 'tameside-2023' AND authority = 'wigan'"
    folder = made([5], entry("week", "37", week))
    trial = support.Trial(folder / "claims" / "walsall-2021.yml", claims.tables.frames(folder))
    assert trial.before == {("week", 0): 37.0}
    own = claims.tables.frames(folder)["pay_scales"].query("authority == 'wigan'").dropna(subset=["annual", "hourly"])
    assert trial.with_value("pay_scales", int(own.index[0]), "hourly", 12.0, {("week", 0)}) == {("week", 0): 37.0}
    assert support.unfounded(folder, "walsall-2021") == []
    assert trial.with_value("pay_scales", int(own.index[0]), "hourly", 12.0, {("week", 0)}) == {("week", 0): 37.0}


def test_values_typed_into_each_are_no_support(made):
    typed = entry("typed", "5", "SELECT $n", each=[{"n": "5.4"}])
    folder = made([5, 7, 9], typed)
    assert [NOTHING in line for line in support.unfounded(folder, "walsall-2021")] == [True]


def places_of(found, name, reading=0):
    chosen = found[(found["claim"] == f"walsall-2021/{name}") & (found["reading"] == reading)]
    return list(chosen["where"])


def test_support_names_the_rows_that_a_reading_rests_on(made):
    folder = made(
        [5, 0, 9],
        entry("total", "14", "SELECT sum(value) FROM paper"),  # the zero counts: another number would move the sum
        entry("last", "9", "SELECT value FROM paper WHERE period = '2020-12'"),
        entry("most", "9", "SELECT max(value) FROM paper"),
        entry("share", "64", "SELECT 100 * max(value) / sum(value) FROM paper"),
        entry("paid", "29", "SELECT scp FROM pay_spine WHERE april = 2021 AND annual = 33486"),
    )
    found = support.of(claims.register(document="walsall-2021", folder=folder), folder)
    assert list(found.columns) == support.COLUMNS
    every = [f"Table 1 > {month} > Cases" for month in (10, 11, 12)]
    assert [places_of(found, name) for name in ("total", "last", "most", "share")] == [
        every,
        every[2:],
        every[2:],
        every,
    ]
    paid = found[found["claim"] == "walsall-2021/paid"]
    assert list(paid["table"]) == ["pay_spine"]
    rows = (folder / "pay_spine.csv").read_text(encoding="utf-8").splitlines()
    assert rows[paid["row"].item() - 1].startswith("2021,29,33486")


def test_rows_that_move_a_reading_only_together_are_all_named(made):
    folder = made([9, 9, 5], entry("both", "1", "SELECT max((value > 8)::INTEGER) FROM paper"))
    found = support.of(claims.register(document="walsall-2021", folder=folder), folder)
    assert set(places_of(found, "both")) >= {"Table 1 > 10 > Cases", "Table 1 > 11 > Cases"}


def test_support_of_a_total_again(tables, by_id):
    found = support.of([by_id["coventry-2024/total-cover-2022"]])
    rows = tables["observations"].query("document == 'coventry-2024' and measure == 'agency staff covering vacancies'")
    assert sorted(found["where"]) == sorted(rows.loc[rows["period"] == "2022-10", "where"])


@pytest.mark.parametrize("document", ["coventry-minutes-2021", "walsall-2021", claims.ACROSS, claims.BESIDE])
def test_every_reading_has_a_known_support(register, document):
    mine = [claim for claim in register if claim.document == document]
    found = support.of(mine)
    read = {(claim.id, number) for claim in mine for number in range(len(claim.readings))}
    assert set(found[["claim", "reading"]].itertuples(index=False, name=None)) == read


def test_hourly_verdicts_do_not_rest_on_the_rate_they_judge(tables, by_id):
    """Each rate held against the hours that its council's other rates allow: the verdict is the same."""
    pairs = tables["pay_scales"].dropna(subset=["annual", "hourly"])
    weeks = 365 / 7
    low, high = pairs["annual"] / (pairs["hourly"] + 0.005) / weeks, pairs["annual"] / (pairs["hourly"] - 0.005) / weeks
    for at, row in pairs.iterrows():
        others = pairs[(pairs["authority"] == row["authority"]) & (pairs.index != at)].index
        best = max(low[others], key=lambda hours: sum((low[others] <= hours) & (hours < high[others])))
        agree = [one for one in others if low[one] <= best < high[one]]
        fits = max(low[[*agree, at]]) < min(high[[*agree, at]])
        table = row["where"].split(" > ")[0].lower().replace(" ", "-")
        found = by_id[f"tameside-2023/hourly-{table}-{row['authority']}-{row['end']}"]
        assert (found.verdict is claims.Verdict.REPRODUCES) == fits, found.id


def partitions(*queries):
    told = entry("total", "21", "")
    del told["readings"]
    return {**told, "partitions": [{"name": f"by {number}", "sql": sql} for number, sql in enumerate(queries)]}


SUM, BY_CONSTANT = "SELECT sum(value) FROM paper", "SELECT 20 + 1"


def test_each_partition_is_tried(made):
    (line,) = support.unfounded(made([5, 7, 9], partitions(SUM, BY_CONSTANT)), "walsall-2021")
    assert line.startswith("walsall-2021.yml, claim 'total': reading 'by 1': ")
    assert NOTHING in line


def test_each_partition_has_its_rows(made):
    first = "SELECT sum(value) FROM paper WHERE period < '2020-12'"
    folder = made([5, 7, 9], partitions(SUM, first))
    rows = support.of(claims.register(document="walsall-2021", folder=folder), folder)
    assert rows.groupby("reading").size().tolist() == [3, 2]


def test_the_upper_end_of_a_range_is_the_claims_own_number_too(made):
    upper = "SELECT upper FROM paper WHERE period = '2020-10'"
    folder = made([5, 7, 9], entry("most", "19", upper, where=OWN))
    path = folder / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2020-10,5,,", "2020-10,5,19,"), encoding="utf-8")
    (line,) = support.unfounded(folder, "walsall-2021")
    assert TWICE in line
