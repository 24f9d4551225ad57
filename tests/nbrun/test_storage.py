import re

import pytest

from nbrun import storage
from nbrun.storage import Folder, Remote, plain


def test_replacing_writes_all_or_nothing(tmp_path):
    path = tmp_path / "deep" / "table.csv"
    with storage.replacing(path) as temporary:
        temporary.write_text("new", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "new"
    with pytest.raises(RuntimeError), storage.replacing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "new"
    assert [entry.name for entry in path.parent.iterdir()] == ["table.csv"]


def test_a_folder_gives_back_what_was_written(tmp_path):
    folder = Folder(tmp_path)
    assert (folder.read("a/b.csv"), folder.digest("a/b.csv")) == (None, "")
    folder.write("a/b.csv", "one\r\ntwo\n")
    assert folder.read("a/b.csv") == "one\ntwo\n"
    assert folder.digest("a/b.csv") == storage.digest_of(b"one\r\ntwo\n") != storage.digest_of(b"")
    folder.remove("a/b.csv")
    folder.remove("a/b.csv")
    assert folder.read("a/b.csv") is None


def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path):
    folder = Folder(tmp_path)
    folder.write("a/b.ipynb", "whole")
    (tmp_path / "a" / ".b.partial-x1.ipynb").write_text("ha", encoding="utf-8")
    (tmp_path / ".manifest.partial-x2.json").write_text("{", encoding="utf-8")
    folder.sweep()
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == ["a/b.ipynb"]


def test_a_folders_digest_is_of_the_names_in_it(tmp_path):
    empty = storage.digest(tmp_path)
    (tmp_path / ".hidden").write_text("", encoding="utf-8")
    assert storage.digest(tmp_path) == empty
    (tmp_path / "release.csv").write_text("", encoding="utf-8")
    assert storage.digest(tmp_path) not in (empty, "")


def test_an_address_with_a_scheme_is_remote(tmp_path):
    assert storage.storage_at("s3://bucket/prefix") == Remote("s3://bucket/prefix")
    assert storage.storage_at(tmp_path) == storage.storage_at(str(tmp_path)) == Folder(tmp_path)


def test_a_folder_is_named_by_its_path_from_the_projects(tmp_path):
    assert str(storage.storage_at(tmp_path / "outputs", tmp_path)) == "outputs"
    assert str(storage.storage_at(tmp_path / "outputs", tmp_path / "elsewhere")) == str(tmp_path / "outputs")


def test_what_another_process_wrote_is_looked_for_in_a_folder_only(tmp_path, monkeypatch):
    folder = Folder(tmp_path)
    folder.write("a.csv", "1\n")
    assert folder.has("a.csv", storage.digest_of(b"1\n"))
    assert not folder.has("a.csv", "another")
    monkeypatch.setattr(Remote, "read", lambda *_: pytest.fail("it is downloaded"))
    assert Remote("s3://bucket/prefix").has("a.csv", "any")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://host/path", "https://host/path"),
        ("http://user:password@host/x", "http://host/x"),
        ("http://user:pass/word@host/x", "http://host/x"),
        ("tcp://user:password@host:8786", "tcp://host:8786"),
        ("tcp://host:8786", "tcp://host:8786"),
        ("s3://key:secret@bucket/prefix?token=abc&sig=1", "s3://bucket/prefix?…"),
        ("HTTPS://user@host", "HTTPS://host"),
        ("no https://a:b@host?c=d and tcp://e:f@host2", "no https://host?… and tcp://host2"),
        ("C:\\Users\\me@home and me@example.org", "C:\\Users\\me@home and me@example.org"),
    ],
)
def test_an_address_is_told_without_what_is_secret(text, told):
    assert plain(text) == told


def test_an_error_of_an_address_does_not_tell_its_secrets(monkeypatch):
    remote = Remote("s3://key:secret@bucket/x?token=abc")

    class Handler:
        def write(self, *arguments):
            raise RuntimeError("cannot write s3://key:secret@bucket/x?token=abc/a.csv")

    monkeypatch.setattr(Remote, "_handler", lambda self: Handler())
    with pytest.raises(OSError, match="cannot write") as caught:
        remote.write("a.csv", "1")
    for text in (str(caught.value), str(remote)):
        assert not {"secret", "token", "abc"} & set(re.findall(r"\w+", text)), text
