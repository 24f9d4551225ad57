"""Download a release, check it, and put it in its place: a file that is good already stays until a better one is whole."""

import csv
import io
import re
import tempfile
import time
import zipfile
import zlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nbrun import yamls
from nbrun.storage import plain
from workforce import data
from workforce.data import DataError
from workforce.national import release

SOURCES = data.DATA / "external" / "sources.yml"
SECONDS = 30  # for the next piece
LONGEST = 600  # seconds for the whole
_CHUNK = 1 << 16


class DownloadError(ValueError):
    """A download that fails, or does not bring a release."""


def source(path=SOURCES):
    """Return where the release is by default: ``url``, ``title``, ``page`` and more, as ``sources.yml`` has them."""
    try:
        described = yamls.read(Path(path).read_text(encoding="utf-8"))["release"]
        return {"url": described.pop("url"), **described}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DownloadError(f"{Path(path).name}: needs ‘release:’ with the ‘url:’ to download; or give --url") from None


def download(url, folder=None, sha256=None, progress=False, seconds=SECONDS):
    """Download a release into a folder, by default that of downloaded files.

    The address may be of the CSV file or of a zip that holds it, which is found by its columns. The file is read before
    it takes its place, and the SHA-256 of its content is kept beside it, ``<name>.sha256``.

    Parameters
    ----------
    url : str
        Of http or https; redirects are followed. Errors name it without user, password and query.
    folder : path, optional
    sha256 : str, optional
        What is at the address, where that is known.
    progress : bool, optional
        Show a bar.
    seconds : float, optional
        How long to wait for the next piece; the whole may take LONGEST seconds.

    Returns
    -------
    Release

    Raises
    ------
    DownloadError
        When the address does not answer, breaks off, or brings something else.
    DataError
        When the file that it brings cannot be read.
    """
    folder = Path(folder or data.EXTERNAL)
    if not url.lower().startswith(("http://", "https://")):
        raise DownloadError(f"{plain(url)}: give an address that begins with https:// or http://")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as scratch:
        got = _fetched(url, Path(scratch), sha256, progress, seconds)
        name, path = _release_in(got, url)
        found = release.read(path)
        target = folder / (name or f"csww_indicators_{found.years[0]}_to_{found.latest}.csv")
        _put(path, target, found.digest)
    return release.read(target)


def _fetched(url, folder, sha256, progress, seconds):
    """Return the path of what is at an address."""
    import pooch
    from requests import RequestException
    from requests.exceptions import ChunkedEncodingError, HTTPError, Timeout
    from urllib3.exceptions import HTTPError as HTTPException

    pooch.get_logger().setLevel("ERROR")  # it would advise on its own arguments
    known = f"sha256:{sha256}" if sha256 else None
    try:
        return Path(
            pooch.retrieve(url, known, fname="download", path=folder, downloader=_Downloader(progress, seconds))
        )
    except HTTPError as error:
        told = f"the address answers ‘{error.response.status_code} {error.response.reason}’"
    except (ChunkedEncodingError, Timeout, HTTPException) as error:
        told = f"the download broke off ({type(error).__name__})"
    except _TooSlowError:
        told = f"the download was not whole after {LONGEST} seconds, and was given up"
    except RequestException as error:
        told = f"cannot be reached ({type(error).__name__})"
    except ValueError:  # pooch's own, for a checksum; or of an address that cannot be read
        told = "what came is not what was expected: its SHA-256 differs" if sha256 else "no address that can be read"
    raise DownloadError(f"{plain(url)}: {told}; nothing was changed")


class _TooSlowError(Exception):
    """A download that takes longer than LONGEST."""


class _Downloader:
    """What pooch downloads by: its own has a limit for the next piece alone, so that a byte now and then goes on for ever."""

    def __init__(self, progress, seconds):
        self._progress, self._seconds = progress, seconds

    def __call__(self, url, path, _):
        import requests
        from tqdm import tqdm

        until = time.monotonic() + LONGEST
        with requests.get(url, stream=True, timeout=self._seconds) as answer, Path(path).open("wb") as file:
            answer.raise_for_status()
            size = int(answer.headers.get("content-length") or 0) or None
            with tqdm(total=size, unit="B", unit_scale=True, disable=not self._progress) as bar:
                while piece := answer.raw.read1(_CHUNK, decode_content=True):
                    file.write(piece)
                    bar.update(len(piece))
                    if time.monotonic() > until:
                        raise _TooSlowError


def _release_in(path, url):
    """Return the name and path of the release in what was downloaded; an empty name where the address has none."""
    if zipfile.is_zipfile(path):
        return _unzipped(path, url)
    if not release.is_release(path):
        start = " ".join(path.read_bytes()[:60].decode("utf-8", errors="replace").split())
        raise DownloadError(
            f"{plain(url)}: brings neither a release nor a zip with one, but what begins with ‘{start}’; nothing was changed"
        )
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    return _tame(name), path


def _unzipped(path, url):
    try:
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            known = {name: _known(archive, name) for name in members}
            best = max(known, key=known.get, default="")
            if not known.get(best):
                there = ", ".join(members) or "no CSV file"
                raise DownloadError(f"{plain(url)}: no file of the zip has the columns of a release; it has: {there}")
            return _tame(best.rpartition("/")[2]), Path(archive.extract(best, path.parent / "unzipped"))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise DownloadError(f"{plain(url)}: the zip cannot be read ({error}); nothing was changed") from None


def _known(archive, name):
    """Return how many of the census's columns a file of a zip has, zero when it is no release."""
    with archive.open(name) as file:
        try:
            header = next(csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")), [])
        except (UnicodeDecodeError, csv.Error):
            return 0
    return release.known_columns(header)


def _tame(name):
    """Return a file name of plain letters, digits, dots, hyphens and underscores; an empty one when nothing is left."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", name).lstrip(".-")
    return plain if plain.lower().endswith(".csv") else ""


def _put(path, target, digest):
    """Move a file to its place, its checksum beside it; killed between the two, it leaves no checksum of another file."""
    beside = target.with_name(f"{target.name}.sha256")
    written = path.with_name("checksum")
    written.write_text(f"{digest}  {target.name}\n", encoding="utf-8", newline="\n")
    try:
        beside.unlink(missing_ok=True)
        path.replace(target)
        written.replace(beside)
    except OSError as error:
        raise DataError([f"{target.name}: cannot be written to {target.parent}: {error.strerror}"]) from None
