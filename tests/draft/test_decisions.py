import json
import os

import pytest

from workforce.draft import decisions
from workforce.draft.decisions import ANSWERS, Decision, append, read

FULL = Decision("kent/1", "yes", 2, "Der Satz – “quoted” 🙂\n£1", {"measure": "posts"}, "a note")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "drafts" / "kent-2025.jsonl"


def test_no_file_is_no_decision(path):
    assert read(path) == {} and read(path).told == []
    assert not path.exists()


def test_what_is_appended_is_read_whole(path):
    append(path, FULL)
    assert read(path) == {"kent/1": FULL}
    assert path.read_bytes().endswith(b"\n") and path.read_bytes().count(b"\n") == 1


def test_the_last_of_an_id_wins_and_nothing_is_overwritten(path):
    for answer in ANSWERS:
        before = path.read_bytes() if path.exists() else b""
        append(path, Decision("1", answer))
        assert path.read_bytes().startswith(before)
        assert read(path)["1"].answer == answer
    assert not read(path)["1"].decided
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(ANSWERS)


def test_a_line_cut_anywhere_is_left_out_and_told_and_the_next_one_is_whole(path):
    append(path, Decision("0", "no"))
    start = path.read_bytes()
    append(path, FULL)
    whole = path.read_bytes()
    for end in range(len(start) + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        assert read(path) == {"0": Decision("0", "no")}
        assert read(path).told == ["kent-2025.jsonl, line 2 was cut off and does not count"]
        append(path, Decision("2", "yes"))
        assert set(read(path)) == {"0", "2"}
        assert len(read(path).told) == 1


def test_a_line_that_lacks_its_end_only_counts(path):
    append(path, FULL)
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    assert read(path) == {"kent/1": FULL}
    append(path, Decision("2", "no"))
    assert set(read(path)) == {"kent/1", "2"} and read(path).told == []


def test_windows_line_ends_and_empty_lines_are_read(path):
    append(path, FULL)
    path.write_bytes(b"\r\n" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read(path) == {"kent/1": FULL} and read(path).told == []


@pytest.mark.parametrize(
    "record",
    [
        *([], None, "x", {}, {"id": 1}, {"id": "1", "answer": "perhaps"}, {"id": "1", "answer": None}),
        *({"id": "1", "option": "0"}, {"id": "1", "option": True}, {"id": "1", "fields": []}),
        *({"id": "1", "fields": {"a": 1}}, {"id": "1", "more": "x"}, {"id": "1", "note": 3}),
    ],
)
def test_what_is_no_decision_is_refused_and_in_a_file_told(path, record):
    with pytest.raises(ValueError):
        Decision.of(record)
    append(path, FULL)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{json.dumps(record)}\n")
    assert read(path) == {"kent/1": FULL}
    assert read(path).told[0].startswith("kent-2025.jsonl, line 2 is no decision (")


def test_it_is_on_the_disk_before_it_returns(path, monkeypatch):
    synced = []
    monkeypatch.setattr(decisions.os, "fsync", lambda handle: synced.append(path.read_bytes().count(b"\n")))
    append(path, FULL)
    append(path, FULL)
    assert synced == ([1, 1, 2] if os.name == "posix" else [1, 2])  # a new file's folder too


def test_half_a_sign_is_kept_as_a_question_mark(path):
    append(path, Decision("1", "yes", note="\ud83d"))
    assert read(path)["1"].note == "?"
