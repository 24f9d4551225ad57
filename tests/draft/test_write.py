import shutil

import pandas as pd
import pytest
import yaml

from papers import SHARES, TEAMS, changed, numbers
from workforce import claims, data
from workforce.draft import decisions
from workforce.draft.cards import cards, inputs
from workforce.draft.decisions import Decision
from workforce.draft.propose import propose
from workforce.draft.store import Draft, DraftError
from workforce.draft.write import Made, write

ABOUT = {"authority": "Coventry", "title": "Starters and leavers", "date": "2025-03-01"}


@pytest.fixture
def drafted(tmp_path):
    """Return what makes a draft of rows of numbers, every confident or suspected claim of it confirmed."""

    def make(rows, answer="yes", about=ABOUT, slug="coventry-2025"):
        frame = numbers(*rows)
        draft = Draft(tmp_path / "drafts" / slug, slug, "paper.txt", about, frame, propose(frame))
        draft.folder.mkdir(parents=True)
        for card in cards(draft):
            if card.kind == "claim" and card.confidence != "possible":
                decisions.append(draft.decisions, Decision(card.id, answer, says=card.says))
        return draft

    return make


def state(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_is_confirmed_becomes_rows_and_claims(drafted, folder):
    draft = drafted(TEAMS)
    told = write(draft, folder)
    assert told[0] == "written  6 rows of observations.csv, 6 claims in claims/coventry-2025.yml"
    assert told[1] == "verdicts  6 reproduces"
    register = claims.register(document="coventry-2025", folder=folder)
    assert [claim.verdict for claim in register] == ["reproduces"] * 6
    rows = data.load("observations", folder).query("document == 'coventry-2025'")
    assert set(rows["measure"]) == {"starters", "leavers"}
    assert not rows["where"].str.contains("Total|Net").any()  # no number stands twice
    claims.support.check(folder, "coventry-2025")


def test_a_suspected_mistake_that_is_confirmed_does_not_reproduce(drafted, folder):
    draft = drafted(changed(TEAMS, "Table 1 > Total > Leavers 2022-23", "128"))
    write(draft, folder)
    (wrong,) = claims.register(document="coventry-2025", folder=folder).of("does not reproduce")
    assert (wrong.published, wrong.as_stated.value) == ("128", 129)
    assert wrong.as_stated.name == "sum of 3 rows of Leavers 2022-23 (Table 1)"


def test_what_is_not_confirmed_stays_out(drafted, folder):
    draft = drafted(TEAMS, "no")
    with pytest.raises(DraftError, match="no claim is confirmed yet"):
        write(draft, folder)
    name = next(card.id for card in cards(draft) if card.kind == "claim")
    decisions.append(draft.decisions, Decision(name, "yes"))
    write(draft, folder)
    assert len(claims.register(document="coventry-2025", folder=folder)) == 1


def test_inputs_that_are_kept_come_along_with_the_words_given(drafted, folder):
    draft = drafted(SHARES)
    assert len(inputs(draft)) == 3  # budget, spend, and the shares
    name = next(name for name, places in inputs(draft).items() if draft.numbers["column_name"][places[0]] == "Budget")
    decisions.append(
        draft.decisions, Decision(name, "yes", fields={"measure": "children's services budget", "unit": "GBP"})
    )
    write(draft, folder)
    rows = data.load("observations", folder).query("document == 'coventry-2025'")
    assert set(rows["measure"]) == {"children's services budget", "agency spend"}
    assert "children''s services budget" in (folder / "claims" / "coventry-2025.yml").read_text(encoding="utf-8")


def test_a_number_of_two_readings_is_ambiguous(drafted, folder):
    draft = drafted(TEAMS)
    two = next(card for card in cards(draft) if card.kind == "claim" and len(card.options) > 1)
    decisions.append(draft.decisions, Decision(two.id, "ambiguous", note="Which teams are meant is not said."))
    write(draft, folder)
    (found,) = claims.register(document="coventry-2025", folder=folder).of("ambiguous")
    assert found.ambiguous == "Which teams are meant is not said."
    assert len(found.readings) == 2


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({**ABOUT, "authority": "Atlantis"}, "the paper's authority: "),
        ({**ABOUT, "title": ""}, "column 'title'"),
        ({**ABOUT, "date": "March 2025"}, "column 'date'"),
    ],
)
def test_nothing_is_written_where_anything_is_wrong(drafted, folder, about, told):
    before = state(folder)
    with pytest.raises(ValueError, match=told):
        write(drafted(TEAMS, about=about), folder)
    assert state(folder) == before


def test_an_authority_that_is_new_is_named_as_the_statistics_name_it(drafted, folder):
    write(drafted(TEAMS, about={**ABOUT, "authority": "Devon"}, slug="devon-2025"), folder)
    row = data.load("authorities", folder).set_index("slug").loc["devon"]
    assert row[["name", "gss_code", "dfe_code", "region"]].tolist() == ["Devon", "E10000008", "878", "South West"]


def test_a_paper_that_is_in_already_is_refused(drafted, folder):
    draft = drafted(TEAMS)
    write(draft, folder)
    before = state(folder)
    with pytest.raises(DraftError, match=r"claims/coventry-2025.yml is there already"):
        write(draft, folder)
    assert state(folder) == before


def test_a_writing_that_was_cut_off_is_made_whole_by_the_next(drafted, folder, monkeypatch):
    draft = drafted(TEAMS)
    whole = shutil.copytree(folder, folder.parent / "whole")
    write(draft, whole)
    made = Made(draft, folder)
    made.claims = []
    monkeypatch.setattr("workforce.draft.write.as_yaml", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made.put(folder)
    monkeypatch.undo()
    write(draft, folder)
    assert state(folder) == state(whole)


def test_other_rows_stay_as_they_are(drafted, folder):
    before = {table: (folder / f"{table}.csv").read_text(encoding="utf-8") for table in ("observations", "documents")}
    write(drafted(TEAMS), folder)
    for table, text in before.items():
        assert (folder / f"{table}.csv").read_text(encoding="utf-8").startswith(text)


def test_a_claims_file_reads_as_one_that_was_typed(drafted, folder):
    write(drafted(SHARES), folder)
    text = (folder / "claims" / "coventry-2025.yml").read_text(encoding="utf-8")
    assert text.startswith("# Starters and leavers. How to read this file: data/README.md\nclaims:\n  - id: ")
    assert "    published: 2.70\n" in text
    assert "        sql: |\n" in text
    assert yaml.safe_load(text)["claims"]


def test_a_circle_is_told(drafted, folder):
    draft = drafted(TEAMS, "no")
    frame = draft.numbers
    net, starters, leavers = (
        int(frame.index[frame["where"] == f"Table 1 > North > {column}"][0])
        for column in ("Net", "Starters 2022-23", "Leavers 2022-23")
    )
    given = pd.DataFrame(
        [
            (
                net,
                1,
                "difference",
                "line of two",
                "exact",
                (starters,),
                (leavers,),
                (),
                65.0,
                True,
                0.0,
                1.0,
                "confident",
            ),
            (starters, 1, "sum", "total line", "exact", (net, leavers), (), (), 112.0, True, 0.0, 1.0, "confident"),
        ],
        columns=list(draft.proposals),
    )
    circle = Draft(draft.folder, draft.slug, draft.paper, draft.about, frame, given)
    for target in (net, starters):
        decisions.append(draft.decisions, Decision(f"{draft.slug}/{target}", "yes"))
    with pytest.raises(DraftError, match="follows from itself by what is confirmed"):
        write(circle, folder)
