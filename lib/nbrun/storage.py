"""Where results go: a folder, or any address that Papermill can write to. A result is there whole or not at all."""

import hashlib
import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PARTIAL = ".partial-"
_ADDRESS = re.compile(
    r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?:[^\s/@]*@|[^\s@/]*:[^\s@]*@)?(?P<place>[^\s?]*)(?P<query>\?\S*)?",
    re.IGNORECASE,
)
_KINDS = [".ipynb", ".csv", ".json"]  # Papermill warns of others


def plain(text):
    """Return a text without what may be secret in its addresses: user and password, and what stands after a question mark.

    Examples
    --------
    >>> plain("tcp://user:password@host:8786"), plain("s3://bucket/prefix?token=1 is not there")
    ('tcp://host:8786', 's3://bucket/prefix?… is not there')
    """
    return _ADDRESS.sub(lambda found: f"{found['scheme']}{found['place']}{'?…' if found['query'] else ''}", text)


@dataclass(frozen=True)
class Folder:
    """A folder; names are relative to it, with forward slashes. ``shown`` is how messages name it, its path without."""

    path: Path
    shown: str = field(default="", compare=False)

    def __str__(self):
        return self.shown or str(self.path)

    def write(self, name, text):
        """Write a file whole, or leave the one that is there."""
        with replacing(self.path / name) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")

    def read(self, name):
        """Return a file's text, or None when it is not there."""
        path = self.path / name
        return path.read_text(encoding="utf-8") if path.exists() else None

    def digest(self, name):
        """Return the digest of a file's content, or an empty text when it is not there."""
        return digest(self.path / name)

    def has(self, name, digested):
        """Tell whether what another process has written is here: it may have a folder of its own at this path."""
        return self.digest(name) == digested

    def remove(self, name):
        """Remove a file, if it is there."""
        (self.path / name).unlink(missing_ok=True)

    def sweep(self):
        """Remove what a run that was killed left half written; only for the one who holds the lock."""
        for path in self.path.rglob(f".*{_PARTIAL}*"):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Remote:
    """An address such as ``s3://bucket/prefix``, through Papermill's own handlers, which write a file whole."""

    address: str

    def __str__(self):
        return plain(self.address)

    def write(self, name, text):
        """Write a file."""
        with self._told():
            self._handler().write(text, self._at(name), _KINDS)

    def read(self, name):
        """Return a file's text, or None when it is not there."""
        folder, _, file = self._at(name).rpartition("/")
        with self._told():
            if file not in {str(found).rpartition("/")[2] for found in self._handler().listdir(folder)}:
                return None
            return (
                self._handler().read(self._at(name), _KINDS).rstrip("\n") + "\n"
            )  # not every handler gives the last end back

    def digest(self, name):
        """Return the digest of a file's content, or an empty text when it is not there."""
        text = self.read(name)
        return "" if text is None else digest_of(text.encode())

    def has(self, name, digested):
        """Tell whether what another process has written is here: it is, an address leads all to one place."""
        return True

    @contextmanager
    def _told(self):
        """Have whatever a handler raises, of whichever library, told as an error of this address."""
        try:
            yield
        except Exception as error:
            raise OSError(plain(f"{self.address}: {' '.join(str(error).split())}")) from None

    def _at(self, name):
        return f"{self.address.rstrip('/')}/{name}"

    def _handler(self):
        from papermill.iorw import papermill_io

        return papermill_io


def storage_at(address, root=None):
    """Return the storage at an address: a Remote when it names a scheme such as ``s3://``, else a Folder.

    Messages name a folder under ``root`` by its path from there.
    """
    if "://" in str(address):
        return Remote(str(address))
    path = Path(address).absolute()
    return Folder(path, path.relative_to(root).as_posix() if root and path.is_relative_to(root) else "")


@contextmanager
def replacing(path):
    """Give a temporary path beside ``path`` that takes its place when the block succeeds, and is gone when it fails."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}{_PARTIAL}", suffix=path.suffix)
    os.close(handle)
    temporary = Path(temporary)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def digest(path):
    """Return the digest of a file's content, of a folder's names, or an empty text when there is neither."""
    path = Path(path)
    if path.is_dir():
        return digest_of("\n".join(sorted(entry.name for entry in path.iterdir() if entry.name[0] != ".")).encode())
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def digest_of(content):
    """Return the digest of bytes, as 16 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:16]
