import gc
import http.server
import threading
import time
import warnings
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from click.testing import CliRunner

import made
from workforce import data
from workforce.cli import main
from workforce.data import DataError
from workforce.national import download, release

CSV = made.text(made.rows(years=(2023, 2024))).encode()
OLDER = made.text(made.rows(years=(2022, 2023))).encode()


def zipped(**members):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_csv", ".csv"), content)
    return file.getvalue()


ARCHIVE = zipped(
    data__characteristics_csv=b"time_period,geographic_level,characteristic,inpost_fte\n2024,National,Age,1\n",
    data__csww_indicators_csv=CSV,
    notes_csv=b"a,b\n1,2\n",
)


ANSWERS = {
    **dict.fromkeys(["made.csv", "all", "cut.csv", "interrupted.csv", "..%2F..%2F.ev%20il.csv"], CSV),
    "files": ARCHIVE,
    "page.csv": b"<!DOCTYPE html><html>Sign in</html>",
    "half.csv": CSV[:-40],
    "empty.csv": b"",
    "other.zip": zipped(notes_csv=b"a,b\n1,2\n"),
    "none.zip": zipped(readme=b"x"),
    "half.zip": ARCHIVE[:-50],
    "damaged.zip": ARCHIVE.replace(ARCHIVE[300:340], b"\0" * 40, 1),
    ".csv": CSV,
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the last part of the address says."""

    def do_GET(self):
        name = self.path.rpartition("/")[2].partition("?")[0]
        if name == "moved.csv":
            self._head(302, ("Location", "/made.csv"))
        elif name in ("gone.csv", "broken.csv"):
            self.send_error(404 if name == "gone.csv" else 500)
        elif name == "drip.csv":
            self._head(200, ("Content-Length", "1000000"))
            with suppress(OSError):
                while True:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
        elif name == "interrupted.csv":
            self._head(200, ("Transfer-Encoding", "chunked"))
            self.wfile.write(b"%x\r\n" % len(CSV) + CSV[:100])  # the connection closes within the piece
        else:
            body = ANSWERS[name]
            self._head(200, ("Content-Length", str(len(body))))
            self.wfile.write(body[: len(body) // 2] if name == "cut.csv" else body)

    def _head(self, status, field):
        self.send_response(status)
        self.send_header(*field)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def quiet_garbage():
    """Collect the connections that broke off, which pooch leaves open, without a warning."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def there(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("made.csv", "made.csv"),
        ("made.csv?download=1", "made.csv"),
        ("moved.csv", "moved.csv"),
        ("all", "csww_indicators_2023_to_2024.csv"),
        (".csv", "csww_indicators_2023_to_2024.csv"),
        ("files", "csww_indicators.csv"),
        ("..%2F..%2F.ev%20il.csv", "ev_il.csv"),
    ],
)
def test_a_release_is_put_in_its_place_with_its_checksum(tmp_path, server, name, file):
    folder = tmp_path / "external"
    found = download.download(f"{server}/{name}", folder)
    assert (found.file, found.years) == (file, [2023, 2024])
    assert there(folder) == {file: CSV, f"{file}.sha256": f"{found.digest}  {file}\n".encode()}
    assert release.newest(folder=folder).digest == found.digest


FAILING = {
    "gone.csv": "the address answers ‘404 Not Found’; nothing was changed",
    "broken.csv": "the address answers ‘500 Internal Server Error’; nothing was changed",
    "cut.csv": "the download broke off (",
    "interrupted.csv": "the download broke off (",
    "page.csv": "brings neither a release nor a zip with one, but what begins with ‘<!DOCTYPE html><html>Sign in</html>’",
    "empty.csv": "brings neither a release nor a zip with one",
    "half.zip": "brings neither a release nor a zip with one",
    "other.zip": "no file of the zip has the columns of a release; it has: notes.csv",
    "damaged.zip": "the zip cannot be read (",
    "none.zip": "no file of the zip has the columns of a release; it has: no CSV file",
}


@pytest.mark.parametrize("name", FAILING)
def test_a_download_that_fails_says_why_and_leaves_a_good_file_as_it_was(tmp_path, server, name):
    (tmp_path / name).write_bytes(OLDER)
    before = there(tmp_path)
    with pytest.raises(download.DownloadError) as caught:
        download.download(f"{server}/{name}", tmp_path)
    assert str(caught.value).startswith(f"{server}/{name}: {FAILING[name]}")
    assert there(tmp_path) == before


def test_a_file_that_cannot_be_read_replaces_nothing(tmp_path, server):
    (tmp_path / "half.csv").write_bytes(OLDER)
    with pytest.raises(DataError, match="Expected Number of Columns"):
        download.download(f"{server}/half.csv", tmp_path)
    assert there(tmp_path) == {"half.csv": OLDER}


def test_a_better_file_replaces_one_and_its_checksum(tmp_path, server):
    (tmp_path / "made.csv").write_bytes(OLDER)
    (tmp_path / "made.csv.sha256").write_text("0  made.csv\n", encoding="utf-8")
    download.download(f"{server}/made.csv", tmp_path)
    assert release.newest(folder=tmp_path).latest == 2024


def test_a_checksum_that_is_known_is_held_to(tmp_path, server):
    digest = download.download(f"{server}/made.csv", tmp_path / "first").digest
    assert download.download(f"{server}/made.csv", tmp_path / "second", sha256=digest).latest == 2024
    with pytest.raises(download.DownloadError, match="its SHA-256 differs; nothing was changed"):
        download.download(f"{server}/made.csv", tmp_path / "third", sha256="0" * 64)
    assert there(tmp_path / "third") == {}


def test_a_download_that_drips_is_given_up(tmp_path, server, monkeypatch):
    monkeypatch.setattr(download, "LONGEST", 0.5)
    began = time.monotonic()
    with pytest.raises(
        download.DownloadError, match=r"not whole after 0\.5 seconds, and was given up; nothing was changed"
    ):
        download.download(f"{server}/drip.csv", tmp_path)
    assert time.monotonic() - began < 20
    assert there(tmp_path) == {}


@pytest.mark.parametrize("name", ["gone.csv", "cut.csv", "page.csv", "other.zip", "damaged.zip"])
def test_an_address_is_told_without_its_secrets(tmp_path, server, name):
    address = f"{server}/{name}".replace("http://", "http://user:pass-word@")
    with pytest.raises(download.DownloadError) as caught:
        download.download(f"{address}?token=abc", tmp_path)
    assert str(caught.value).startswith(f"{server}/{name}?…: ")
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://user:pass-word@127.0.0.1:9/x.csv", "http://user:pass-word@[::1/x.csv"])
def test_nor_where_nobody_answers(tmp_path, address):
    with pytest.raises(download.DownloadError, match=r"nothing was changed|no address that can be read") as caught:
        download.download(address, tmp_path)
    assert "pass-word" not in str(caught.value)


def test_the_help_says_how_long_a_download_may_take():
    told = " ".join(CliRunner().invoke(main, ["download", "--help"]).output.split())
    assert (
        f"stands still for {download.SECONDS} seconds, or is not whole after {download.LONGEST // 60} minutes" in told
    )


@pytest.mark.parametrize("url", ["made.csv", "file:///etc/passwd", "ftp://example.org/made.csv", ""])
def test_only_addresses_of_the_web_are_taken(tmp_path, url):
    with pytest.raises(download.DownloadError, match="give an address that begins with https:// or http://"):
        download.download(url, tmp_path)


def test_a_server_that_is_not_there_is_told(tmp_path):
    with pytest.raises(download.DownloadError, match="cannot be reached"):
        download.download("http://127.0.0.1:1/made.csv", tmp_path)


def test_a_place_that_cannot_be_written_is_told(tmp_path, server):
    (tmp_path / "made.csv").mkdir()
    with pytest.raises(DataError, match=r"made.csv: cannot be written to"):
        download.download(f"{server}/made.csv", tmp_path)


def test_the_projects_own_source_is_an_address_with_its_licence():
    described = download.source()
    assert described["url"].startswith("https://")
    assert described["licence"] == "Open Government Licence v3.0"


@pytest.mark.parametrize("text", ["", "release:\n", "release: {title: x}\n", "a: [\n"])
def test_a_source_without_an_address_is_told(tmp_path, text):
    path = tmp_path / "sources.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(download.DownloadError, match=r"sources.yml: needs ‘release:’ with the ‘url:’"):
        download.source(path)


def test_a_bar_is_shown_on_demand(tmp_path, server, capsys):
    download.download(f"{server}/made.csv", tmp_path)
    assert capsys.readouterr().err == ""
    download.download(f"{server}/made.csv", tmp_path, progress=True)
    assert "100%" in capsys.readouterr().err


def test_the_command_tells_what_it_got_and_what_to_do_next(tmp_path, server, monkeypatch):
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    result = CliRunner().invoke(main, ["download", "--url", f"{server}/files"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "written  Children's social work workforce, 2023 to 2024 (csww_indicators.csv): 10 authorities in 2024",
        "Reports take the newest, csww_indicators_2017_to_2025.csv; --parameters release=csww_indicators.csv takes this one.",
        "Now: workforce run --notebook 05_national_context --authority SLUG, such as tameside, or all",
    ]
    result = CliRunner().invoke(main, ["download", "--url", f"{server}/gone.csv"])
    assert (result.exit_code, result.output.startswith("Error: ")) == (1, True)
    assert sorted(there(tmp_path)) == ["csww_indicators.csv", "csww_indicators.csv.sha256"]


def test_the_command_tells_what_the_release_changed(tmp_path, server, monkeypatch):
    box = tmp_path / "box"
    box.mkdir()
    monkeypatch.setattr(data, "NATIONAL", box)
    monkeypatch.setattr(data, "EXTERNAL", tmp_path / "external")
    made.write(box / "made.csv", made.rows(years=(2022, 2023), vacancy_fte=26))
    result = CliRunner().invoke(main, ["download", "--url", f"{server}/files"])
    assert result.exit_code == 0, result.output
    told = result.output.splitlines()
    assert told[1] == "Of 247 figures that both the releases to 2023 and to 2024 have, 6 (2.43%) differ."
    assert told[2] == "Vacancy FTE: 3 of 13 figures changed, by 1.0 at most."  # of Ayton, its region and England
    result = CliRunner().invoke(main, ["download", "--url", f"{server}/files"])
    assert "It is the release that was in use already." in result.output


def test_a_file_that_cannot_be_read_is_no_hindrance_to_a_download(tmp_path, server, monkeypatch):
    monkeypatch.setattr(data, "EXTERNAL", tmp_path)
    (tmp_path / "csww_indicators.csv").write_bytes(CSV.replace(b"2024", b"2027").replace(b"Jarrow", b"Jarrow,"))
    result = CliRunner().invoke(main, ["download", "--url", f"{server}/files"])
    assert result.exit_code == 0, result.output
    assert release.read(tmp_path / "csww_indicators.csv").latest == 2024


def test_a_download_that_is_interrupted_by_its_user_leaves_nothing_behind(tmp_path, server, monkeypatch):
    def interrupt(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(release, "is_release", interrupt)
    (tmp_path / "made.csv").write_bytes(OLDER)
    with pytest.raises(KeyboardInterrupt):
        download.download(f"{server}/made.csv", tmp_path)
    assert there(tmp_path) == {"made.csv": OLDER}
