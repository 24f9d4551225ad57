import json

import pandas as pd
import pytest

import typeset
from workforce.draft import store
from workforce.draft.cards import cards, counted, inputs
from workforce.draft.review import picture_of
from workforce.draft.store import DraftError

TEXT = "Answer of 1 March 2022\n\n1.1 There are 69.4 FTE: 46.2 FTE employed and 23.2 FTE from an agency, in all 69.4 FTE.\n"


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_draft_is_as_it_was_left(paper, tmp_path):
    first = store.start(paper, "devon-2022", tmp_path / "drafts")
    again = store.start(paper, "devon-2022", tmp_path / "drafts")
    loaded = store.load("devon-2022", tmp_path / "drafts")
    for other in (again, loaded):
        pd.testing.assert_frame_equal(first.numbers, other.numbers)
        pd.testing.assert_frame_equal(first.proposals, other.proposals)
    assert first.path.read_text(encoding="utf-8") == TEXT
    assert first.about == {"title": "Answer of 1 March 2022", "date": "2022-03-01"}


def test_a_draft_holds_what_was_read_and_proposed(paper, tmp_path):
    from workforce.draft.numbers import numbers
    from workforce.draft.propose import propose
    from workforce.draft.read import read

    draft = store.start(paper, "devon-2022", tmp_path / "drafts")
    found = numbers(read(paper))
    pd.testing.assert_frame_equal(draft.numbers, found, check_dtype=False)
    pd.testing.assert_frame_equal(draft.proposals, propose(found), check_dtype=False)


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("Devon 2022", "small letters, digits and single hyphens"),
        ("other", "no draft 'other' was begun; there are: devon-2022"),
    ],
)
def test_a_draft_that_is_not_there(slug, told, paper, tmp_path):
    store.start(paper, "devon-2022", tmp_path / "drafts")
    with pytest.raises(DraftError, match=told):
        store.load(slug, tmp_path / "drafts")


def test_another_paper_does_not_take_a_drafts_place(paper, tmp_path):
    store.start(paper, "devon-2022", tmp_path / "drafts")
    other = tmp_path / "other.txt"
    other.write_text(TEXT.replace("69.4", "70.1"), encoding="utf-8")
    with pytest.raises(DraftError, match="has the draft of another file"):
        store.start(other, "devon-2022", tmp_path / "drafts")
    assert store.load("devon-2022", tmp_path / "drafts").path.read_text(encoding="utf-8") == TEXT


def test_a_damaged_draft_is_told(paper, tmp_path):
    draft = store.start(paper, "devon-2022", tmp_path / "drafts")
    (draft.folder / "draft.json").write_text("{", encoding="utf-8")
    with pytest.raises(DraftError, match="remove it to read the paper anew, your decisions stay"):
        store.load("devon-2022", tmp_path / "drafts")


@pytest.mark.parametrize(
    ("text", "told"), [("No figures here, at all.\n", "no numbers to check"), (None, "no such file")]
)
def test_a_paper_with_nothing_to_check(text, told, tmp_path):
    path = tmp_path / "paper.txt"
    if text:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(DraftError, match=told):
        store.start(path, "kent-2025", tmp_path / "drafts")
    assert not (tmp_path / "drafts").exists()


def test_nothing_of_a_draft_is_lost_in_its_file(paper, tmp_path):
    draft = store.start(paper, "devon-2022", tmp_path / "drafts")
    content = json.loads((draft.folder / "draft.json").read_text(encoding="utf-8"))
    assert content["file"] == "answer.txt"
    assert len(content["numbers"]) == len(draft.numbers)


def test_cards_show_the_paper_and_what_rests_on_what(tmp_path):
    path = typeset.as_pdf(typeset.content("coventry-2024"), tmp_path / "paper.pdf")
    draft = store.start(path, "coventry-2024", tmp_path / "drafts")
    shown = cards(draft)
    assert shown[0].target == "The paper"
    claims = [card for card in shown if card.kind == "claim"]
    total = next(card for card in claims if card.where == "Table 1 > TOTAL > Starters 22-23")
    assert total.options[0].formula == "56 + 20 + 17 + 19 = 112"
    assert total.options[0].says == "sum of 4 rows of Starters 22-23 (Table 1)"
    assert total.parts == ("TOTAL, Starters 22-23: ", "112", "")
    assert len(total.boxes) == 5
    assert picture_of(draft.path, total.boxes).startswith(b"\x89PNG")
    wrong = next(card for card in claims if card.where == "Table 2 > Total > Agency Oct 2022")
    assert (wrong.confidence, wrong.target, wrong.options[0].result) == ("suspected mistake", "28", "29")
    assert {len(places) for places in inputs(draft).values()} > {1}
    assert counted(draft, shown)[1].endswith("1 suspected to be mistaken")


def test_a_card_marks_the_number_in_its_sentence(paper, tmp_path):
    draft = store.start(paper, "devon-2022", tmp_path / "drafts")
    for card in cards(draft):
        if card.kind == "claim":
            assert card.parts[1] == card.target
